/** The steps in front of a route's handler, one file each. */
@NullMarked
package io.atoll.edge.filter;

import org.jspecify.annotations.NullMarked;
