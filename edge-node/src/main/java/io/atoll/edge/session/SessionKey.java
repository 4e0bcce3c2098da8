package io.atoll.edge.session;

/**
 * Names a session in the table. One client may hold sessions of several upstreams under one id.
 *
 * @param upstream the upstream's name
 * @param id as the cookie says it: never of unbounded length
 */
public record SessionKey(String upstream, String id) {}
