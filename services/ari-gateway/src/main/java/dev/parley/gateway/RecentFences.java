package dev.parley.gateway;

import dev.parley.records.BargeIn;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is void in the calls that barge.in has spoken of lately: a gateway that stood by has to know when it takes them over. Any thread.
 */
final class RecentFences {
    private static final int CALLS_REMEMBERED = 10_000;

    private final Map<String, Long> voidBefore = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > CALLS_REMEMBERED;
        }
    };

    synchronized void merge(BargeIn view) {
        Long before = voidBefore.remove(view.getCallId());
        voidBefore.put(view.getCallId(), Math.max(before == null ? 0 : before, view.getVoidBefore()));
    }

    synchronized long voidBefore(String callId) {
        return voidBefore.getOrDefault(callId, 0L);
    }
}
