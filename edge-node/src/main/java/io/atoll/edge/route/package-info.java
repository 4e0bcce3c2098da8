/** Which route a request belongs to: by host, then by path. */
@NullMarked
package io.atoll.edge.route;

import org.jspecify.annotations.NullMarked;
