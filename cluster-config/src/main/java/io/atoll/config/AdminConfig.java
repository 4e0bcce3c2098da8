package io.atoll.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Metrics, health, API and console. */
public record AdminConfig(
    @Doc("Where the admin server listens: an address, a name, or a CIDR that picks the interface.")
        @Default("127.0.0.1:9901")
        HostPort bind,
    @Doc("A file with the token that guards API and console; required off loopback.")
        @Nullable Path tokenFile) {}
