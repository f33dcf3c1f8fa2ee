/** What tests and the development stack stand on: an embedded broker and registry, a simulated Asterisk, scripted callers. */
@NullMarked
package dev.parley.testkit;

import org.jspecify.annotations.NullMarked;
