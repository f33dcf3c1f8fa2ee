package dev.parley.testkit.caller;

/**
 * Something that the caller said, placed on the line.
 *
 * @param label what the script calls it, often its text
 * @param firstFrame the frame of the line in which it begins
 * @param frames how many frames it takes
 * @param firstVoiced the sample of the line at which its voice begins, or -1 where it has none
 * @param lastVoiced the sample of the line at which its voice ends, or -1
 */
public record Said(String label, int firstFrame, int frames, int firstVoiced, int lastVoiced) {}
