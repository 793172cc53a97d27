package dev.onchange.console;

import dev.onchange.ChangeListeners;
import dev.onchange.status.ClusterStatus;
import dev.onchange.status.ClusterStatus.MemberStatus;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.ListenersStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/** The status of the listeners, read at most once a second however many look at it, and what the handlers did lately. */
final class StatusView {

    private static final Duration FRESH = Duration.ofSeconds(1);

    private final ChangeListeners listeners;
    private final Clock clock;
    private final Instant startedAt;
    private final HandlerHistory history = new HandlerHistory();
    private volatile Instant lookedAt = Instant.EPOCH;
    private volatile @Nullable Reading last;
    private volatile @Nullable Disposable sampling;

    StatusView(ChangeListeners listeners, Clock clock) {
        this.listeners = listeners;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    void start(Scheduler timer) {
        sampling =
                timer.schedulePeriodically(this::sample, 0, HandlerHistory.INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sample() {
        Instant now = clock.instant();
        if (history.isDue(now, lookedAt)) {
            history.add(now, reading().status);
        }
    }

    ChangeListeners listeners() {
        return listeners;
    }

    HandlerHistory history() {
        return history;
    }

    Instant startedAt() {
        return startedAt;
    }

    Instant time() {
        return clock.instant();
    }

    /** As it was a second ago at most. */
    ListenersStatus now() {
        lookedAt = clock.instant();
        return reading().status;
    }

    /** The name of the instance that has a handler, as {@link #now} knows it; null if none has it, or there is one alone. */
    @Nullable
    String owner(String handlerId) {
        return reading().owners().get(handlerId);
    }

    private synchronized Reading reading() {
        Reading reading = last;
        Instant now = clock.instant();
        if (reading == null || Duration.between(reading.at, now).abs().compareTo(FRESH) > 0) {
            reading = new Reading(now, listeners.status());
            last = reading;
        }
        return reading;
    }

    private static Map<String, String> owners(ClusterStatus cluster) {
        Map<String, String> names = new HashMap<>();
        cluster.members().forEach(member -> names.put(member.id(), nameOf(member)));
        Map<String, String> owners = new HashMap<>();
        for (ClusterStatus.OwnedHandler handler : cluster.handlers()) {
            String name = names.get(handler.owner());
            if (name != null) {
                owners.put(handler.id(), name);
            }
        }
        return owners;
    }

    /** Lets the next who asks see what an operator has done. */
    void changed() {
        last = null;
    }

    /** @throws Refusal if there is no such handler */
    HandlerStatus handler(String id) {
        return now().handlers().stream()
                .filter(handler -> handler.id().equals(id))
                .findFirst()
                .orElseThrow(() -> Refusal.notFound("No handler has the id " + id + "."));
    }

    /** This instance, in its cluster; empty if it is in none. */
    Optional<MemberStatus> self() {
        return now().cluster().members().stream().filter(MemberStatus::self).findFirst();
    }

    /** For people: the name of an instance, or where it runs. */
    static String nameOf(MemberStatus member) {
        return member.name().isEmpty() ? member.host() + ":" + member.pid() : member.name();
    }

    void close() {
        Disposable open = sampling;
        if (open != null) {
            open.dispose();
        }
    }

    private static final class Reading {

        private final Instant at;
        private final ListenersStatus status;
        private @Nullable Map<String, String> owners;

        Reading(Instant at, ListenersStatus status) {
            this.at = at;
            this.status = status;
        }

        /** Most calls do not ask for them. */
        synchronized Map<String, String> owners() {
            Map<String, String> known = owners;
            if (known == null) {
                known = StatusView.owners(status.cluster());
                owners = known;
            }
            return known;
        }
    }
}
