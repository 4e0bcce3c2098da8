/** Which route a request belongs to: by host, then by path, then by conditions. */
@NullMarked
package io.atoll.edge.route;

import org.jspecify.annotations.NullMarked;
