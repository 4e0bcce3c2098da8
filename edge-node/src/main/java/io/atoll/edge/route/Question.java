package io.atoll.edge.route;

/** What the conditions of routes may ask of a request, beside its host and path. */
public interface Question {
  /** The method, as sent. */
  String method();

  /**
   * Whether the request has a field with exactly this value, or several lines of it of which one
   * has.
   *
   * @param name compared without case
   */
  boolean hasField(String name, String value);
}
