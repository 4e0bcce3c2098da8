@NullMarked
package io.atoll.edge.discovery;

import org.jspecify.annotations.NullMarked;
