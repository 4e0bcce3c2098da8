/**
 * What the demo's cluster promises, measured: load through every node by clients that hop between
 * them, processes killed under it, and a table of promises, figures and goals.
 */
@NullMarked
package io.atoll.edge.demo.check;

import org.jspecify.annotations.NullMarked;
