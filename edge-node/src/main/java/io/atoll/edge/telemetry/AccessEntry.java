package io.atoll.edge.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * One line of the access log. The query is left out: it may hold secrets.
 *
 * @param epochMillis when the request's head was read
 * @param requestId the identifier in {@code X-Request-Id}
 * @param client the client's address
 * @param listener the listener's name
 * @param protocol {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}
 * @param tls whether the client spoke TLS to this node
 * @param method the method
 * @param host the host asked for
 * @param path the path in its normal form
 * @param route the route's name, or {@code -}
 * @param status the status sent, or 499 where the client went first
 * @param outcome the word of the outcome
 * @param bytes body bytes handed to the connection
 * @param micros from head to last byte
 * @param backend the backend that answered, or was tried last
 * @param tries at backends, 0 where none was asked
 * @param cache what the cache did
 */
public record AccessEntry(
    long epochMillis,
    String requestId,
    String client,
    String listener,
    String protocol,
    boolean tls,
    String method,
    String host,
    String path,
    String route,
    int status,
    String outcome,
    long bytes,
    long micros,
    @Nullable String backend,
    int tries,
    @Nullable String cache) {}
