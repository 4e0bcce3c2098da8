/**
 * Sticky sessions: which backend a client stays with. A table that all nodes share, with a local
 * copy in front, or the backend itself sealed in the client's cookie.
 */
@NullMarked
package io.atoll.edge.session;

import org.jspecify.annotations.NullMarked;
