/** One whole call with a verdict: the script, the live timeline, the checks on what the caller heard, the report. */
@NullMarked
package dev.parley.devstack.demo;

import org.jspecify.annotations.NullMarked;
