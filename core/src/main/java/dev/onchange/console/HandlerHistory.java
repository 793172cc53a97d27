package dev.onchange.console;

import dev.onchange.status.HandlerStatus;
import dev.onchange.status.Lag;
import dev.onchange.status.ListenersStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What each handler did in the last quarter of an hour. Safe for use by several threads. */
final class HandlerHistory {

    static final Duration INTERVAL = Duration.ofSeconds(5);

    /** What is read while nobody looks is for whoever looks later, and is to cost next to nothing. */
    private static final Duration UNWATCHED_INTERVAL = Duration.ofSeconds(30);

    /** After a look, somebody is expected to look again. */
    private static final Duration WATCHED = Duration.ofMinutes(1);

    private static final Duration SHOWN = Duration.ofMinutes(15);

    private static final int POINTS = (int) SHOWN.dividedBy(INTERVAL);

    private static final long UNKNOWN = -1;

    private final long[] times = new long[POINTS];
    private final Map<String, Curve> curves = new HashMap<>();
    private long samples;

    /**
     * Whether it is time for the next point. To be asked each {@link #INTERVAL}.
     *
     * @param lookedAt when somebody looked last
     */
    synchronized boolean isDue(Instant now, Instant lookedAt) {
        boolean watched = Duration.between(lookedAt, now).compareTo(WATCHED) < 0;
        // Ticks come a little early or late.
        return samples == 0
                || watched
                || Math.abs(now.toEpochMilli() - times[place(samples - 1)])
                        > UNWATCHED_INTERVAL.minus(INTERVAL.dividedBy(2)).toMillis();
    }

    synchronized void add(Instant at, ListenersStatus status) {
        int place = place(samples);
        double seconds = samples == 0 ? 0 : (at.toEpochMilli() - times[place(samples - 1)]) / 1000.0;
        times[place] = at.toEpochMilli();
        for (HandlerStatus handler : status.handlers()) {
            curves.computeIfAbsent(handler.id(), added -> new Curve(samples)).add(samples, seconds, handler);
        }
        samples++;
        if (curves.size() > status.handlers().size()) {
            curves.values().removeIf(curve -> curve.last < samples - 1);
        }
    }

    /** How many changes a second a handler has settled lately: handled, or given up. */
    synchronized double rate(String handlerId) {
        Curve curve = curves.get(handlerId);
        return curve == null || samples == 0 ? 0 : curve.rates[place(samples - 1)];
    }

    private static int place(long sample) {
        return (int) (sample % POINTS);
    }

    /** The points of a handler's curves, the oldest first. */
    synchronized List<JsonObject> points(String handlerId) {
        Curve curve = curves.get(handlerId);
        if (curve == null) {
            return List.of();
        }
        List<JsonObject> points = new ArrayList<>();
        long begin = times[place(samples - 1)] - SHOWN.toMillis();
        for (long sample = Math.max(curve.first, samples - POINTS); sample < samples; sample++) {
            int place = place(sample);
            if (times[place] < begin) {
                continue;
            }
            points.add(new JsonObject()
                    .put("at", Instant.ofEpochMilli(times[place]))
                    .put("ratePerSecond", curve.rates[place])
                    .put("lagMs", curve.lags[place] == UNKNOWN ? null : Duration.ofMillis(curve.lags[place]))
                    .put("inFlight", curve.inFlight[place]));
        }
        return points;
    }

    private static final class Curve {

        private final long first;
        private long last;
        private final float[] rates = new float[POINTS];
        private final long[] lags = new long[POINTS];
        private final int[] inFlight = new int[POINTS];
        private long settled = UNKNOWN;

        Curve(long first) {
            this.first = first;
        }

        void add(long sample, double seconds, HandlerStatus handler) {
            HandlerStatus.Counts counts = handler.counts();
            long now =
                    counts.handled() + counts.deadLettered() + counts.parked() + counts.skipped() + counts.coalesced();
            last = sample;
            int place = place(sample);
            boolean counted = settled != UNKNOWN && seconds > 0 && now >= settled;
            rates[place] = counted ? (float) (Math.round((now - settled) / seconds * 10) / 10.0) : 0;
            settled = now;
            Lag lag = handler.lag();
            lags[place] = lag == null ? UNKNOWN : lag.behind().toMillis();
            inFlight[place] = handler.inFlight();
        }
    }
}
