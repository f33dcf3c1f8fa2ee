/**
 * The one catalogue of settings, and the typed, checked values of it. Only this package knows the names of environment variables; whoever needs a value is handed
 * {@link dev.parley.runtime.config.Settings}, and nobody else reads the environment.
 */
@NullMarked
package dev.parley.runtime.config;

import org.jspecify.annotations.NullMarked;
