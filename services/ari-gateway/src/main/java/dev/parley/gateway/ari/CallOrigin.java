package dev.parley.gateway.ari;

/**
 * Where a call's frames begin for this process.
 *
 * @param frameZeroAt the instant of frame 0, in microseconds since 1970
 * @param firstFrame the first frame that nobody has published
 * @param tapEpoch of the first tap that this process makes
 * @param lastActiveAt when something happened last in it, in microseconds since 1970
 */
record CallOrigin(long frameZeroAt, long firstFrame, int tapEpoch, long lastActiveAt) {
    static CallOrigin now(long now) {
        return new CallOrigin(now, 0, 0, now);
    }
}
