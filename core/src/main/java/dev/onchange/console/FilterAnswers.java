package dev.onchange.console;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.ChangeFilter;
import reactor.core.scheduler.Scheduler;

/**
 * Tries filters on changes, for everybody who looks.
 *
 * @param client of the server that answers what only it can
 * @param mask hides values that may not be shown
 * @param scheduler where filters are answered, which may wait for the server
 */
record FilterAnswers(MongoClient client, PayloadMask mask, Scheduler scheduler) {

    FilterAnswer of(ChangeFilter filter) {
        return new FilterAnswer(filter, client, mask);
    }
}
