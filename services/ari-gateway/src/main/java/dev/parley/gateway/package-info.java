/** The service between Asterisk and the topics. */
@NullMarked
package dev.parley.gateway;

import org.jspecify.annotations.NullMarked;
