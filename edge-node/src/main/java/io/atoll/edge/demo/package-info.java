/**
 * A whole cluster on loopback for a newcomer: sample origins, throw-away certificates, and nodes
 * that are processes of their own. What is measured on it lives in {@code demo.check}.
 */
@NullMarked
package io.atoll.edge.demo;

import org.jspecify.annotations.NullMarked;
