package dev.onchange.console;

import dev.onchange.status.ListenersStatus;
import dev.onchange.status.SnapshotStatus;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What takes its time: the replays and tails of this console, and the snapshots of this instance's handlers. */
final class JobsResource {

    private final StatusView status;
    private final OperatorActions operations;
    private final ReplayJobs jobs;
    private final OpenTails tails;
    private final PayloadMask mask;

    JobsResource(StatusView status, OperatorActions operations, ReplayJobs jobs, OpenTails tails, PayloadMask mask) {
        this.status = status;
        this.operations = operations;
        this.jobs = jobs;
        this.tails = tails;
        this.mask = mask;
    }

    void addTo(ApiRoutes routes) {
        routes.get("jobs", this::all)
                .get(
                        "jobs/{job}",
                        call -> ConsoleReply.json(
                                200, jobs.job(call.variable("job")).json().text()))
                .act("jobs/{job}/cancel", this::cancel);
    }

    private ConsoleReply all(ApiCall call) {
        ListenersStatus now = status.now();
        return ConsoleReply.json(
                200,
                new JsonObject()
                        .put("replays", jobs.all().stream().map(ReplayJob::json).toList())
                        .put("tails", tails.json())
                        .put(
                                "snapshots",
                                now.snapshots().stream()
                                        .filter(snapshot -> !snapshot.complete())
                                        .map(snapshot -> handlerOf(snapshot.handlerId()))
                                        .distinct()
                                        .map(id -> Objects.requireNonNull(snapshot(id, now, mask))
                                                .put("handler", id))
                                        .toList())
                        .text());
    }

    private ConsoleReply cancel(ApiCall call) {
        ReplayJob job = jobs.job(call.variable("job"));
        operations.run(call, "replay cancel", null, call.variable("job"), job::cancel);
        return ConsoleReply.json(200, job.json().text());
    }

    private static String handlerOf(String partitionId) {
        int bar = partitionId.indexOf('|');
        return bar < 0 ? partitionId : partitionId.substring(0, bar);
    }

    /** The snapshot of a handler, of all its partitions together; null if it has none. */
    static @Nullable JsonObject snapshot(String handlerId, ListenersStatus now, PayloadMask mask) {
        List<SnapshotStatus> all = now.snapshots().stream()
                .filter(snapshot -> PlanResource.isOf(handlerId, snapshot.handlerId()))
                .toList();
        if (all.isEmpty()) {
            return null;
        }
        boolean complete = all.stream().allMatch(SnapshotStatus::complete);
        Duration left = all.stream()
                .map(SnapshotStatus::timeLeft)
                .reduce(Duration.ZERO, (one, other) -> one == null || other == null ? null : max(one, other));
        String reason = all.stream()
                .map(SnapshotStatus::trouble)
                .filter(Objects::nonNull)
                .map(trouble -> mask.text(trouble.toString()))
                .findFirst()
                .orElse(null);
        return new JsonObject()
                .put("state", complete ? "COMPLETE" : all.get(0).paused() ? "PAUSED" : "RUNNING")
                .put("done", all.stream().mapToLong(SnapshotStatus::documents).sum())
                .put(
                        "estimated",
                        all.stream().mapToLong(SnapshotStatus::estimated).sum())
                .put(
                        "ratePerSecond",
                        all.stream().mapToDouble(SnapshotStatus::perSecond).sum())
                .put("leftMs", left)
                .put("trouble", reason);
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
