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

    private static final int POINTS = 180;

    private static final long UNKNOWN = -1;

    private final long[] times = new long[POINTS];
    private final Map<String, Curve> curves = new HashMap<>();
    private long samples;

    synchronized void add(Instant at, ListenersStatus status) {
        int place = (int) (samples % POINTS);
        double seconds = samples == 0 ? 0 : (at.toEpochMilli() - times[(int) ((samples - 1) % POINTS)]) / 1000.0;
        times[place] = at.toEpochMilli();
        Map<String, Curve> present = new HashMap<>();
        for (HandlerStatus handler : status.handlers()) {
            Curve curve = curves.getOrDefault(handler.id(), new Curve(samples));
            curve.add(place, seconds, handler);
            present.put(handler.id(), curve);
        }
        curves.clear();
        curves.putAll(present);
        samples++;
    }

    /** How many changes a second a handler has settled lately: handled, or given up. */
    synchronized double rate(String handlerId) {
        Curve curve = curves.get(handlerId);
        return curve == null || samples == 0 ? 0 : curve.rates[(int) ((samples - 1) % POINTS)];
    }

    /** The points of a handler's curves, the oldest first. */
    synchronized List<JsonObject> points(String handlerId) {
        Curve curve = curves.get(handlerId);
        if (curve == null) {
            return List.of();
        }
        List<JsonObject> points = new ArrayList<>();
        for (long sample = Math.max(curve.first, samples - POINTS); sample < samples; sample++) {
            int place = (int) (sample % POINTS);
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
        private final float[] rates = new float[POINTS];
        private final long[] lags = new long[POINTS];
        private final int[] inFlight = new int[POINTS];
        private long settled = UNKNOWN;

        Curve(long first) {
            this.first = first;
        }

        void add(int place, double seconds, HandlerStatus handler) {
            HandlerStatus.Counts counts = handler.counts();
            long now =
                    counts.handled() + counts.deadLettered() + counts.parked() + counts.skipped() + counts.coalesced();
            boolean counted = settled != UNKNOWN && seconds > 0 && now >= settled;
            rates[place] = counted ? (float) (Math.round((now - settled) / seconds * 10) / 10.0) : 0;
            settled = now;
            Lag lag = handler.lag();
            lags[place] = lag == null ? UNKNOWN : lag.behind().toMillis();
            inFlight[place] = handler.inFlight();
        }
    }
}
