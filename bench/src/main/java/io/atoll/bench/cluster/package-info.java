/**
 * What a whole cluster does while things go wrong: nodes as processes, backends that misbehave on
 * command, clients that hop between the nodes at every request. Programs people run, never tests.
 */
@NullMarked
package io.atoll.bench.cluster;

import org.jspecify.annotations.NullMarked;
