/** Real processes and misbehaving peers for tests of whole clusters. */
@NullMarked
package io.atoll.edge.testkit;

import org.jspecify.annotations.NullMarked;
