@NullMarked
package io.atoll.edge.health.probe;

import org.jspecify.annotations.NullMarked;
