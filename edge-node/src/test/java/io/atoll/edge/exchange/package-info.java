@NullMarked
package io.atoll.edge.exchange;

import org.jspecify.annotations.NullMarked;
