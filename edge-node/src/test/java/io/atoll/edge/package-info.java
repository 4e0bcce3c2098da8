@NullMarked
package io.atoll.edge;

import org.jspecify.annotations.NullMarked;
