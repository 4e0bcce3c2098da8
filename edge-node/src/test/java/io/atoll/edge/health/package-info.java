@NullMarked
package io.atoll.edge.health;

import org.jspecify.annotations.NullMarked;
