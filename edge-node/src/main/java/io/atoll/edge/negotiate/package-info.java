/** What a client would rather have, by what it says (RFC 9110 section 12). Pure. */
@NullMarked
package io.atoll.edge.negotiate;

import org.jspecify.annotations.NullMarked;
