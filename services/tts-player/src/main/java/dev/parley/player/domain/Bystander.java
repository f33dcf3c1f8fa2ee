package dev.parley.player.domain;

import dev.parley.records.BargeIn;
import dev.parley.records.Suspicion;
import dev.parley.schemas.Fence;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an instance does for calls that it does not own: their owner may be dead. It deletes what is named as heard when a record
 * raises the fence, and when a suspicion is lifted or its deadline has passed it makes sure that nothing stays paused.
 */
public final class Bystander {
    /** Their owner goes first; microseconds. */
    static final long AFTER_THE_OWNER = 150_000;
    /** What is older than this changed a call that nobody hears any more; microseconds. */
    public static final long TOO_OLD = 120_000_000L;

    private static final int MOST = 10_000;

    private record Watch(String callId, String playbackId, long at) {}

    private final Map<String, Watch> watched = new LinkedHashMap<>();

    /** A record of a call that this instance does not own; it has been merged already. */
    public List<Act> bargeIn(BargeIn view, boolean raised, Fence fence, long now) {
        List<Act> acts = new ArrayList<>();
        String call = view.getCallId();
        boolean fresh = now - view.getAt() < TOO_OLD;
        if (raised && fresh && view.getVoidPlaybackId() != null) {
            acts.add(new Act.StopStranger(call, view.getVoidPlaybackId(), view.getVoidBefore()));
        }
        Suspicion standing = fence.standing(now);
        Suspicion named = view.getSuspicion();
        if (standing != null) {
            watch(new Watch(call, standing.getPlaybackId(), standing.getDeadlineAt() + AFTER_THE_OWNER));
        } else if (named != null && fresh) {
            watch(new Watch(call, named.getPlaybackId(), now + AFTER_THE_OWNER));
        } else {
            Watch before = watched.get(call);
            if (before != null) {
                watch(new Watch(call, before.playbackId, Math.min(before.at, now + AFTER_THE_OWNER)));
            }
        }
        return acts;
    }

    private void watch(Watch watch) {
        if (watched.size() < MOST || watched.containsKey(watch.callId)) {
            watched.put(watch.callId, watch);
        }
    }

    /** The call is over. */
    public void forget(String callId) {
        watched.remove(callId);
    }

    /** To be called every few milliseconds. */
    public List<Act> tick(long now) {
        List<Act> acts = new ArrayList<>();
        for (Iterator<Watch> each = watched.values().iterator(); each.hasNext(); ) {
            Watch watch = each.next();
            if (watch.at <= now) {
                each.remove();
                acts.add(new Act.ResumeStranger(watch.callId, watch.playbackId));
            }
        }
        return acts;
    }
}
