package dev.onchange.console;

import java.util.List;
import reactor.core.publisher.Flux;

/** The journal, as it is and as it goes on. */
final class JournalResource {

    private static final int PAGE = 200;

    private final Journal journal;
    private final EventStreams streams;

    JournalResource(Journal journal, EventStreams streams) {
        this.journal = journal;
        this.streams = streams;
    }

    void addTo(ApiRoutes routes) {
        routes.get("journal", this::page).get("events", this::live);
    }

    private ConsoleReply page(ApiCall call) {
        int limit = call.number("limit", PAGE, 1, Journal.SIZE);
        String after = call.parameter("after");
        List<Journal.Entry> entries = after == null
                ? journal.latest(limit)
                : journal.after(call.number("after", 0, 0, Integer.MAX_VALUE), limit);
        return ConsoleReply.json(
                200,
                new JsonObject()
                        .put(
                                "next",
                                entries.isEmpty()
                                        ? call.number("after", 0, 0, Integer.MAX_VALUE)
                                        : entries.get(entries.size() - 1).seq())
                        .put(
                                "entries",
                                entries.stream().map(Journal.Entry::json).toList())
                        .text());
    }

    private ConsoleReply live(ApiCall call) {
        Flux<String> entries = journal.live().map(entry -> EventStreams.event("journal", entry.json()));
        return streams.reply(entries);
    }
}
