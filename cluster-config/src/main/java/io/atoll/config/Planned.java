package io.atoll.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Keys of a record that the contract knows and this build does not serve yet: they are refused as
 * "not supported yet", never ignored. On a constant of an enum it refuses that one value.
 */
@Documented
@Target({ElementType.TYPE, ElementType.FIELD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Planned {
  /** The refused keys; empty on an enum constant. */
  String[] value() default {};
}
