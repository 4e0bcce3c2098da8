package io.atoll.config;

import io.atoll.config.YamlNode.Entry;
import io.atoll.config.YamlNode.Mapping;
import io.atoll.config.YamlNode.Scalar;
import io.atoll.config.YamlNode.Sequence;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Nodes to records, by the records' components and their annotations. It goes on after an error, so
 * that one run finds them all: a key that can't be read takes its default, an item of a list that
 * can't is left out. What it makes is only to be used where no problem was found.
 */
final class Binder {
  private final Path folder;
  private final Positions positions;
  private final Problems problems;

  /**
   * A binder for one file.
   *
   * @param folder what relative paths are relative to
   */
  Binder(Path folder, Positions positions, Problems problems) {
    this.folder = folder;
    this.positions = positions;
    this.problems = problems;
  }

  /** What a record is of which a file says nothing; null where there is no such thing. */
  static @Nullable Object defaults(Class<?> record) {
    return new Binder(Path.of(""), new Positions(), new Problems(""))
        .bind(record, YamlTree.fragment("{}", Position.START), "", false);
  }

  /** A value of the type; null where none could be made, with a problem that says why. */
  @Nullable Object bind(Type type, YamlNode node, String path, boolean secret) {
    positions.mark(path, node.at());
    Class<?> single = RecordKey.single(type);
    if (single == null) {
      return RecordKey.isMap(type)
          ? map(RecordKey.item(type), node, path, secret)
          : list(RecordKey.item(type), node, path, secret);
    }
    Scalars.Kind<?> kind = Scalars.kind(single);
    if (kind != null) {
      return scalar(single, kind, node, path, secret);
    }
    if (single.isEnum()) {
      return constant(single, node, path);
    }
    if (single.isSealed()) {
      return alternative(single, node, path);
    }
    return record(single, node, path);
  }

  private @Nullable Object scalar(
      Class<?> type, Scalars.Kind<?> kind, YamlNode node, String path, boolean secret) {
    String special = null;
    if (node instanceof Scalar scalar && !scalar.isNull()) {
      if (Scalars.plain(type) && !scalar.isTyped()) {
        special = kind.expected() + " without quotes";
      } else {
        try {
          Object value = kind.read().apply(scalar.text());
          return switch (value) {
            case Path relative -> folder.resolve(relative).normalize();
            case LogOutput output -> output.in(folder);
            case AddressFile list -> list.in(folder);
            case PageFile page -> page.in(folder);
            default -> value;
          };
        } catch (IllegalArgumentException | ArithmeticException e) {
          special = e instanceof NumberFormatException ? null : e.getMessage();
        }
      }
    }
    expected(special == null ? kind.expected() : special, node, path, secret);
    return null;
  }

