package dev.onchange.console;

import dev.onchange.OnChangeException;
import dev.onchange.deadletter.Replayed;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Replays that go on while nobody waits for them. The last ones are remembered. Safe for use by several threads. */
final class ReplayJobs {

    private static final int REMEMBERED = 100;

    private static final int MOST_RUNNING = 4;

    private final SecureRandom random;
    private final Map<String, Job> jobs = new LinkedHashMap<>();

    ReplayJobs(SecureRandom random) {
        this.random = random;
    }

    /**
     * Starts one.
     *
     * @param total how many letters it is about
     * @param replay gives what came of each letter, and begins no further one when what it is given completes
     * @param ended told at the end, with a sentence about it
     * @throws Refusal if too many are running
     */
    String start(long total, Function<Publisher<?>, Flux<Replayed>> replay, Consumer<String> ended) {
        String id = TokenAccess.secret(random).substring(0, 16);
        Job job = new Job(total, ended);
        synchronized (jobs) {
            if (jobs.values().stream().filter(Job::isRunning).count() >= MOST_RUNNING) {
                throw new Refusal(429, "TOO_MANY", MOST_RUNNING + " replays are running; wait for one, or cancel it.");
            }
            jobs.values().removeIf(old -> jobs.size() >= REMEMBERED && !old.isRunning());
            jobs.put(id, job);
        }
        job.start(replay);
        return id;
    }

    /** @throws Refusal if there is no such job */
    Job job(String id) {
        synchronized (jobs) {
            Job job = jobs.get(id);
            if (job == null) {
                throw Refusal.notFound("There is no job " + id + ".");
            }
            return job;
        }
    }

    /** No further letter is begun. */
    void close() {
        synchronized (jobs) {
            jobs.values().forEach(Job::cancel);
        }
    }

    /** One replay. */
    static final class Job {

        private final long total;
        private final Consumer<String> ended;
        private final Sinks.Empty<Void> stop = Sinks.empty();
        private long handled;
        private long failed;
        private State state = State.RUNNING;
        private boolean cancelled;
        private @Nullable String message;

        private Job(long total, Consumer<String> ended) {
            this.total = total;
            this.ended = ended;
        }

        private void start(Function<Publisher<?>, Flux<Replayed>> replay) {
            replay.apply(stop.asMono()).subscribe(this::add, this::fail, this::complete);
        }

        private synchronized void add(Replayed result) {
            handled += result.handled();
            failed += result.failed();
        }

        private void fail(Throwable failure) {
            end(State.FAILED, failure instanceof OnChangeException known ? known.getMessage() : failure.toString());
        }

        private void complete() {
            end(State.DONE, null);
        }

        private void end(State reached, @Nullable String why) {
            String said;
            synchronized (this) {
                state = cancelled && reached == State.DONE ? State.CANCELLED : reached;
                message = why;
                said = state + ": " + handled + " handled, " + failed + " failed again"
                        + (why == null ? "" : ", " + why);
            }
            ended.accept(said);
        }

        private synchronized boolean isRunning() {
            return state == State.RUNNING;
        }

        /** What has begun is done; no further letter is begun. */
        void cancel() {
            synchronized (this) {
                cancelled = true;
            }
            stop.tryEmitEmpty();
        }

        synchronized JsonObject json() {
            return new JsonObject()
                    .put("done", handled + failed)
                    .put("total", Math.max(total, handled + failed))
                    .put("failed", failed)
                    .put("state", state)
                    .put("message", message);
        }

        private enum State {
            RUNNING,
            DONE,
            CANCELLED,
            FAILED
        }
    }
}
