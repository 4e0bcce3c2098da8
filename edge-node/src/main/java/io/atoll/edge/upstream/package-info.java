/**
 * Upstreams: their backends' connections, forwarding to them, and trying again elsewhere. What a
 * request asks and a backend answers streams through, with backpressure, in bounded memory.
 */
@NullMarked
package io.atoll.edge.upstream;

import org.jspecify.annotations.NullMarked;
