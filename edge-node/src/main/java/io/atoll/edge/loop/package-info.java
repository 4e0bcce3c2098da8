/** A thread that runs work in turn, and its timers; tests move it by hand. */
@NullMarked
package io.atoll.edge.loop;

import org.jspecify.annotations.NullMarked;
