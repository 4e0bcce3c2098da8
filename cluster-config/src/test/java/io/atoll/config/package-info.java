@NullMarked
package io.atoll.config;

import org.jspecify.annotations.NullMarked;
