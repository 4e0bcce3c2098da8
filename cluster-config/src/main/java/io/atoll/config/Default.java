package io.atoll.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a key means where the file leaves it out, written as a user would write it in YAML ({@code
 * 5s}, {@code [http/1.1]}, {@code {}}). A component with neither this nor {@code @Nullable} must be
 * given.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Default {
  /** The default, as YAML. */
  String value();
}
