@NullMarked
package io.atoll.edge.guard;

import org.jspecify.annotations.NullMarked;
