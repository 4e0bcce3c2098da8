@NullMarked
package io.atoll.edge.compress;

import org.jspecify.annotations.NullMarked;
