@NullMarked
package io.atoll.edge.cli;

import org.jspecify.annotations.NullMarked;
