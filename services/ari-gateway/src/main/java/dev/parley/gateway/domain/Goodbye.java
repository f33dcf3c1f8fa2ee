package dev.parley.gateway.domain;

/** What an idle call is told before it is hung up. */
public final class Goodbye {
    private Goodbye() {}

    /** @param language BCP 47; English where there is no text of that language */
    public static String in(String language) {
        return language.startsWith("ru")
                ? "Вас не слышно, поэтому я завершаю звонок. До свидания!"
                : "I cannot hear you, so I will end the call. Good-bye!";
    }
}
