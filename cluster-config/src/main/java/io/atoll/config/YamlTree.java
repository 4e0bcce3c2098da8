package io.atoll.config;

import io.atoll.config.YamlNode.Entry;
import io.atoll.config.YamlNode.Mapping;
import io.atoll.config.YamlNode.Scalar;
import io.atoll.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * Text to nodes: YAML 1.2, one document, limited in size, nesting and aliases, so that no file can
 * exhaust the node that reads it. Duplicate keys and unset variables are reported on the way.
 */
final class YamlTree {
  /** Characters, or bytes, of one file. */
  static final int MAX_LENGTH = 1 << 20;

  private static final int MAX_DEPTH = 32;
  private static final int MAX_NODES = 100_000;
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setMaxAliasesForCollections(100)
          .setAllowNonScalarKeys(false)
          .setSchema(new FailsafeSchema()) // All scalars are text until the binder types them.
          .build();

  private final Variables variables;
  private final Problems problems;
  private final @Nullable Position fixed;
  private int nodes;

  private YamlTree(Variables variables, Problems problems, @Nullable Position fixed) {
    this.variables = variables;
    this.problems = problems;
    this.fixed = fixed;
  }

  /**
   * The document's root; an empty mapping for an empty document, null where the text is no YAML
   * (then a problem says why).
   */
  static @Nullable YamlNode read(String text, Variables variables, Problems problems) {
    if (text.length() > MAX_LENGTH) {
      problems.add(Position.START, ".", "larger than 1MiB");
      return null;
    }
    try {
      checkDepth(text);
      Optional<Node> root = new Compose(SETTINGS).composeString(text);
      if (root.isEmpty()) {
        return new Mapping(Position.START, List.of());
      }
      return new YamlTree(variables, problems, null).convert(root.get(), "", 0);
    } catch (MarkedYamlEngineException e) {
      Position at = e.getProblemMark().or(e::getContextMark).map(YamlTree::position).orElse(null);
      boolean alone = e.getContext() == null || e.getContext().isEmpty();
      String problem = alone ? e.getProblem() : e.getContext() + ": " + e.getProblem();
      problems.add(at == null ? Position.START : at, ".", "not YAML: " + problem);
    } catch (YamlEngineException e) {
      problems.add(Position.START, ".", "not YAML: " + e.getMessage());
    }
    return null;
  }

  /** A text that is part of the program, all of it at one place. */
  static YamlNode fragment(String text, Position at) {
    Node node = new Compose(SETTINGS).composeString(text).orElseThrow();
    return new YamlTree(Variables.none(), new Problems(""), at).convert(node, "", 0);
  }

  // The composer recurses, the parser under it does not: so nesting is judged on its events.
  private static void checkDepth(String text) {
    int depth = 0;
    for (Event event : new Parse(SETTINGS).parseString(text)) {
      if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
        throw new TooMuch("nested deeper than " + MAX_DEPTH, event.getStartMark());
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      }
    }
  }

  private YamlNode convert(Node node, String path, int depth) {
    // Both can only come of aliases here: the depth of one that contains itself, the number of
    // aliases to aliases.
    if (depth > MAX_DEPTH || ++nodes > MAX_NODES) {
      throw new TooMuch("aliases expand to too much", node.getStartMark());
    }
    Position at = position(node);
    if (!node.getTag().getValue().startsWith("tag:yaml.org,2002:")) {
      problems.add(
          at, Keys.orRoot(path), "tags such as " + node.getTag() + " have no meaning here");
    }
    return switch (node) {
      case MappingNode mapping -> new Mapping(at, entries(mapping, path, depth));
      case SequenceNode sequence -> new Sequence(at, items(sequence, path, depth));
      case ScalarNode scalar -> scalar(scalar, at, path);
      default -> throw new IllegalStateException(node.getNodeType().name());
    };
  }

  private List<YamlNode> items(SequenceNode sequence, String path, int depth) {
    List<YamlNode> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      items.add(convert(item, Keys.item(path, items.size()), depth + 1));
    }
    return items;
  }

  private List<Entry> entries(MappingNode mapping, String path, int depth) {
    List<Entry> entries = new ArrayList<>();
    Map<String, Position> seen = new HashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = ((ScalarNode) tuple.getKeyNode()).getValue();
      Position at = position(tuple.getKeyNode());
      String keyPath = Keys.child(path, key);
      Position first = seen.putIfAbsent(key, at);
      if (first == null) {
        entries.add(new Entry(key, at, convert(tuple.getValueNode(), keyPath, depth + 1)));
      } else {
        problems.add(at, keyPath, "given twice, first in line " + first.line());
      }
    }
    return entries;
  }

  private Scalar scalar(ScalarNode scalar, Position at, String path) {
    String written = scalar.getValue();
    String text = variables.replace(written, message -> problems.add(at, path, message));
    return new Scalar(at, text, scalar.getScalarStyle() == ScalarStyle.PLAIN, written);
  }

  private Position position(Node node) {
    return fixed == null
        ? node.getStartMark().map(YamlTree::position).orElse(Position.START)
        : fixed;
  }

  private static Position position(Mark mark) {
    return new Position(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static final class TooMuch extends MarkedYamlEngineException {
    private static final long serialVersionUID = 1;

    TooMuch(String problem, Optional<Mark> mark) {
      super(null, Optional.empty(), problem, mark);
    }
  }
}
