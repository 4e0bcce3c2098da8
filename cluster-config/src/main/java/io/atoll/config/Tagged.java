package io.atoll.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How one alternative of a sealed type is written: {@code value} names the key of a one-key mapping
 * ({@code {exact: /x}}; its value is the one component, or a mapping where there are more), the
 * bare word of an alternative without components ({@code clientIp}), or is empty for the
 * alternative that a bare scalar or list stands for ({@code path: /api/}).
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Tagged {
  /** The key or word; empty for the bare form. */
  String value() default "";
}
