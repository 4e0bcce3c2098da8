/** What a client is shown where there is no response as asked: problem documents and pages. */
@NullMarked
package io.atoll.edge.problem;

import org.jspecify.annotations.NullMarked;
