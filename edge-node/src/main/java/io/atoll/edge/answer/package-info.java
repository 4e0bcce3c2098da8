/** Handlers that answer by themselves: {@code redirect} and {@code respond}. */
@NullMarked
package io.atoll.edge.answer;

import org.jspecify.annotations.NullMarked;
