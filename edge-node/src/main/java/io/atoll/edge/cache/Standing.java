package io.atoll.edge.cache;

/** What the purge log says of a stored response. */
public enum Standing {
  /** No later purge names it. */
  CURRENT,
  /** A later soft purge names it: to be revalidated before it is used. */
  SOFT,
  /** A later purge names it, or the log can't vouch for it: gone. */
  PURGED
}
