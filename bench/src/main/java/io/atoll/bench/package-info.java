/** What programs of several packages show their figures with. */
@NullMarked
package io.atoll.bench;

import org.jspecify.annotations.NullMarked;
