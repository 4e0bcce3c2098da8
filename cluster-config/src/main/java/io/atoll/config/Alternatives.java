package io.atoll.config;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may stand where the model has a sealed type or an enum. */
final class Alternatives {
  private Alternatives() {}

  /** The alternatives of a sealed type by their tag, in order of declaration. */
  static Map<String, Class<?>> of(Class<?> sealed) {
    Map<String, Class<?>> byTag = new LinkedHashMap<>();
    for (Class<?> alternative : sealed.getPermittedSubclasses()) {
      Tagged tagged = alternative.getAnnotation(Tagged.class);
      if (tagged == null) {
        throw new IllegalStateException(alternative + " has no @Tagged");
      }
      byTag.put(tagged.value(), alternative);
    }
    return byTag;
  }

  /** Whether an alternative is a bare word: it has nothing to say but its name. */
  static boolean isWord(Class<?> alternative) {
    return alternative.getRecordComponents().length == 0;
  }

  /** Whether this build refuses a type. */
  static boolean isPlanned(Class<?> type) {
    return type.isAnnotationPresent(Planned.class);
  }

  /** The constants of an enum as files write them, those this build refuses mapped to null. */
  static Map<String, @Nullable Enum<?>> constants(Class<?> type) {
    Map<String, @Nullable Enum<?>> byName = new LinkedHashMap<>();
    for (Field field : type.getFields()) {
      if (field.isEnumConstant()) {
        Enum<?> constant = constant(type, field.getName());
        byName.put(name(constant), field.isAnnotationPresent(Planned.class) ? null : constant);
      }
    }
    return byName;
  }

  /** A constant as files write it. */
  static String name(Enum<?> constant) {
    Name name = field(constant).getAnnotation(Name.class);
    return name == null ? constant.name() : name.value();
  }

  private static Field field(Enum<?> constant) {
    try {
      return constant.getDeclaringClass().getField(constant.name());
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Enum<?> constant(Class<?> type, String name) {
    return Arrays.stream(type.getEnumConstants())
        .map(Enum.class::cast)
        .filter(constant -> constant.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
