@NullMarked
package io.atoll.edge.capacity;

import org.jspecify.annotations.NullMarked;
