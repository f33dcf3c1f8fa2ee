/** What becomes of a chunk, and how its transcript says so. Pure decisions: the JDK, JSpecify and the records of the topics only. */
@NullMarked
package dev.parley.asr.domain;

import org.jspecify.annotations.NullMarked;
