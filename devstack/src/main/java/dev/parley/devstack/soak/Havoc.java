package dev.parley.devstack.soak;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a stack while calls are up: containers are killed and started again one after the other, the broker is restarted once, and
 * one service is cut off from the network once for ten seconds. One thread; the same seed gives the same order.
 */
final class Havoc implements Runnable {
    private static final String GATEWAY = "ari-gateway";
    private static final String CHUNKER = "vad-chunker";
    private static final String PLAYER = "tts-player";
    static final List<String> SERVICES = List.of(GATEWAY, CHUNKER, "asr-worker", "agent-prefetch", PLAYER);
    private static final Duration CUT = Duration.ofSeconds(10);
    private static final long HEALTHY_SECONDS = 120;
    /** A gateway that is there again adopts the calls that are up one after the other; the others join their groups anew. */
    private static final Duration AT_WORK_AGAIN = Duration.ofSeconds(3);
    /** Clients back off for up to a second, groups are joined anew, and what has gathered is worked off. */
    private static final Duration CLIENTS_BACK = Duration.ofSeconds(10);
    /** From the end of what was said to its answer. */
    private static final Duration ANSWER = Duration.ofSeconds(6);

    private final Compose compose;
    private final Deaths deaths;
    private final Random random;
    private final long endNanos;
    private final long lengthNanos;
    private final PrintStream out;
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());
    private volatile @Nullable String failure;
    private final List<Outage> outages = Collections.synchronizedList(new ArrayList<>());
    private final Duration fallbackAfter;
    private volatile @Nullable Outage brokerOutage;

    /** @param fallbackAfter so long a caller waits in silence until the gateway speaks to him by itself; zero: for ever */
    Havoc(Compose compose, Deaths deaths, long seed, Duration length, Duration fallbackAfter, PrintStream out) {
        this.fallbackAfter = fallbackAfter;
        this.compose = compose;
        this.deaths = deaths;
        this.random = new Random(seed);
        this.lengthNanos = length.toNanos();
        this.endNanos = System.nanoTime() + lengthNanos;
        this.out = out;
    }

    /** A time in which a service was away, or cut off. */
    private record Outage(String service, Instant from, Instant to) {
        boolean overlaps(Instant first, Instant last) {
            return !last.isBefore(from) && !first.isAfter(to);
        }
    }

    /**
     * Whether what was said in this time could not be heard for a part of it, since no gateway was there or it was cut off from Asterisk, or
     * had no chance of an answer before the gateway speaks to the caller by itself, since the broker was away: then no service can save it.
     */
    boolean isHopeless(Instant first, Instant last) {
        return wasAway(Set.of(GATEWAY), first, last.plus(ANSWER)) || brokerWasAway(first, last, fallbackAfter);
    }

    /** Whether what was said in this time could not silence the bot: nobody was there to hear that he is spoken over, or to stop him. */
    boolean isUnstoppable(Instant first, Instant last) {
        Outage outage = brokerOutage;
        return wasAway(Set.of(GATEWAY, CHUNKER, PLAYER), first, last) || outage != null && outage.overlaps(first, last);
    }

    /** Whether no gateway was there to take a call at this moment, so that the dialplan had to speak to the caller. */
    boolean isNobodyThere(Instant when) {
        return wasAway(Set.of(GATEWAY), when, when);
    }

    private boolean wasAway(Set<String> services, Instant first, Instant last) {
        synchronized (outages) {
            return outages.stream()
                    .anyMatch(outage -> services.contains(outage.service()) && outage.overlaps(first, last));
        }
    }

    /** Whether the broker was away for so long that the gateway gave up on the call, as it is meant to, in this time. */
    boolean isGivenUp(Instant first, Instant last) {
        return brokerWasAway(first, last, fallbackAfter.multipliedBy(2));
    }

    private boolean brokerWasAway(Instant first, Instant last, Duration longerThan) {
        Outage outage = brokerOutage;
        return outage != null
                && !longerThan.isZero()
                && outage.overlaps(first, last.plus(longerThan))
                && outage.to().isAfter(outage.from().plus(longerThan).minus(CLIENTS_BACK));
    }

    /** Why it could not go on: a soak without it has shown nothing. */
    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /** What was done, in order. */
    List<String> done() {
        synchronized (done) {
            return List.copyOf(done);
        }
    }

    @Override
    public void run() {
        boolean brokerRestarted = false;
        boolean wasCut = false;
        List<String> order = new ArrayList<>();
        try {
            while (true) {
                long pause = 12_000 + random.nextInt(20_000);
                if (System.nanoTime() + pause * 1_000_000 > endNanos) {
                    return;
                }
                Thread.sleep(pause);
                double passed = 1 - (endNanos - System.nanoTime()) / (double) lengthNanos;
                if (passed > 0.35 && !brokerRestarted) {
                    brokerRestarted = true;
                    restartBroker();
                } else if (passed > 0.65 && !wasCut) {
                    wasCut = true;
                    cutOff(SERVICES.get(random.nextInt(SERVICES.size())));
                } else {
                    if (order.isEmpty()) {
                        order.addAll(SERVICES);
                        Collections.shuffle(order, random);
                    }
                    kill(order.removeFirst());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = "could not go on: " + e.getMessage();
        }
    }

    private void kill(String service) throws InterruptedException {
        List<String> containers = compose.containers(service);
        String victim = containers.get(random.nextInt(containers.size()));
        long began = System.nanoTime();
        outageBegins(service);
        deaths.before(victim);
        compose.kill(victim);
        compose.start(victim);
        boolean healthy = compose.awaitHealthy(victim, HEALTHY_SECONDS);
        outageEnds();
        tell(String.format(
                Locale.ROOT,
                "killed %s, %s after %.1f s",
                victim,
                healthy ? "healthy again" : "NOT healthy",
                (System.nanoTime() - began) / 1e9));
    }

    private void restartBroker() throws InterruptedException {
        String broker = compose.containers("kafka").getFirst();
        long began = System.nanoTime();
        Instant from = Instant.now();
        brokerOutage = new Outage("kafka", from, Instant.MAX);
        deaths.before(broker);
        compose.restart(broker);
        compose.awaitHealthy(broker, HEALTHY_SECONDS);
        brokerOutage = new Outage("kafka", from, Instant.now().plus(CLIENTS_BACK));
        tell(String.format(Locale.ROOT, "restarted the broker, %.1f s", (System.nanoTime() - began) / 1e9));
    }

    private void cutOff(String service) throws InterruptedException {
        String victim = compose.containers(service).getFirst();
        outageBegins(service);
        compose.cutOff(victim);
        try {
            Thread.sleep(CUT);
        } finally {
            compose.connect(victim, service);
        }
        compose.awaitHealthy(victim, HEALTHY_SECONDS);
        outageEnds();
        tell("cut " + victim + " off from the network for " + CUT.toSeconds() + " s");
    }

    private void outageBegins(String service) {
        outages.add(new Outage(service, Instant.now(), Instant.MAX));
    }

    private void outageEnds() {
        synchronized (outages) {
            Outage last = outages.removeLast();
            outages.add(new Outage(last.service(), last.from(), Instant.now().plus(AT_WORK_AGAIN)));
        }
    }

    private void tell(String what) {
        done.add(what);
        out.println("  havoc: " + what);
    }
}
