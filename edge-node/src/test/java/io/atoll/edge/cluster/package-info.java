@NullMarked
package io.atoll.edge.cluster;

import org.jspecify.annotations.NullMarked;
