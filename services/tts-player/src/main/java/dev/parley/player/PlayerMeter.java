package dev.parley.player;

import dev.parley.runtime.MeterName;

/** The meters of the player. Tag {@code reason} is one of a few words. */
public enum PlayerMeter implements MeterName {
    COMMIT_TO_POST(
            "parley.player.commit.to.post",
            "From the commit's record in Kafka to the POST of its first chunk, when it was synthesised"),
    CONTROL_TO_STOP("parley.player.control.to.stop", "From the barge-in record in Kafka to the DELETE that it caused"),
    STOP("parley.player.stop", "From the DELETE to its answer"),
    STOPS("parley.player.stops", "Playbacks stopped, by reason"),
    PLAYS("parley.player.plays", "Playbacks that Asterisk accepted"),
    PLAY_REFUSED("parley.player.play.refused", "Playbacks that Asterisk did not accept"),
    HELD_BACK("parley.player.held.back", "Posts held back since the last heartbeat was too old"),
    PAUSES("parley.player.pauses", "Playbacks paused for a suspicion"),
    RESUMES("parley.player.resumes", "Playbacks that went on after a pause, by reason"),
    SYNTHESIS("parley.player.synthesis", "Making the sound of a chunk"),
    SYNTHESIS_CACHED("parley.player.synthesis.cached", "Sounds that were there already"),
    SYNTHESIS_FAILED("parley.player.synthesis.failed", "Sounds that could not be made"),
    MEDIA_SERVED("parley.player.media.served", "Sounds fetched by Asterisk"),
    MEDIA_REFUSED("parley.player.media.refused", "Requests for sounds that were refused, by reason"),
    DROPPED("parley.player.dropped", "What was let go, by reason"),
    CALLS("parley.player.calls", "Calls that this instance plays to");

    private final String id;
    private final String meaning;

    PlayerMeter(String id, String meaning) {
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
