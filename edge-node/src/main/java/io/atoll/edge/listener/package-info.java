/** The servers clients connect to: addresses, protocols, TLS, limits. */
@NullMarked
package io.atoll.edge.listener;

import org.jspecify.annotations.NullMarked;
