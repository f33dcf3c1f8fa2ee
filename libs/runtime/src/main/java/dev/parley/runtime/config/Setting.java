package dev.parley.runtime.config;

import static dev.parley.runtime.config.SettingType.count;
import static dev.parley.runtime.config.SettingType.flag;
import static dev.parley.runtime.config.SettingType.millis;
import static dev.parley.runtime.config.SettingType.oneOf;
import static dev.parley.runtime.config.SettingType.seconds;
import static dev.parley.runtime.config.SettingType.secret;
import static dev.parley.runtime.config.SettingType.text;

import java.util.List;
import java.util.Optional;

/**
 * Every setting of every service: an environment variable of this name. {@code env.example} and {@code docs/settings.md} are generated from this catalogue, and a
 * test keeps them true. A setting that no code reads does not belong here.
 */
public enum Setting {
    // ---- Listening
    VAD_SILENCE_TIMEOUT(
            Section.LISTENING,
            seconds("2.0", 0.2, 10),
            "So much silence after the caller's last voiced frame ends the turn."),
    VAD_MIN_RECORDING_TIME(
            Section.LISTENING,
            seconds("1.0", 0, 10),
            "An utterance is not ended by silence before it is so long, its silence included."),
    VAD_MAX_RECORDING_TIME(
            Section.LISTENING,
            seconds("15.0", 2, 120),
            "USE_SOFT_WINDOW_INPUT=false: the one chunk of an utterance is ended at this length."),
    SPEECH_MIN_DURATION(
            Section.LISTENING,
            seconds("0.6", 0, 5),
            "An utterance with less voice than this is marked as brief; nothing is dropped for being short, the recognised text decides."),
    USE_SOFT_WINDOW_INPUT(
            Section.LISTENING,
            flag(true),
            "Cut long utterances into chunks while the caller speaks. false: one chunk an utterance."),
    CHUNK_STREAMING_SECONDS(
            Section.LISTENING,
            seconds("5", 1, 30),
            "About so often a chunk is cut while the caller speaks, at the quietest frame near by."),
    CHUNK_OVERLAP_MS(
            Section.LISTENING,
            millis(150, 0, 2000),
            "A chunk begins at least so long before the end of the one before it, so that no word is halved in both."),
    MAX_UTTERANCE_SECONDS(
            Section.LISTENING,
            seconds("60", 5, 600),
            "An utterance is ended at this length; the next begins at the next frame and continues the same turn."),
    ENDPOINTING(
            Section.LISTENING,
            oneOf("silence"),
            "How the end of a turn is found. silence: VAD_SILENCE_TIMEOUT and nothing else."),
    HEARD_LAG_MS(
            Section.LISTENING, millis(0, 0, 1000), "The caller hears the bot so much later than Asterisk reports it."),
    ECHO_TAIL_MS(
            Section.LISTENING,
            millis(200, 0, 1000),
            "So long after the bot's sound has ended, its echo may still come back in the caller's audio."),

    // ---- Interruptions
    BARGE_IN_ENABLED(Section.BARGE_IN, flag(true), "Whether the caller can interrupt the bot."),
    BARGE_IN_SUSPECT_MS(
            Section.BARGE_IN,
            millis(120, 0, 1000),
            "Voice over the bot for so long pauses it, on suspicion. 0: no pause on suspicion."),
    BARGE_IN_GUARD_MS(
            Section.BARGE_IN,
            millis(300, 20, 2000),
            "Voice that ends before this is dismissed and the bot goes on; past it the bot is held until words have decided."),
    BARGE_IN_STOP_MS(
            Section.BARGE_IN, millis(800, 40, 5000), "So much voice over the bot stops it, whatever the words."),

    DIGITS_INTERRUPT(Section.BARGE_IN, flag(true), "Whether a key that the caller presses stops the bot."),

