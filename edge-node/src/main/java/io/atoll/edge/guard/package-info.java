/** Request hygiene: refuses what should not reach a router. */
@NullMarked
package io.atoll.edge.guard;

import org.jspecify.annotations.NullMarked;
