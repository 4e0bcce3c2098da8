package io.atoll.edge.exchange;

import io.atoll.edge.telemetry.AccessLog;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Where exchanges are counted and written down, and the clocks they are timed by. Shared by all
 * event loops.
 *
 * @param active exchanges under way
 * @param accessLog takes a line for each
 * @param clock the time of day
 * @param ticker nanoseconds
 * @param draining whether the node stops: connections end with the response under way
 */
public record Journal(
    LongAdder active,
    AccessLog accessLog,
    InstantSource clock,
    LongSupplier ticker,
    BooleanSupplier draining) {}
