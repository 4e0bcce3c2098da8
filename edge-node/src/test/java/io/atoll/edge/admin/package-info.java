@NullMarked
package io.atoll.edge.admin;

import org.jspecify.annotations.NullMarked;
