/**
 * The admin API, the console page, and the client of both. Knows the node only through {@link
 * io.atoll.edge.admin.AdminOperations}.
 */
@NullMarked
package io.atoll.edge.admin;

import org.jspecify.annotations.NullMarked;
