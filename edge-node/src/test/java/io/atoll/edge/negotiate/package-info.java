@NullMarked
package io.atoll.edge.negotiate;

import org.jspecify.annotations.NullMarked;
