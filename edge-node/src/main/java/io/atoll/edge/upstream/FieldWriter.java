package io.atoll.edge.upstream;

/** Takes the fields of a message, one after the other. */
@FunctionalInterface
interface FieldWriter {
  /** Adds a field; both are valid by RFC 9110 section 5, which the writer need not check again. */
  void field(CharSequence name, CharSequence value);
}
