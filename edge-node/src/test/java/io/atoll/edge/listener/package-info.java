@NullMarked
package io.atoll.edge.listener;

import org.jspecify.annotations.NullMarked;
