package dev.onchange.console;

import dev.onchange.ChangeFilter;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetters;
import dev.onchange.deadletter.Replayed;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The letters that an operator means. */
sealed interface MeantLetters {

    /** How many there are. */
    Mono<Long> count();

    /** How many of them were not tried since; empty if that is not to be known. */
    Mono<Long> left(Instant since);

    /** What came of each; begins no further one when {@code stop} completes. */
    Flux<Replayed> replay(Duration pause, Publisher<?> stop);

    /** How many are gone. */
    Mono<Long> discard();

    /** Some by their ids. */
    record ById(DeadLetters letters, List<String> ids) implements MeantLetters {

        @Override
        public Mono<Long> count() {
            return Mono.just((long) ids.size());
        }

        @Override
        public Mono<Long> left(Instant since) {
            return Mono.empty();
        }

        @Override
        public Flux<Replayed> replay(Duration pause, Publisher<?> stop) {
            return Flux.fromIterable(ids)
                    .takeUntilOther(stop)
                    .concatMap(id -> letters.replay(DeadLetterFilter.withId(id), pause, stop), 1);
        }

        @Override
        public Mono<Long> discard() {
            return Flux.fromIterable(ids)
                    .concatMap(id -> letters.discard(DeadLetterFilter.withId(id)), 1)
                    .reduce(0L, Long::sum);
        }
    }

    /** All that the store finds. */
    record ByFilter(DeadLetters letters, DeadLetterFilter filter) implements MeantLetters {

        @Override
        public Mono<Long> count() {
            return letters.count(filter);
        }

        /** Letters that are tried again have a later time, handled ones are gone. */
        @Override
        public Mono<Long> left(Instant since) {
            Instant end = filter.to();
            return letters.count(filter.between(filter.from(), end == null || end.isAfter(since) ? since : end));
        }

        @Override
        public Flux<Replayed> replay(Duration pause, Publisher<?> stop) {
            return letters.replay(filter, pause, stop);
        }

        @Override
        public Mono<Long> discard() {
            return letters.discard(filter);
        }
    }

    /** Of those that the store finds the ones whose event matches. */
    record BySearch(DeadLetters letters, LetterSearch search, DeadLetterFilter filter, ChangeFilter match)
            implements MeantLetters {

        private Flux<DeadLetter> found() {
            return search.all(filter, match);
        }

        @Override
        public Mono<Long> count() {
            return found().count();
        }

        @Override
        public Mono<Long> left(Instant since) {
            return Mono.empty();
        }

        @Override
        public Flux<Replayed> replay(Duration pause, Publisher<?> stop) {
            return Flux.defer(() -> {
                Set<Document> failed = new HashSet<>();
                return found().takeUntilOther(stop)
                        .concatMap(
                                letter -> letter.parked() && failed.contains(Document.of(letter))
                                        ? Flux.empty()
                                        : letters.replay(DeadLetterFilter.withId(letter.id()), pause, stop)
                                                .doOnNext(result -> {
                                                    if (result.failed() > 0) {
                                                        failed.add(Document.of(letter));
                                                    }
                                                }),
                                1);
            });
        }

        @Override
        public Mono<Long> discard() {
            return found().concatMap(letter -> letters.discard(DeadLetterFilter.withId(letter.id())), 1)
                    .reduce(0L, Long::sum);
        }

        /** What is parked behind a letter that has failed again would only have that one tried once more. */
        private record Document(String handlerId, @Nullable BsonDocument key) {

            static Document of(DeadLetter letter) {
                return new Document(letter.handlerId(), letter.key());
            }
        }
    }
}
