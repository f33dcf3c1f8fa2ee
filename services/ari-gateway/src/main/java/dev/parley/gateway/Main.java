package dev.parley.gateway;

import dev.parley.runtime.ServiceMain;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs the gateway in a process of its own. */
@Command(
        name = "ari-gateway",
        mixinStandardHelpOptions = true,
        description =
                "Answers the calls of one Asterisk and puts them on the topics. Settings come from the environment.")
public final class Main implements Callable<Integer> {
    @Override
    public Integer call() {
        return ServiceMain.run("ari-gateway", GatewayService::new);
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
