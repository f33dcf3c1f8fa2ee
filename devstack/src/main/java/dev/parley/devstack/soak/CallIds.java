package dev.parley.devstack.soak;

import dev.parley.devstack.audit.Entry;
import dev.parley.records.CallEvent;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Which call is up, or was the last, at each extension: taken from the topics. Thread-safe. */
final class CallIds implements Consumer<Entry> {
    private final Map<String, String> byExtension = new ConcurrentHashMap<>();

    @Override
    public void accept(Entry entry) {
        if (entry.value() instanceof CallEvent event && event.getStarted() != null) {
            byExtension.put(event.getStarted().getCalled(), event.getCallId());
        }
    }

    void forget(String extension) {
        byExtension.remove(extension);
    }

    Optional<String> at(String extension) {
        return Optional.ofNullable(byExtension.get(extension));
    }
}
