@NullMarked
package io.atoll.edge.problem;

import org.jspecify.annotations.NullMarked;
