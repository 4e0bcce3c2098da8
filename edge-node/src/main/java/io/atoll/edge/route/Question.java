package io.atoll.edge.route;

import io.atoll.config.Expression;

/** What the conditions of routes may ask of a request. */
public interface Question extends Expression.Facts {
  /**
   * Whether the request has a field with exactly this value, or several lines of it of which one
   * has.
   *
   * @param name compared without case
   */
  boolean hasField(String name, String value);
}
