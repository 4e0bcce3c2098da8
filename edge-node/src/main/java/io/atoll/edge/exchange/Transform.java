package io.atoll.edge.exchange;

import org.jspecify.annotations.Nullable;

/**
 * What a route changes in messages that pass, compiled.
 *
 * @param request in the fields that go to a backend; null: nothing
 * @param response in the fields of whatever goes to the client, problem documents too; null:
 *     nothing. Made after the cache, which stores what the backend sent
 */
public record Transform(@Nullable FieldEdits request, @Nullable FieldEdits response) {
  /** Changes nothing. */
  public static final Transform NONE = new Transform(null, null);
}
