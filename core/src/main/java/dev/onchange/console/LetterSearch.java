package dev.onchange.console;

import dev.onchange.ChangeFilter;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetters;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * Finds letters by what their events hold. No index knows that, so the letters are looked at one after the other. What is
 * redacted the filter does not see, whoever searches.
 */
final class LetterSearch {

    /** For one page, letters are looked at for so long. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    /** A store that gives no letter in this time is away. */
    private static final Duration ANSWER = Duration.ofSeconds(30);

    /** Behind a full page they are counted for so long. */
    private static final Duration COUNT = Duration.ofSeconds(1);

    /** For one page, so many letters are looked at. */
    private static final int MOST_LOOKED_AT = 100_000;

    /** Searches read all that is stored: more at a time would burden the store. */
    private static final int MOST = 2;

    /** Events may have 16 MB each. */
    private static final int READ_AHEAD = 16;

    private final DeadLetters letters;
    private final PayloadMask mask;
    private final Clock clock;
    private final Scheduler evaluation;
    private final Semaphore free = new Semaphore(MOST);

    /** @param evaluation where filters are answered */
    LetterSearch(DeadLetters letters, PayloadMask mask, Clock clock, Scheduler evaluation) {
        this.letters = letters;
        this.mask = mask;
        this.clock = clock;
        this.evaluation = evaluation;
    }

    /**
     * A filter that letters can be searched by.
     *
     * @throws Refusal if it is none, or whoever calls may not try one
     */
    ChangeFilter filter(ApiCall call, String match) {
        TypedFilter.requireMayTry(call, mask);
        ChangeFilter filter = TypedFilter.parsed(match);
        if (!filter.inProcess()) {
            throw new Refusal(
                    422,
                    "SERVER_ONLY",
                    "Letters are searched here, and this only the server can answer: "
                            + String.join("; ", filter.whyOnServer()) + ".");
        }
        return filter;
    }

    /** All that match, the handlers' letters in their order; how long it takes depends on how many letters there are. */
    Flux<DeadLetter> all(DeadLetterFilter which, ChangeFilter filter) {
        return letters.list(which).publishOn(evaluation, READ_AHEAD).filter(letter -> meets(letter, filter));
    }

    /**
     * Looks at letters until a page is full, or for some seconds. For a first page they are counted beyond it, for a moment.
     *
     * @param after where to go on; null to begin
     * @param found is given those that match, until it is full
     * @return which were looked at
     */
    Looked look(DeadLetterFilter which, ChangeFilter filter, @Nullable DeadLetter after, Page found) {
        if (!free.tryAcquire()) {
            throw new Refusal(429, "TOO_MANY", MOST + " searches are under way already; wait for one.");
        }
        try {
            Looked looked = new Looked(found, clock, mask, after == null);
            StoreAnswer.of(
                    letters.page(which, after, MOST_LOOKED_AT)
                            .publishOn(evaluation, READ_AHEAD)
                            .takeUntil(letter -> looked.endsWith(letter, meets(letter, filter)))
                            .then(),
                    ANSWER);
            return looked;
        } finally {
            free.release();
        }
    }

    private boolean meets(DeadLetter letter, ChangeFilter filter) {
        return filter.matches(mask.withoutRedacted(letter.event()));
    }

    /** Takes what is found. Used by one thread at a time. */
    interface Page extends Consumer<DeadLetter> {

        boolean isFull();
    }

    /** Which letters were looked at. Used by one thread at a time. */
    static final class Looked {

        private final Page found;
        private final Clock clock;
        private final PayloadMask mask;
        private final boolean counts;
        private long until;
        private long count;
        private long matched;
        private long shown;
        private boolean cut;
        private @Nullable DeadLetter lastOfPage;

        private Looked(Page found, Clock clock, PayloadMask mask, boolean counts) {
            this.found = found;
            this.clock = clock;
            this.mask = mask;
            this.counts = counts;
            this.until = clock.millis() + LOOK.toMillis();
        }

        private boolean endsWith(DeadLetter letter, boolean matches) {
            count++;
            if (matches) {
                matched++;
                add(letter);
            }
            cut = found.isFull() && !counts || count == MOST_LOOKED_AT || clock.millis() > until;
            if (cut && lastOfPage == null) {
                lastOfPage = letter;
            }
            return cut;
        }

        private void add(DeadLetter letter) {
            if (found.isFull()) {
                return;
            }
            found.accept(letter);
            shown++;
            if (found.isFull()) {
                lastOfPage = letter;
                until = Math.min(until, clock.millis() + COUNT.toMillis());
            }
        }

        long count() {
            return count;
        }

        /** How many match; null if not all were looked at. */
        @Nullable
        Long total() {
            return counts && !cut ? matched : null;
        }

        /** The cursor behind which to look further; null if nothing is left. */
        @Nullable
        String next() {
            DeadLetter end = lastOfPage;
            return end == null || !cut && matched == shown ? null : LetterQuery.cursor(end, mask);
        }
    }
}
