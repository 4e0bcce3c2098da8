@NullMarked
package io.atoll.edge.cache;

import org.jspecify.annotations.NullMarked;
