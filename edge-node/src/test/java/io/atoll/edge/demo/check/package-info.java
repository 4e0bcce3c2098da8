@NullMarked
package io.atoll.edge.demo.check;

import org.jspecify.annotations.NullMarked;
