/**
 * The decisions of the player: what is heard next, what is void, what pauses, what counts as heard. Pure: records and instants come
 * in, {@link dev.parley.player.domain.Act}s go out; nothing here waits, sends or reads a clock. One call's objects are used by one
 * thread at a time.
 */
@NullMarked
package dev.parley.player.domain;

import org.jspecify.annotations.NullMarked;
