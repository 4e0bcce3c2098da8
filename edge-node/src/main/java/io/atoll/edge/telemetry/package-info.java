/** Meters, access log, traces: the only package that knows Micrometer. Depends on no feature. */
@NullMarked
package io.atoll.edge.telemetry;

import org.jspecify.annotations.NullMarked;
