@NullMarked
package io.atoll.edge.tls;

import org.jspecify.annotations.NullMarked;
