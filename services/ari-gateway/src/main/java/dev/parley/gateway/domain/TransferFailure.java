package dev.parley.gateway.domain;

/** Why a transfer came to nothing. */
public enum TransferFailure {
    BUSY("busy"),
    NO_ANSWER("no-answer"),
    /** Whoever was called has refused, or cannot be called at all. */
    REFUSED("refused");

    private static final int CAUSE_BUSY = 17;
    private static final int CAUSE_NO_RESPONSE = 18;
    private static final int CAUSE_NO_ANSWER = 19;

    private final String word;

    TransferFailure(String word) {
        this.word = word;
    }

    /** For call.events. */
    public String word() {
        return word;
    }

    /**
     * @param dialStatus the last that a Dial event told; an engaged line is sometimes told by that alone
     * @param cause of the leg's end
     */
    public static TransferFailure of(String dialStatus, int cause) {
        if (cause == CAUSE_BUSY || dialStatus.equals("BUSY")) {
            return BUSY;
        }
        return cause == CAUSE_NO_ANSWER || cause == CAUSE_NO_RESPONSE || dialStatus.equals("NOANSWER")
                ? NO_ANSWER
                : REFUSED;
    }

    /** What the caller is told, who is the bot's again. */
    public String inWords(String language) {
        boolean russian = language.startsWith("ru");
        return switch (this) {
            case BUSY -> russian ? "Там сейчас занято. Чем ещё я могу помочь?" : "The line is busy. Can I help you?";
            case NO_ANSWER ->
                russian ? "Там никто не отвечает. Чем ещё я могу помочь?" : "Nobody answers. Can I help you?";
            case REFUSED ->
                russian
                        ? "Соединить не получилось. Чем ещё я могу помочь?"
                        : "I could not connect you. Can I help you?";
        };
    }
}
