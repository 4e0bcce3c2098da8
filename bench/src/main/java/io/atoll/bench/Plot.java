package io.atoll.bench;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A diagram of lines, as SVG. */
public final class Plot {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 360;
  private static final int LEFT = 70;
  private static final int RIGHT = 190;
  private static final int TOP = 40;
  private static final int BOTTOM = 55;
  private static final String[] COLOURS = {
    "#c0392b", "#2471a3", "#1e8449", "#b9770e", "#7d3c98", "#5d6d7e"
  };

  private final String title;
  private final String across;
  private final String up;
  private final boolean logarithmic;
  private final List<Line> lines = new ArrayList<>();

  /** A line: its name, and points with x ascending. */
  private record Line(String name, List<double[]> points) {}

  /**
   * A diagram without lines.
   *
   * @param across what the x axis shows
   * @param up what the y axis shows, from zero
   * @param logarithmic whether the x axis is
   */
  public Plot(String title, String across, String up, boolean logarithmic) {
    this.title = title;
    this.across = across;
    this.up = up;
    this.logarithmic = logarithmic;
  }

  /** Adds a line through points, {@code {x, y}} each. */
  public Plot line(String name, List<double[]> points) {
    lines.add(new Line(name, List.copyOf(points)));
    return this;
  }

  /** Writes the diagram to a file. */
  public void write(Path file) throws IOException {
    double least = Double.MAX_VALUE;
    double most = -Double.MAX_VALUE;
    double highest = 0;
    for (Line line : lines) {
      for (double[] point : line.points) {
        least = Math.min(least, x(point[0]));
        most = Math.max(most, x(point[0]));
        highest = Math.max(highest, point[1]);
      }
    }
    double step = step(highest);
    double top = Math.ceil(highest / step) * step;
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
        <rect width="%d" height="%d" fill="#ffffff"/>
        <text x="%d" y="22" font-size="14" font-weight="bold">%s</text>
        """
            .formatted(WIDTH, HEIGHT, WIDTH, HEIGHT, LEFT, title));
    axes(svg, least, most, step, top);
    for (int i = 0; i < lines.size(); i++) {
      draw(svg, lines.get(i), COLOURS[i % COLOURS.length], i, new double[] {least, most, top});
    }
    svg.append("</svg>\n");
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, svg);
  }

  private void axes(StringBuilder svg, double least, double most, double step, double top) {
    int bottom = HEIGHT - BOTTOM;
    int right = WIDTH - RIGHT;
    for (double y = 0; y <= top + step / 2; y += step) {
      double at = bottom - y / top * (bottom - TOP);
      add(
          svg,
          String.format(Locale.ROOT, "<path d='M%d %.1fH%d' stroke='#dddddd'/>", LEFT, at, right));
      add(
          svg,
          String.format(
              Locale.ROOT,
              "<text x='%d' y='%.1f' text-anchor='end'>%s</text>",
              LEFT - 8,
              at + 4,
              number(y)));
    }
    List<Double> shown = new ArrayList<>();
    if (logarithmic) {
      for (double x = Math.ceil(least); x <= most + 1e-9; x++) {
        shown.add(x);
      }
    } else {
      double across = step(most - least);
      for (double x = Math.ceil(least / across) * across; x <= most + 1e-9; x += across) {
        shown.add(x);
      }
    }
    for (double x : shown) {
      double at = LEFT + (x - least) / (most - least) * (right - LEFT);
      String label = number(logarithmic ? Math.pow(10, x) : x);
      add(svg, String.format(Locale.ROOT, "<path d='M%.1f %dv5' stroke='#333333'/>", at, bottom));
      add(
          svg,
          String.format(
              Locale.ROOT,
              "<text x='%.1f' y='%d' text-anchor='middle'>%s</text>",
              at,
              bottom + 19,
              label));
    }
    add(
        svg,
        String.format(
            Locale.ROOT,
            "<path d='M%d %dV%dH%d' fill='none' stroke='#333333'/>",
            LEFT,
            TOP,
            bottom,
            right));
    int middle = (LEFT + right) / 2;
    add(
        svg,
        String.format(
            Locale.ROOT,
            "<text x='%d' y='%d' text-anchor='middle'>%s</text>",
            middle,
            HEIGHT - 14,
            across));
    int half = (TOP + bottom) / 2;
    add(
        svg,
        String.format(
            Locale.ROOT,
            "<text x='16' y='%d' text-anchor='middle' transform='rotate(-90 16 %d)'>%s</text>",
            half,
            half,
            up));
  }

  /** A line within {@code {least x, most x, top}}, and its name at the side. */
  private void draw(StringBuilder svg, Line line, String colour, int place, double[] frame) {
    int bottom = HEIGHT - BOTTOM;
    int right = WIDTH - RIGHT;
    StringBuilder path = new StringBuilder();
    for (double[] point : line.points) {
      double x = LEFT + (x(point[0]) - frame[0]) / (frame[1] - frame[0]) * (right - LEFT);
      double y = bottom - point[1] / frame[2] * (bottom - TOP);
      add(path, String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x, y));
    }
    add(
        svg,
        String.format(
            Locale.ROOT, "<path d='%s' fill='none' stroke='%s' stroke-width='2'/>", path, colour));
    int y = TOP + 12 + 20 * place;
    add(
        svg,
        String.format(
            Locale.ROOT,
            "<path d='M%d %dh18' stroke='%s' stroke-width='3'/>",
            right + 14,
            y - 4,
            colour));
    add(svg, String.format(Locale.ROOT, "<text x='%d' y='%d'>%s</text>", right + 38, y, line.name));
  }

  private double x(double value) {
    return logarithmic ? Math.log10(value) : value;
  }

  /** A round number of which about five make a length. */
  private static double step(double length) {
    double tenth = Math.pow(10, Math.floor(Math.log10(length / 5)));
    double times = length / 5 / tenth;
    return tenth * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
  }

  private static String number(double value) {
    return value >= 1000
        ? String.format(Locale.ROOT, "%,.0f", value)
        : new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros().toPlainString();
  }

  private static void add(StringBuilder text, String part) {
    text.append(part.replace('\'', '"'));
    if (part.endsWith(">")) {
      text.append('\n');
    }
  }
}
