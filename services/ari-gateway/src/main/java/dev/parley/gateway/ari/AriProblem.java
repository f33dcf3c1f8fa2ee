package dev.parley.gateway.ari;

import dev.parley.ari.AriFault;
import dev.parley.ari.AriServer;

/** Says what is wrong with the connection to Asterisk in words that lead to the setting that is to be changed. */
public final class AriProblem {
    private AriProblem() {}

    public static String forPeople(AriServer server, AriFault fault) {
        return switch (fault.kind()) {
            case UNREACHABLE, TIMED_OUT ->
                "Asterisk does not answer at " + server.url() + " (ASTERISK_URL): " + fault.getMessage();
            case UNAUTHORISED ->
                "Asterisk at " + server.url() + " refuses the user '" + server.user()
                        + "' or the password (ARI_USERNAME, ARI_PASSWORD; on its side ari.conf)";
            case NOT_ARI ->
                "What answers at " + server.url() + " (ASTERISK_URL) is not Asterisk's ARI: " + fault.getMessage()
                        + ". On its side http.conf and ari.conf must be enabled";
        };
    }
}
