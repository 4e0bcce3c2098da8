/** Content codings: which one a client is to have. */
@NullMarked
package io.atoll.edge.compress;

import org.jspecify.annotations.NullMarked;
