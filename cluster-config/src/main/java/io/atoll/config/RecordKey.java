package io.atoll.config;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key that a record's component stands for, with what its annotations say.
 *
 * @param name as the file has it
 * @param type a class, a list of one, or a map from text to one
 * @param doc one sentence; empty where there is none
 * @param fallback what it means where left out, as YAML; null where it has no default
 * @param optional whether it may be left out without a default
 * @param secret whether its value is never shown
 * @param component reads it
 */
record RecordKey(
    String name,
    Type type,
    String doc,
    @Nullable String fallback,
    boolean optional,
    boolean secret,
    RecordComponent component) {

  /** The keys of a record, in its order. */
  static List<RecordKey> of(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).map(RecordKey::of).toList();
  }

  /** The keys that this build serves, in the record's order. */
  static List<RecordKey> served(Class<?> type) {
    List<String> planned = planned(type);
    return of(type).stream().filter(key -> !planned.contains(key.name())).toList();
  }

  private static RecordKey of(RecordComponent component) {
    Default fallback = component.getAnnotation(Default.class);
    return new RecordKey(
        component.getName(),
        component.getGenericType(),
        doc(component),
        fallback == null ? null : fallback.value(),
        component.getAnnotatedType().isAnnotationPresent(Nullable.class),
        component.isAnnotationPresent(Secret.class),
        component);
  }

  /** Keys of a type that this build refuses. */
  static List<String> planned(Class<?> type) {
    Planned planned = type.getAnnotation(Planned.class);
    return planned == null ? List.of() : List.of(planned.value());
  }

  /** The sentence on a type, constant or component; empty where there is none. */
  static String doc(AnnotatedElement element) {
    Doc doc = element.getAnnotation(Doc.class);
    return doc == null ? "" : doc.value();
  }

  /** The class of a value, or null for a list or a map. */
  static @Nullable Class<?> single(Type type) {
    return type instanceof Class<?> single ? single : null;
  }

  /** Whether a type is a map from text: a mapping whose keys are the user's own words. */
  static boolean isMap(Type type) {
    return type instanceof ParameterizedType generic && generic.getRawType() == Map.class;
  }

  /** The class of the items of a list, or of the values of a map. */
  static Class<?> item(Type type) {
    Type[] arguments = ((ParameterizedType) type).getActualTypeArguments();
    return (Class<?>) arguments[arguments.length - 1];
  }

  /** This key's value in a record. */
  @Nullable Object read(Object record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
