@NullMarked
package io.atoll.edge.session;

import org.jspecify.annotations.NullMarked;
