/**
 * Which backends an upstream has: what the configuration or DNS lists, and what operators ordered
 * on top of it. A {@link io.atoll.edge.discovery.NameFollower} keeps the last good answer of a
 * name; a {@link io.atoll.edge.discovery.BackendRoster} holds the orders that all nodes share; and
 * {@link io.atoll.edge.discovery.Memberships} has each {@link io.atoll.edge.balance.BackendSet}
 * follow both, on a thread that serves no requests.
 */
@NullMarked
package io.atoll.edge.discovery;

import org.jspecify.annotations.NullMarked;
