/**
 * Content codings: which one a client is to have, and the compression of responses on their way,
 * for every version of HTTP alike.
 */
@NullMarked
package io.atoll.edge.compress;

import org.jspecify.annotations.NullMarked;
