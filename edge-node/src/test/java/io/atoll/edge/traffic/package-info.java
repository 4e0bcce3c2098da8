@NullMarked
package io.atoll.edge.traffic;

import org.jspecify.annotations.NullMarked;
