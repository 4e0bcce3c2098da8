@NullMarked
package io.atoll.edge.balance;

import org.jspecify.annotations.NullMarked;
