package dev.onchange.console;

import dev.onchange.deadletter.Replayed;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** Replays that go on while nobody waits for them. The last ones are remembered. Safe for use by several threads. */
final class ReplayJobs {

    private static final int REMEMBERED = 100;

    private static final int MOST_RUNNING = 4;

    /** So often it is looked whether something has come of a replay; while nothing does, the letters that are left are counted. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final SecureRandom random;
    private final Scheduler timer;
    private final Map<String, ReplayJob> jobs = new LinkedHashMap<>();

    ReplayJobs(SecureRandom random, Scheduler timer) {
        this.random = random;
        this.timer = timer;
    }

    /**
     * Starts one.
     *
     * @param asked what it is about
     * @param replay gives what came of each letter, and begins no further one when what it is given completes
     * @param ended told at the end, with a sentence about it
     * @throws Refusal if too many are running
     */
    String start(ReplayJob.Asked asked, Function<Publisher<?>, Flux<Replayed>> replay, Consumer<String> ended) {
        String id = TokenAccess.secret(random).substring(0, 16);
        ReplayJob job = new ReplayJob(id, asked, ended);
        synchronized (jobs) {
            if (jobs.values().stream().filter(ReplayJob::isRunning).count() >= MOST_RUNNING) {
                throw new Refusal(429, "TOO_MANY", MOST_RUNNING + " replays are running; wait for one, or cancel it.");
            }
            jobs.values().removeIf(old -> jobs.size() >= REMEMBERED && !old.isRunning());
            jobs.put(id, job);
        }
        job.start(replay, Flux.interval(LOOK, timer));
        return id;
    }

    /** @throws Refusal if there is no such job */
    ReplayJob job(String id) {
        synchronized (jobs) {
            ReplayJob job = jobs.get(id);
            if (job == null) {
                throw Refusal.notFound("There is no job " + id + ".");
            }
            return job;
        }
    }

    /** Those that are remembered, the latest first. */
    List<ReplayJob> all() {
        synchronized (jobs) {
            List<ReplayJob> all = new ArrayList<>(jobs.values());
            Collections.reverse(all);
            return all;
        }
    }

    /** No further letter is begun. */
    void close() {
        synchronized (jobs) {
            jobs.values().forEach(ReplayJob::cancel);
        }
    }
}
