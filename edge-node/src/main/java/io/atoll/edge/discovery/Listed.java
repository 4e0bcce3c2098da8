package io.atoll.edge.discovery;

import io.atoll.edge.balance.Member;

/**
 * A backend that an upstream has.
 *
 * @param member what is said of it
 * @param source who lists it
 */
record Listed(Member member, Source source) {}
