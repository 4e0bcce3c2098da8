@NullMarked
package io.atoll.edge.route;

import org.jspecify.annotations.NullMarked;
