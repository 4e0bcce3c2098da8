@NullMarked
package io.atoll.edge.files;

import org.jspecify.annotations.NullMarked;
