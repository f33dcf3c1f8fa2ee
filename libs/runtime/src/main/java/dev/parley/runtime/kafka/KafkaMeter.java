package dev.parley.runtime.kafka;

import dev.parley.runtime.MeterName;

/** The meters of this package. */
enum KafkaMeter implements MeterName {
    DEAD_LETTERS("parley.kafka.dead.letters", "Records that could not be used and went to dead.letters, by topic"),
    SKIPPED("parley.kafka.skipped", "Records that a listener without a group could not read and passed over, by topic"),
    UNDELIVERED("parley.kafka.undelivered", "Records that could not be written, by topic and reason"),
    OWNED("parley.kafka.owned", "Partition numbers that this process owns and works on, by group"),
    LOST("parley.kafka.lost", "Partition numbers that another process took before they were handed over, by group"),
    COMMIT_FAILED("parley.kafka.commit.failed", "Commits of offsets that failed and are tried again, by group"),
    STALLED(
            "parley.kafka.stalled",
            "Times that reading waited because the schema registry could not be asked, by topic");

    private final String id;
    private final String meaning;

    KafkaMeter(String id, String meaning) {
        this.id = id;
        this.meaning = meaning;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
