@NullMarked
package io.atoll.edge.demo;

import org.jspecify.annotations.NullMarked;
