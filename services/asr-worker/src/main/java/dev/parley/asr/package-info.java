/**
 * Recognises chunks of utterances. Recognition is a pure function of a chunk, so workers share one queue and any of them takes any chunk; every chunk revision
 * gets a transcript. {@code domain} decides what becomes of a chunk, {@code kafka} takes chunks from the queue and publishes transcripts.
 */
@NullMarked
package dev.parley.asr;

import org.jspecify.annotations.NullMarked;