    // ---- Answers
    BOT_LANGUAGE(
            Section.ANSWERS,
            text("en"),
            "The language of a call whose channel names none, as a BCP 47 tag: en, ru, en-GB."),
    GREETING(
            Section.ANSWERS,
            text("Hello! How can I help you?"),
            "What the bot says when a call begins. Empty: nothing."),
    INPUT_DEBOUNCE_MS(
            Section.ANSWERS,
            millis(1000, 0, 10_000),
            "Words that come so soon after the end of a turn continue that turn. It never delays an answer."),
    PREFETCH_MIN_CHARS(
            Section.ANSWERS,
            count(20, 1, 1000),
            "So many characters of recognised text are enough to begin on an answer before the turn has ended."),
    SPECULATION_BUDGET(
            Section.ANSWERS,
            count(6, 0, 100),
            "At most so many answers are begun in a turn before it has ended. 0: none."),
    DIGIT_TIMEOUT_MS(
            Section.ANSWERS,
            millis(2000, 200, 30_000),
            "Digits that follow each other so closely are one entry, which is answered as if it had been said; # ends it at once."),
    FILLER_DELAY_MS(
            Section.ANSWERS,
            millis(700, 0, 30_000),
            "Nothing to say so long after the end of a turn: a filler is said. 0: no fillers."),
    REPLY_DEADLINE(
            Section.ANSWERS,
            seconds("8", 1, 120),
            "Nothing to say so long after the end of a turn: the bot apologises."),
    NO_INPUT_SECONDS(
            Section.ANSWERS,
            seconds("8", 1, 300),
            "Nothing from the caller for so long: the bot asks again, twice at most."),
    AGENT_ENGINE(
            Section.ANSWERS,
            oneOf("scripted", "openai"),
            "Where answers come from. scripted: patterns and answers in a YAML file. openai: a server that speaks OpenAI's chat completions."),
    AGENT_SCRIPT(
            Section.ANSWERS,
            text(null),
            "AGENT_ENGINE=scripted: the YAML file. Unset: the example of the call's language."),
    OPENAI_BASE_URL(
            Section.ANSWERS, text("https://api.openai.com/v1"), "AGENT_ENGINE=openai: where the server's API begins."),
    OPENAI_API_KEY(Section.ANSWERS, secret(), "AGENT_ENGINE=openai: the key for it."),
    OPENAI_MODEL(Section.ANSWERS, text(null), "AGENT_ENGINE=openai: the model to ask."),
    OPENAI_INSTRUCTIONS(
            Section.ANSWERS,
            text(
                    "You are on the telephone. Answer in one to three short sentences of plain spoken language, without lists or formatting."),
            "AGENT_ENGINE=openai: what the model is told before each conversation."),

    // ---- Calls
    CALL_INACTIVITY_TIMEOUT(
            Section.CALLS,
            seconds("180", 1, 86_400),
            "A call in which nothing happened for so long (no speech, no digit, no answer) is ended with a good-bye."),
    CHANNEL_MONITOR_INTERVAL(
            Section.CALLS,
            seconds("60", 0.1, 3600),
            "So often inactivity is looked for; an idle call ends within the time-out plus one interval."),
    MAX_CALL_SECONDS(Section.CALLS, seconds("3600", 10, 86_400), "A call is ended at this length."),
    MAX_CALLS(
            Section.CALLS,
            count(0, 0, 100_000),
            "A call that would be one more is refused as busy. 0: as many as come."),
    FALLBACK_AFTER(
            Section.CALLS,
            seconds("10", 0, 300),
            "A caller who has waited for the bot in silence for so long hears FALLBACK_SOUND, whatever has become of the bot; who waits as long again is connected with FALLBACK_EXTENSION or hears good-bye. 0: nothing of that."),
    FALLBACK_SOUND(
            Section.CALLS,
            text("sorry-youre-having-problems"),
            "A sound that Asterisk has by itself, by its name there."),
    FALLBACK_EXTENSION(
            Section.CALLS,
            text(null),
            "Who is called when the bot stays silent, as EXTENSION_ENDPOINT has it. Unset: such a call ends with a good-bye."),
    EXTENSION_ENDPOINT(
            Section.CALLS,
            text("PJSIP/{}"),
            "Where an extension is called that a call is transferred to; it takes the place of {}. PJSIP/{}@trunk calls it through a trunk, Local/{}@from-bot/n through the dialplan."),
    RING_SECONDS(
            Section.CALLS,
            seconds("30", 1, 300),
            "So long it rings where a call is transferred to, before the bot takes it back."),

    // ---- Telephony
    ASTERISK_URL(Section.TELEPHONY, text("http://localhost:8088"), "Asterisk's HTTP server; ARI is below it at /ari."),
    ASTERISK_NAME(
            Section.TELEPHONY,
            text("asterisk"),
            "A name for this Asterisk, unique among those of one Kafka; part of every call's id."),
    ASTERISK_URLS(
            Section.TELEPHONY,
            text(null),
            "Where there are several Asterisks: all of them, as name=url,name=url, in the place of ASTERISK_URL. Players reach each by its name; a gateway serves the one that ASTERISK_NAME names. User and password are the same for all."),
    ARI_USERNAME(Section.TELEPHONY, text("parley"), "User of ARI (ari.conf)."),
    ARI_PASSWORD(Section.TELEPHONY, secret(), "The password of ARI_USERNAME."),
    ARI_APPLICATION(Section.TELEPHONY, text("parley"), "The Stasis application that the dialplan hands calls to."),
    PLAYBACK(
            Section.TELEPHONY,
            oneOf("stream", "ari"),
            "How the bot speaks, the same for the gateway and the players. stream: the gateway streams sound into a websocket leg that is bridged with the caller. ari: playbacks that the player asks Asterisk for; the caller is tapped."),
    PLAYBACK_TARGET(
            Section.TELEPHONY,
            oneOf("channel", "bridge"),
            "What PLAYBACK=ari plays to, the same for the gateway and the players. channel: the caller's channel, which is in no bridge. bridge: a mixing bridge that the gateway makes for each call and puts the caller into; others may be in it too."),
    BARGE_IN_MODE(
            Section.TELEPHONY,
            oneOf("soft", "hard"),
            "What an interruption does beside stopping what is played, the same for the gateway and the players. soft: nothing. hard, with PLAYBACK_TARGET=bridge: the bridge is removed and the caller put into a new one."),
    BOT_LEVEL_TAP(
            Section.TELEPHONY,
            flag(false),
            "With PLAYBACK=ari: a second tap on each call tells how loud the bot is, so that its echo is not taken for an interruption; about 1 % of a core of Asterisk a call. With PLAYBACK=stream that is known anyway."),
    FRAME_BUFFER_SECONDS(
            Section.TELEPHONY,
            seconds("30", 1, 600),
            "So much of a call's audio is kept while Kafka is away; what does not fit becomes a gap."),

