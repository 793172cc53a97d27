package dev.onchange.console;

import dev.onchange.ChangeListeners;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What the calls of the API share, and what is to be closed at the end. */
final class ConsoleParts {

    private final ChangeListeners listeners;
    private final PayloadMask mask;
    private final OperatorActions operations;
    private final Clock clock = Clock.systemUTC();
    private final Scheduler timer = Schedulers.newSingle("onchange-console", true);
    /** Where filters are answered, which may wait for the server. */
    private final Scheduler evaluation = Schedulers.newBoundedElastic(2, 64, "onchange-console-filter", 10, true);

    private final OpenTails tails = new OpenTails();
    private final EventStreams streams = new EventStreams(timer);
    private final ReplayJobs jobs;
    private final StatusView status;

    ConsoleParts(ChangeListeners listeners, PayloadMask mask, OperatorActions operations, SecureRandom random) {
        this.listeners = listeners;
        this.mask = mask;
        this.operations = operations;
        this.jobs = new ReplayJobs(random, timer);
        this.status = new StatusView(listeners, clock);
    }

    /** Which call is answered by whom. */
    ApiRoutes routes(ConsoleSettings settings, RequestGuard guard) {
        ApiRoutes routes = new ApiRoutes();
        new SessionResource(settings, status, guard).addTo(routes);
        new OverviewResource(status, mask).addTo(routes);
        new PlanResource(status).addTo(routes);
        HandlersResource handlers = new HandlersResource(status, mask);
        handlers.addTo(routes);
        new HandlerResource(status, handlers, mask).addTo(routes);
        new HandlerCommands(status, operations).addTo(routes);
        new JobsResource(status, operations, jobs, tails, mask).addTo(routes);
        addLetters(routes);
        addTail(routes);
        new ClusterResource(status).addTo(routes);
        new JournalResource(operations.journal(), streams).addTo(routes);
        new CheckResource(status).addTo(routes);
        return routes;
    }

    private void addLetters(ApiRoutes routes) {
        LetterSearch search = new LetterSearch(listeners.deadLetters(), mask, clock, evaluation);
        new LettersResource(listeners.deadLetters(), mask, search, operations).addTo(routes);
        new LetterCommands(status, operations, jobs, search, mask).addTo(routes);
    }

    private void addTail(ApiRoutes routes) {
        new TailResource(
                        new ChangeTap(listeners.client(), clock, timer, tails),
                        new FilterAnswers(listeners.client(), mask, evaluation),
                        new ServerAnswers(listeners.client(), clock, timer, Duration.ofSeconds(3)),
                        streams,
                        operations)
                .addTo(routes);
    }

    /** Begins to note how the handlers fare. */
    void start() {
        status.start(timer);
    }

    void close() {
        streams.close();
        jobs.close();
        status.close();
        timer.dispose();
        evaluation.dispose();
    }
}
