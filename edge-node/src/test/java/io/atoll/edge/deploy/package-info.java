/** What is around the node: compose file, image, alert rules, dashboards. */
@NullMarked
package io.atoll.edge.deploy;

import org.jspecify.annotations.NullMarked;