  private @Nullable Object list(Class<?> type, YamlNode node, String path, boolean secret) {
    if (!(node instanceof Sequence sequence)) {
      expected("a list", node, path, secret);
      return null;
    }
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      Object item = bind(type, sequence.items().get(i), Keys.item(path, i), secret);
      if (item == null) {
        positions.lacks(path);
      } else {
        items.add(item);
      }
    }
    return List.copyOf(items);
  }

  private @Nullable Object map(Class<?> type, YamlNode node, String path, boolean secret) {
    if (!(node instanceof Mapping mapping)) {
      expected("a mapping", node, path, secret);
      return null;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (Entry entry : mapping.entries()) {
      Object value = bind(type, entry.value(), Keys.child(path, entry.key()), secret);
      if (value == null) {
        positions.lacks(path);
      } else {
        values.put(entry.key(), value);
      }
    }
    return Collections.unmodifiableMap(values); // in the order of the file
  }

  private @Nullable Object constant(Class<?> type, YamlNode node, String path) {
    Map<String, @Nullable Enum<?>> constants = Alternatives.constants(type);
    List<String> served =
        constants.keySet().stream().filter(n -> constants.get(n) != null).toList();
    if (node instanceof Scalar scalar && !scalar.isNull()) {
      Enum<?> constant = constants.get(scalar.text());
      if (constant == null) {
        unknownWord(scalar, path, served, constants.containsKey(scalar.text()));
      }
      return constant;
    }
    if (!plannedForm(RecordKey.planned(type), node, path)) {
      expected(oneOf(served), node, path, false);
    }
    return null;
  }

  private @Nullable Object alternative(Class<?> sealed, YamlNode node, String path) {
    Map<String, Class<?>> byTag = Alternatives.of(sealed);
    if (node instanceof Mapping mapping && mapping.entries().size() == 1) {
      Entry entry = mapping.entries().getFirst();
      return tagged(byTag, entry, path);
    }
    if (node instanceof Scalar scalar && !scalar.isNull()) {
      Class<?> word = byTag.get(scalar.text());
      if (word != null && Alternatives.isWord(word)) {
        return word(word, scalar, path, words(byTag));
      }
    }
    Class<?> bare = byTag.get("");
    if (bare != null && !(node instanceof Mapping)) {
      RecordComponent only = bare.getRecordComponents()[0];
      boolean list = RecordKey.single(only.getGenericType()) == null;
      if (list == (node instanceof Sequence)) {
        Object value = bind(only.getGenericType(), node, path, false);
        return value == null ? null : create(bare, new Object[] {value}, path);
      }
    }
    if (node instanceof Scalar scalar && !scalar.isNull()) {
      unknownWord(scalar, path, words(byTag), false);
    } else {
      expected(forms(byTag), node, path, false);
    }
    return null;
  }

  private @Nullable Object word(Class<?> type, Scalar scalar, String path, List<String> served) {
    if (Alternatives.isPlanned(type)) {
      unknownWord(scalar, path, served, true);
      return null;
    }
    return create(type, new Object[0], path);
  }

  private @Nullable Object tagged(Map<String, Class<?>> byTag, Entry entry, String path) {
    String below = Keys.child(path, entry.key());
    Class<?> type = byTag.get(entry.key());
    if (type != null && Alternatives.isPlanned(type)) {
      problems.add(entry.at(), below, "not supported yet");
      return null;
    }
    if (type == null || entry.key().isEmpty() || Alternatives.isWord(type)) {
      unknownKey(entry, path, tags(byTag), List.of());
      return null;
    }
    RecordComponent[] components = type.getRecordComponents();
    if (components.length > 1) {
      return record(type, entry.value(), below);
    }
    Object value = bind(components[0].getGenericType(), entry.value(), below, false);
    return value == null ? null : create(type, new Object[] {value}, below);
  }

  private @Nullable Object record(Class<?> type, YamlNode node, String path) {
    positions.mark(path, node.at());
    if (!(node instanceof Mapping mapping)) {
      expected("a mapping", node, path, false);
      return null;
    }
    List<RecordKey> keys = RecordKey.of(type);
    checkKeys(type, keys, mapping, path);
    @Nullable Object[] values = new @Nullable Object[keys.size()];
    boolean whole = true;
    for (int i = 0; i < values.length; i++) {
      RecordKey key = keys.get(i);
      values[i] = component(key, mapping, Keys.child(path, key.name()));
      whole &= values[i] != null || key.optional();
    }
    return whole ? create(type, values, path) : null;
  }

  private void checkKeys(Class<?> type, List<RecordKey> keys, Mapping mapping, String path) {
    List<String> planned = RecordKey.planned(type);
    List<String> names =
        keys.stream().map(RecordKey::name).filter(name -> !planned.contains(name)).toList();
    for (Entry entry : mapping.entries()) {
      if (planned.contains(entry.key())) {
        problems.add(entry.at(), Keys.child(path, entry.key()), "not supported yet");
      } else if (!names.contains(entry.key())) {
        unknownKey(entry, path, names, planned);
      }
    }
  }

  private @Nullable Object component(RecordKey key, Mapping mapping, String path) {
    YamlNode node = mapping.get(key.name());
    if (node != null && !(node instanceof Scalar scalar && scalar.isNull())) {
      Object value = bind(key.type(), node, path, key.secret());
      if (value != null) {
        return value;
      }
    } else if (key.fallback() == null && !key.optional()) {
      problems.add(node == null ? mapping.at() : node.at(), path, "required, but not given");
    }
    return standIn(key, mapping.at(), path);
  }

  /** What a key means that is left out, or can't be read; null where there is no such thing. */
  private @Nullable Object standIn(RecordKey key, Position at, String path) {
    if (key.fallback() != null) {
      return bind(key.type(), YamlTree.fragment(key.fallback(), at), path, false);
    }
    if (key.optional()) {
      return null;
    }
    Class<?> single = RecordKey.single(key.type());
    if (single == null) {
      positions.lacks(path);
      return RecordKey.isMap(key.type()) ? Map.of() : List.of();
    }
    // So that the rest of the record can be judged; nothing is said of a key with a problem twice.
    Scalars.Kind<?> kind = Scalars.kind(single);
    return kind != null ? kind.example() : single.isEnum() ? single.getEnumConstants()[0] : null;
  }

  private @Nullable Object create(Class<?> type, @Nullable Object[] values, String path) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Object value = type.getDeclaredConstructor(types).newInstance(values);
      positions.bound(value, path);
      return value;
    } catch (InvocationTargetException e) {
      problems.add(positions.at(path), Keys.orRoot(path), String.valueOf(e.getCause()));
      return null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean plannedForm(List<String> planned, YamlNode node, String path) {
    if (node instanceof Mapping mapping
        && mapping.entries().size() == 1
        && planned.contains(mapping.entries().getFirst().key())) {
      Entry entry = mapping.entries().getFirst();
      problems.add(entry.at(), Keys.child(path, entry.key()), "not supported yet");
      return true;
    }
    return false;
  }

  private void unknownKey(
      Entry entry, String path, Collection<String> names, Collection<String> planned) {
    List<String> all = Stream.concat(names.stream(), planned.stream()).toList();
    String hint =
        Suggestion.nearest(entry.key(), all)
            .map(near -> near + (planned.contains(near) ? ", which is not supported yet?" : "?"))
            .map("did you mean "::concat)
            .orElse("expected " + oneOf(names));
    problems.add(entry.at(), Keys.child(path, entry.key()), "unknown key; " + hint);
  }

  private void unknownWord(Scalar scalar, String path, List<String> served, boolean planned) {
    String hint =
        Suggestion.nearest(scalar.text(), served)
            .filter(_ -> !planned)
            .map(name -> "; did you mean " + name + "?")
            .orElse("");
    String message =
        planned
            ? scalar.found() + " is not supported yet; expected " + oneOf(served)
            : "expected " + oneOf(served) + ", found " + scalar.found() + hint;
    problems.add(scalar.at(), path, message);
  }

  private void expected(String what, YamlNode node, String path, boolean secret) {
    if (problems.under(path)) {
      return; // An unset variable, or a tag: that is what is wrong.
    }
    boolean hidden = secret && node instanceof Scalar scalar && !scalar.isNull();
    String found = hidden ? "something else" : node.found();
    problems.add(node.at(), Keys.orRoot(path), "expected " + what + ", found " + found);
  }

  private static List<String> words(Map<String, Class<?>> byTag) {
    return served(byTag, true);
  }

  private static List<String> tags(Map<String, Class<?>> byTag) {
    return served(byTag, false);
  }

  private static List<String> served(Map<String, Class<?>> byTag, boolean words) {
    return byTag.entrySet().stream()
        .filter(alternative -> !alternative.getKey().isEmpty())
        .filter(alternative -> !Alternatives.isPlanned(alternative.getValue()))
        .filter(alternative -> Alternatives.isWord(alternative.getValue()) == words)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String forms(Map<String, Class<?>> byTag) {
    List<String> forms = new ArrayList<>(words(byTag));
    Class<?> bare = byTag.get("");
    if (bare != null) {
      Class<?> single = RecordKey.single(bare.getRecordComponents()[0].getGenericType());
      Scalars.Kind<?> kind = single == null ? null : Scalars.kind(single);
      forms.add(kind == null ? "a list" : kind.expected());
    }
    tags(byTag).forEach(tag -> forms.add("{" + tag + ": …}"));
    return oneOf(forms);
  }

  private static String oneOf(Collection<String> names) {
    return (names.size() == 1 ? "" : "one of ") + String.join(", ", names);
  }
}
