/**
 * Which backend is asked: the servers of an upstream as they are now, the rotation that follows
 * from it, and the algorithms that choose. Pure: no clock is read, nothing is sent.
 */
@NullMarked
package io.atoll.edge.balance;

import org.jspecify.annotations.NullMarked;
