/** One request's life: what it asked, what was decided, what answered, and how long it took. */
@NullMarked
package io.atoll.edge.exchange;

import org.jspecify.annotations.NullMarked;
