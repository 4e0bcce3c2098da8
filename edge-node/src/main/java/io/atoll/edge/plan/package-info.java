/** The configuration compiled into what an event loop looks at for each request. */
@NullMarked
package io.atoll.edge.plan;

import org.jspecify.annotations.NullMarked;
