package io.atoll.edge.files;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The page that shows what a folder holds: folders first, then files, by name. Blocks. */
final class Listing {
  /** More than this many are not shown. */
  private static final int MOST = 10_000;

  private Listing() {}

  /**
   * The page.
   *
   * @param title the folder's path as the client sees it
   * @param tree says which of what is there is served
   */
  static String of(String title, Path folder, FileTree tree) throws IOException {
    List<String> folders = new ArrayList<>();
    List<String> files = new ArrayList<>();
    try (DirectoryStream<Path> members = Files.newDirectoryStream(folder)) {
      for (Path member : members) {
        if (folders.size() + files.size() == MOST) {
          break;
        }
        String name = String.valueOf(member.getFileName());
        switch (name.startsWith(".") ? null : tree.member(member)) {
          case FileTree.Folder _ -> folders.add(name + "/");
          case FileTree.Document _ -> files.add(name);
          case null, default -> {}
        }
      }
    }
    Collections.sort(folders);
    Collections.sort(files);
    folders.addAll(files);
    return page(title, folders);
  }

  private static String page(String title, List<String> names) {
    StringBuilder page = new StringBuilder("<!doctype html>\n<meta charset=utf-8>\n<title>");
    page.append(escape(title))
        .append("</title>\n<h1>")
        .append(escape(title))
        .append("</h1>\n<ul>\n");
    page.append("<li><a href=\"../\">../</a>\n");
    for (String name : names) {
      page.append("<li><a href=\"./").append(encode(name)).append("\">");
      page.append(escape(name)).append("</a>\n");
    }
    return page.append("</ul>\n").toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** A name as a relative reference; a folder's slash stays. */
  private static String encode(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }
}
