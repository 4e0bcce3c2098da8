/** Clients that others wrote, as peers of a node. */
@org.jspecify.annotations.NullMarked
package io.atoll.edge.interop;
