@NullMarked
package io.atoll.edge.protocol;

import org.jspecify.annotations.NullMarked;
