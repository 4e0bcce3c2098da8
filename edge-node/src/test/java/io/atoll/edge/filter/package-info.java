@NullMarked
package io.atoll.edge.filter;

import org.jspecify.annotations.NullMarked;
