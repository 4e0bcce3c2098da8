package io.atoll.config;

/**
 * So many bytes a second, written {@code 512/s}, {@code 1KiB/s} or {@code 2MiB/s}.
 *
 * @param perSecond zero or more
 */
public record DataRate(DataSize perSecond) {}
