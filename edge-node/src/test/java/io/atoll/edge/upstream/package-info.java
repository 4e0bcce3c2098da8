@NullMarked
package io.atoll.edge.upstream;

import org.jspecify.annotations.NullMarked;
