/** Certificates and what is made of them. */
@NullMarked
package io.atoll.edge.tls;

import org.jspecify.annotations.NullMarked;
