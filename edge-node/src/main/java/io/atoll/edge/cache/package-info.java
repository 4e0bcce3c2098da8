/**
 * The response cache: what may be stored and for how long (RFC 9111), under which key, in which
 * tier, who fetches it, and what a purge names. {@link io.atoll.edge.cache.CacheHandler} is where a
 * request meets it; {@link io.atoll.edge.cache.ResponseCache} is what all event loops of a node
 * share.
 */
@NullMarked
package io.atoll.edge.cache;

import org.jspecify.annotations.NullMarked;
