@NullMarked
package io.atoll.edge.ratelimit;

import org.jspecify.annotations.NullMarked;