    // ---- Engines
    PARLEY_MODELS(Section.ENGINES, text(null), "The folder of the speech models; ./parley models fills it."),
    ASR_ENGINE(Section.ENGINES, oneOf("moonshine", "vosk"), "What recognises speech."),
    ASR_CONCURRENCY(Section.ENGINES, count(1, 1, 64), "How many chunks a worker recognises at the same time."),
    ASR_QUEUE(
            Section.ENGINES,
            oneOf("share", "group"),
            "How workers divide the chunks. share: a share group (Kafka 4.2 or later). group: a consumer group, for clusters without."),
    TTS_ENGINE(Section.ENGINES, oneOf("piper", "espeak-ng"), "What speaks."),

    // ---- Media
    MEDIA_PORT(Section.MEDIA, count(8090, 0, 65_535), "The port at which the player offers sound to Asterisk. 0: any."),
    MEDIA_BASE_URL(
            Section.MEDIA,
            text(null),
            "Where Asterisk reaches that port of this player; each player has its own, since only the one that made a sound is sure to have it. Unset: the address by which this machine reaches Asterisk, and MEDIA_PORT."),
    MEDIA_SECRET(
            Section.MEDIA,
            secret(),
            "Signs the addresses of sound, which hold for 5 to 10 minutes. Unset: made anew at each start, and what was handed out before holds no longer."),

    // ---- Running
    TOPIC_PARTITIONS(
            Section.RUNNING,
            count(24, 1, 1000),
            "Partitions of the topics, when they are made; all but the recognisers' queue have as many."),
    TOPIC_REPLICATION(
            Section.RUNNING,
            count(-1, -1, 9),
            "Replicas of the topics, when they are made. -1: as many as the brokers give by default."),
    START_PATIENCE(
            Section.RUNNING,
            seconds("60", 0, 3600),
            "So long a service waits at its start for Kafka and whatever else it needs, before it gives up (exit code 69)."),
    DRAIN_SECONDS(
            Section.RUNNING,
            seconds("10", 0, 600),
            "So long a service that is asked to end takes at most to finish what it has begun."),
    HTTP_PORT(Section.RUNNING, count(8080, 0, 65_535), "The port of /livez, /readyz and /metrics. 0: none."),
    LOG_FORMAT(Section.RUNNING, oneOf("text", "json"), "How log lines are written."),
    LOG_LEVEL(
            Section.RUNNING,
            oneOf("info", "warn", "error", "debug", "trace"),
            "From which level on they are written. What callers say is not written above debug.");

    /** A heading of the generated pages. */
    enum Section {
        LISTENING("Listening"),
        BARGE_IN("Interruptions"),
        ANSWERS("Answers"),
        CALLS("Calls"),
        TELEPHONY("Asterisk"),
        ENGINES("Engines"),
        MEDIA("Sound for Asterisk"),
        RUNNING("Running");

        final String title;

        Section(String title) {
            this.title = title;
        }
    }

    /** An older name that is still understood. */
    record Alias(String name, Setting setting) {}

    /** A name that is no longer understood, and what to do instead. */
    record Retired(String name, String advice) {}

    static final List<Alias> ALIASES = List.of(new Alias("SPEECH_SILENCE_TIMEOUT", VAD_SILENCE_TIMEOUT));

    static final List<Retired> RETIRED = List.of(new Retired(
            "SPEECH_MAX_RECORDING_TIME",
            "is a leftover of older installations and does nothing; remove it. The length of an utterance is bounded by "
                    + "MAX_UTTERANCE_SECONDS, or by VAD_MAX_RECORDING_TIME where USE_SOFT_WINDOW_INPUT=false"));

    private final Section section;
    private final SettingType type;
    private final String meaning;

    Setting(Section section, SettingType type, String meaning) {
        this.section = section;
        this.type = type;
        this.meaning = meaning;
    }

    Section section() {
        return section;
    }

    SettingType type() {
        return type;
    }

    /** What it does, for people. */
    public String meaning() {
        return meaning;
    }

    /** The value where none is given, as one would write it. */
    public Optional<String> byDefault() {
        return Optional.ofNullable(type.byDefault());
    }
}
