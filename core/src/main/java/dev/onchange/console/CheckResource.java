package dev.onchange.console;

import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.status.Availability;
import dev.onchange.status.Check;
import dev.onchange.status.Notice;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Asks the server once more whether it can serve the handlers. */
final class CheckResource {

    private final StatusView status;
    private final Semaphore free = new Semaphore(1);

    CheckResource(StatusView status) {
        this.status = status;
    }

    void addTo(ApiRoutes routes) {
        routes.ask("check", this::check);
    }

    /** One at a time: it asks the server a lot, and whoever may look may ask. */
    private ConsoleReply check(ApiCall call) {
        if (!free.tryAcquire()) {
            throw new Refusal(429, "TOO_MANY", "A check is under way already; wait for it.");
        }
        try {
            return checked();
        } finally {
            free.release();
        }
    }

    private ConsoleReply checked() {
        List<JsonObject> problems = new ArrayList<>();
        List<JsonObject> checks = new ArrayList<>();
        try {
            Availability availability = status.listeners().check();
            for (Check check : availability.checks()) {
                JsonObject json = json(check.code().id(), check.name(), check.detail(), check.todo());
                checks.add(json(check.code().id(), check.name(), check.detail(), check.todo())
                        .put("result", check.result()));
                if (check.result() == Check.Result.FAILURE || check.result() == Check.Result.WARNING) {
                    problems.add(json.put("severity", check.result()));
                }
            }
        } catch (OnChangeException failed) {
            for (Problem problem : failed.problems()) {
                problems.add(json(problem.code().id(), problem.where(), problem.what(), problem.todo())
                        .put("severity", Check.Result.FAILURE));
            }
        }
        for (Notice notice : status.listeners().plan().notices()) {
            problems.add(json(notice.code().id(), notice.where(), notice.what(), notice.todo())
                    .put("severity", "NOTICE"));
        }
        return ConsoleReply.json(
                200,
                new JsonObject()
                        .put("problems", problems)
                        .put("checks", checks)
                        .put("checkedAt", status.time())
                        .text());
    }

    private static JsonObject json(String code, String subject, String message, String remedy) {
        return new JsonObject()
                .put("code", code)
                .put("subject", subject)
                .put("message", message)
                .put("remedy", remedy.isEmpty() ? null : remedy);
    }
}
