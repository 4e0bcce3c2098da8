package io.atoll.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A named list of addresses: those in the configuration and those in a file. */
public record AccessConfig(
    @Doc("Unique among lists.") String name,
    @Doc("Blocks of addresses.") @Default("[]") List<Cidr> cidrs,
    @Doc("A file of more, one a line; # begins a comment. Read with the configuration.")
        @Nullable AddressFile file) {}
