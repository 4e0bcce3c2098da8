/**
 * The handler {@code files}: what lies in a folder, with validators, conditions, ranges and
 * precompressed siblings. What may block is done by {@link io.atoll.edge.files.Disk}, never by an
 * event loop.
 */
@NullMarked
package io.atoll.edge.files;

import org.jspecify.annotations.NullMarked;
