@NullMarked
package io.atoll.edge.telemetry;

import org.jspecify.annotations.NullMarked;
