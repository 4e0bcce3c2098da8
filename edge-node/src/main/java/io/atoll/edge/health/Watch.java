package io.atoll.edge.health;

import io.atoll.edge.traffic.Traffic;

/**
 * What comes of having an upstream watched.
 *
 * @param witness where its requests report how backends fare
 * @param traffic where they are counted, and what all nodes had
 */
public record Watch(Witness witness, Traffic traffic) {}
