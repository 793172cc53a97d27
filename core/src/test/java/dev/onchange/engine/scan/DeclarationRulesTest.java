package dev.onchange.engine.scan;

import static dev.onchange.engine.scan.ScanFixture.handlerOf;
import static dev.onchange.engine.scan.ScanFixture.problemOf;
import static dev.onchange.engine.scan.ScanFixture.scan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.client.model.changestream.UpdateDescription;
import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.ChangeEvent;
import dev.onchange.Exhausted;
import dev.onchange.OnChange;
import dev.onchange.Ordering;
import dev.onchange.Retry;
import dev.onchange.Scope;
import dev.onchange.Sharing;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.io.IOException;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Each rule once, by a class that breaks it; and next to it what the rule must let pass. */
class DeclarationRulesTest {

    @Nested
    class Operations {

        @Test
        void a_misspelt_operation_is_refused_with_the_right_one() {
            Problem problem = problemOf(Misspelt.class);

            assertThat(problem.code()).isEqualTo(ProblemCode.UNKNOWN_OPERATION);
            assertThat(problem.where()).isEqualTo(Misspelt.class.getName() + "#on @OnChange(operation)");
            assertThat(problem.what()).contains("\"updaet\"").contains("Did you mean \"update\"?");
            assertThat(problem.todo()).contains("\"insert\", \"update\", \"replace\", \"delete\"");
        }

        @Test
        void the_name_of_a_command_is_refused_with_the_name_of_its_operation() {
            Problem problem = problemOf(CommandName.class);

            assertThat(problem.what()).contains("\"remove\"").contains("Did you mean \"delete\"?");
        }

        @Test
        void several_operations_may_stand_in_one_text() {
            HandlerSpec handler = handlerOf(InOneText.class);

            assertThat(handler.operations()).containsExactlyInAnyOrder("insert", "delete");
        }

        @Test
        void an_operation_of_expanded_events_is_refused_without_the_flag() {
            Problem problem = problemOf(NotExpanded.class);

            assertThat(problem.where()).endsWith("@OnChange(operation)");
            assertThat(problem.what()).contains("\"createIndexes\"");
            assertThat(problem.todo()).contains("expandedEvents = true");
        }

        @Test
        void an_operation_of_expanded_events_passes_with_the_flag() {
            HandlerSpec handler = handlerOf(Expanded.class);

            assertThat(handler.operations()).containsExactly("createIndexes");
        }

        @Test
        void a_dropped_database_is_never_reported_for_a_collection() {
            Problem problem = problemOf(DropDatabaseOfCollection.class);

            assertThat(problem.code()).isEqualTo(ProblemCode.ATTRIBUTE_WITHOUT_EFFECT);
            assertThat(problem.what()).contains("\"dropDatabase\"");
        }

        @Test
        void a_dropped_database_is_reported_for_a_database() {
            HandlerSpec handler = handlerOf(DropDatabaseOfDatabase.class);

            assertThat(handler.operations()).containsExactly("dropDatabase");
        }

        @Test
        void a_deployment_is_never_invalidated() {
            Problem problem = problemOf(InvalidateOfDeployment.class);

            assertThat(problem.what()).contains("\"invalidate\"");
        }

        static class Misspelt {
            @OnChange(operation = {"insert", "updaet"})
            void on(UpdateDescription update) {}
        }

        static class CommandName {
            @OnChange(operation = "remove")
            void on(ChangeEvent<?> event) {}
        }

        static class InOneText {
            @OnChange(operation = "insert, delete")
            void on(ChangeEvent<?> event) {}
        }

        static class NotExpanded {
            @OnChange(operation = "createIndexes")
            void on(ChangeEvent<?> event) {}
        }

        static class Expanded {
            @OnChange(operation = "createIndexes", expandedEvents = true)
            void on(ChangeEvent<?> event) {}
        }

        static class DropDatabaseOfCollection {
            @OnChange(collection = "items", operation = "dropDatabase")
            void on(ChangeEvent<?> event) {}
        }

        static class DropDatabaseOfDatabase {
            @OnChange(operation = "dropDatabase")
            void on(ChangeEvent<?> event) {}
        }

        static class InvalidateOfDeployment {
            @OnChange(scope = Scope.DEPLOYMENT, operation = "invalidate")
            void on(ChangeEvent<?> event) {}
        }
    }

    @Nested
    class Scopes {

        @Test
        void a_deployment_with_a_collection_is_contradictory() {
            Problem problem = problemOf(DeploymentWithCollection.class);

            assertThat(problem.code()).isEqualTo(ProblemCode.CONTRADICTORY_SCOPE);
            assertThat(problem.where()).endsWith("@OnChange(scope)");
            assertThat(problem.what()).contains("collection \"items\"");
        }

        @Test
        void a_deployment_with_a_database_is_contradictory() {
            Problem problem = problemOf(DeploymentWithDatabase.class);

            assertThat(problem.what()).contains("database \"warehouse\"");
        }

        @Test
        void a_database_with_a_collection_is_contradictory() {
            Problem problem = problemOf(DatabaseWithCollection.class);

            assertThat(problem.code()).isEqualTo(ProblemCode.CONTRADICTORY_SCOPE);
        }

        @Test
        void a_collection_without_a_name_is_contradictory() {
            Problem problem = problemOf(CollectionWithoutName.class);

            assertThat(problem.code()).isEqualTo(ProblemCode.CONTRADICTORY_SCOPE);
        }

        @Test
        void names_that_the_server_cannot_watch_are_refused() {
            List<Problem> problems = scan(Unwatchable.class).problems();

            assertThat(problems).extracting(Problem::code).containsOnly(ProblemCode.UNWATCHABLE_NAMESPACE);
            assertThat(problems)
                    .extracting(Problem::what)
                    .containsExactly(
                            "The server opens no change stream on its internal database \"admin\".",
                            "No database can be called \"my shop\": the name holds a space.",
                            "No database can be called \"a.b\": the name holds a dot.",
                            "No collection can be called \"a$b\": the name holds the character $.",
                            "The server opens no change stream on the internal collection \"system.views\".",
                            "No collection can be called \".a\": the name begins with a dot.");
        }

        @Test
        void names_that_are_unusual_but_legal_pass() {
            ScanResult scanned = scan(Unusual.class);

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers()).hasSize(3);
        }

        static class DeploymentWithCollection {
            @OnChange(scope = Scope.DEPLOYMENT, collection = "items")
            void on(ChangeEvent<?> event) {}
        }

        static class DeploymentWithDatabase {
            @OnChange(scope = Scope.DEPLOYMENT, database = "warehouse")
            void on(ChangeEvent<?> event) {}
        }

        static class DatabaseWithCollection {
            @OnChange(scope = Scope.DATABASE, collection = "items")
            void on(ChangeEvent<?> event) {}
        }

        static class CollectionWithoutName {
            @OnChange(scope = Scope.COLLECTION)
            void on(ChangeEvent<?> event) {}
        }

        static class Unwatchable {
            @OnChange(database = "admin")
            void a(ChangeEvent<?> event) {}

            @OnChange(database = "my shop")
            void b(ChangeEvent<?> event) {}

            @OnChange(database = "a.b")
            void c(ChangeEvent<?> event) {}

            @OnChange(collection = "a$b")
            void d(ChangeEvent<?> event) {}

            @OnChange(collection = "system.views")
            void e(ChangeEvent<?> event) {}

            @OnChange(collection = ".a")
            void f(ChangeEvent<?> event) {}
        }

        static class Unusual {
            @OnChange(database = "Admin", collection = "system")
            void a(ChangeEvent<?> event) {}

            @OnChange(database = "a*b", collection = "a..b c/d")
            void b(ChangeEvent<?> event) {}

            @OnChange(database = "äö", collection = "systems.a")
            void c(ChangeEvent<?> event) {}
        }
    }

    @Nested
    class Lanes {

        @Test
        void no_concurrency_at_all_is_refused() {
            Problem problem = problemOf(NoConcurrency.class);

            assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_ATTRIBUTE);
            assertThat(problem.where()).endsWith("@OnChange(concurrency)");
        }

        @Test
        void concurrency_has_no_effect_in_the_order_of_the_stream() {
            Problem problem = problemOf(InOrderOfStream.class);

            assertThat(problem.code()).isEqualTo(ProblemCode.ATTRIBUTE_WITHOUT_EFFECT);
            assertThat(problem.where()).endsWith("@OnChange(concurrency)");
        }

        @Test
        void a_blank_id_is_refused() {
            Problem problem = problemOf(BlankId.class);

            assertThat(problem.where()).endsWith("@OnChange(id)");
        }

        @Test
        void an_id_of_two_lines_is_refused() {
            assertThat(problemOf(TwoLines.class).what()).contains("U+000A");
        }

        static class TwoLines {
            @OnChange(id = "a\nb")
            void on(ChangeEvent<?> event) {}
        }

        static class NoConcurrency {
            @OnChange(concurrency = 0)
            void on(ChangeEvent<?> event) {}
        }

        static class InOrderOfStream {
            @OnChange(concurrency = 2, ordering = Ordering.STREAM)
            void on(ChangeEvent<?> event) {}
        }

        static class BlankId {
            @OnChange(id = " ")
            void on(ChangeEvent<?> event) {}
        }
    }

    @Nested
    class Shares {

        @Test
        void partitions_must_be_a_power_of_two_up_to_256() {
            List<Problem> problems = scan(NoPowersOfTwo.class).problems();

            assertThat(problems).extracting(Problem::code).containsOnly(ProblemCode.INVALID_ATTRIBUTE);
            assertThat(problems).hasSize(3).allMatch(problem -> problem.where().endsWith("@OnChange(partitions)"));
        }

        @Test
        void partitions_are_refused_where_all_changes_have_one_order_or_reach_all_instances() {
            List<Problem> problems = scan(Undividable.class).problems();

            assertThat(problems).extracting(Problem::code).containsOnly(ProblemCode.CONTRADICTORY_SHARING);
            assertThat(problems).hasSize(2).allMatch(problem -> problem.where().endsWith("@OnChange(partitions)"));
        }

        @Test
        void a_broadcast_has_neither_dead_letters_nor_transactions() {
            List<Problem> problems = scan(SharedBroadcast.class).problems();

            assertThat(problems).extracting(Problem::code).containsOnly(ProblemCode.CONTRADICTORY_SHARING);
            assertThat(problems)
                    .extracting(Problem::where)
                    .extracting(where -> where.substring(where.indexOf('@')))
                    .containsExactly("@OnChange(sharing)", "@OnChange(transactional)");
        }

        @Test
        void an_id_is_not_that_of_a_partition_of_another_handler() {
            Problem problem = problemOf(OfPartition.class);

            assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_ATTRIBUTE);
            assertThat(problem.where()).endsWith("@OnChange(id)");
        }

        @Test
        void a_handler_is_shared_in_one_part_unless_it_says_otherwise() {
            assertThat(scan(Divided.class).handlers())
                    .extracting(HandlerSpec::id, HandlerSpec::sharing)
                    .containsExactlyInAnyOrder(
                            tuple("usual", SharingOptions.DEFAULT),
                            tuple("divided", new SharingOptions(Sharing.COMPETING, 256)),
                            tuple("cache", new SharingOptions(Sharing.BROADCAST, 1)));
        }

        static class NoPowersOfTwo {
            @OnChange(id = "a", partitions = 0)
            void a(ChangeEvent<?> event) {}

            @OnChange(id = "b", partitions = 6)
            void b(ChangeEvent<?> event) {}

            @OnChange(id = "c", partitions = 512)
            void c(ChangeEvent<?> event) {}
        }

        static class Undividable {
            @OnChange(id = "a", partitions = 2, ordering = Ordering.STREAM)
            void a(ChangeEvent<?> event) {}

            @OnChange(id = "b", partitions = 2, sharing = Sharing.BROADCAST, exhausted = Exhausted.SKIP)
            void b(ChangeEvent<?> event) {}
        }

        static class SharedBroadcast {
            @OnChange(id = "a", sharing = Sharing.BROADCAST)
            void a(ChangeEvent<?> event) {}

            @OnChange(id = "b", sharing = Sharing.BROADCAST, exhausted = Exhausted.STOP, transactional = true)
            void b(ChangeEvent<?> event, ClientSession session) {}
        }

        static class OfPartition {
            @OnChange(id = "stock|3/8")
            void on(ChangeEvent<?> event) {}
        }

        static class Divided {
            @OnChange(id = "usual")
            void usual(ChangeEvent<?> event) {}

            @OnChange(id = "divided", partitions = 256)
            void divided(ChangeEvent<?> event) {}

            @OnChange(id = "cache", sharing = Sharing.BROADCAST, exhausted = Exhausted.SKIP)
            void cache(ChangeEvent<?> event) {}
        }
    }

    @Nested
    class Retries {

        @Test
        void every_number_out_of_range_is_refused() {
            List<Problem> problems = scan(OutOfRange.class).problems();

            assertThat(problems).extracting(Problem::code).containsOnly(ProblemCode.INVALID_ATTRIBUTE);
            assertThat(problems)
                    .extracting(Problem::where)
                    .extracting(where -> where.substring(where.indexOf('@')))
                    .containsExactly(
                            "@OnChange(retry.attempts)", "@OnChange(retry.multiplier)", "@OnChange(retry.jitter)");
        }

        @Test
        void nan_is_out_of_range() {
            List<Problem> problems = scan(NotANumber.class).problems();

            assertThat(problems).hasSize(2);
        }

        @Test
        void every_duration_that_is_none_is_refused() {
            List<Problem> problems = scan(BadDurations.class).problems();

            assertThat(problems)
                    .extracting(Problem::what)
                    .containsExactly(
                            "\"fast\" is not a duration: it is neither a number with a unit nor in ISO-8601 form.",
                            "\"10\" is not a duration: the unit is missing.");
        }

        @Test
        void a_first_wait_longer_than_the_longest_is_refused() {
            Problem problem = problemOf(Shrinking.class);

            assertThat(problem.where()).endsWith("@OnChange(retry.backoff)");
            assertThat(problem.what()).contains("2m").contains("30s");
        }

        @Test
        void waits_without_further_attempts_have_no_effect() {
            Problem problem = problemOf(Once.class);

            assertThat(problem.code()).isEqualTo(ProblemCode.ATTRIBUTE_WITHOUT_EFFECT);
            assertThat(problem.what()).contains("backoff, jitter, except");
        }

        @Test
        void an_exception_with_two_answers_is_refused_at_the_second() {
            List<Problem> problems = scan(TwoAnswers.class).problems();

            assertThat(problems)
                    .extracting(Problem::where)
                    .extracting(where -> where.substring(where.indexOf('@')))
                    .containsExactly("@OnChange(retry.except)", "@OnChange(retry.stopOn)", "@OnChange(retry.stopOn)");
            assertThat(problems.get(0).what()).contains("java.io.IOException").contains("both on and except");
        }

        @Test
        void all_may_be_a_reason_to_stop_though_all_are_worth_a_retry_by_default() {
            assertThat(scan(StopsAtAll.class).problems()).isEmpty();
        }

        static class OutOfRange {
            @OnChange(retry = @Retry(attempts = 0, multiplier = 0.5, jitter = 1.1))
            void on(ChangeEvent<?> event) {}
        }

        static class NotANumber {
            @OnChange(retry = @Retry(multiplier = Double.NaN, jitter = Double.NaN))
            void on(ChangeEvent<?> event) {}
        }

        static class BadDurations {
            @OnChange(retry = @Retry(backoff = "fast", maxBackoff = "10"))
            void on(ChangeEvent<?> event) {}
        }

        static class Shrinking {
            @OnChange(retry = @Retry(backoff = "2m"))
            void on(ChangeEvent<?> event) {}
        }

        static class Once {
            @OnChange(retry = @Retry(attempts = 1, backoff = "2s", jitter = 0, except = IOException.class))
            void on(ChangeEvent<?> event) {}
        }

        static class TwoAnswers {
            @OnChange(
                    retry =
                            @Retry(
                                    on = {IOException.class, IllegalStateException.class},
                                    except = {IOException.class, SecurityException.class},
                                    stopOn = {IllegalStateException.class, SecurityException.class}))
            void on(ChangeEvent<?> event) {}
        }

        static class StopsAtAll {
            @OnChange(retry = @Retry(stopOn = Throwable.class))
            void on(ChangeEvent<?> event) {}
        }
    }

    @Nested
    class Transactions {

        @Test
        void a_session_without_a_transaction_is_refused() {
            Problem problem = problemOf(SessionOnly.class);

            assertThat(problem.code()).isEqualTo(ProblemCode.TRANSACTION_MISMATCH);
            assertThat(problem.todo()).contains("transactional = true");
        }

        @Test
        void a_transaction_without_a_session_is_refused() {
            Problem problem = problemOf(TransactionOnly.class);

            assertThat(problem.code()).isEqualTo(ProblemCode.TRANSACTION_MISMATCH);
            assertThat(problem.todo()).contains("ClientSession");
        }

        static class SessionOnly {
            @OnChange
            void on(ChangeEvent<?> event, ClientSession session) {}
        }

        static class TransactionOnly {
            @OnChange(transactional = true)
            void on(ChangeEvent<?> event) {}
        }
    }

    @Nested
    class Presence {

        @Test
        void an_update_description_without_updates_is_refused() {
            Problem problem = problemOf(DescriptionOfInserts.class);

            assertThat(problem.code()).isEqualTo(ProblemCode.NEVER_PRESENT);
            assertThat(problem.what()).contains("\"insert\", \"delete\"");
        }

        @Test
        void a_document_of_deletes_is_refused() {
            Problem problem = problemOf(DocumentOfDeletes.class);

            assertThat(problem.code()).isEqualTo(ProblemCode.NEVER_PRESENT);
            assertThat(problem.todo()).contains("fullDocumentBeforeChange");
        }

        @Test
        void a_document_of_updates_that_is_not_looked_up_is_refused() {
            Problem problem = problemOf(DocumentOfUpdates.class);

            assertThat(problem.where()).endsWith("@OnChange(fullDocument)");
            assertThat(problem.todo()).contains("FullDocument.UPDATE_LOOKUP");
        }

        @Test
        void a_document_that_may_be_there_passes() {
            ScanResult scanned = scan(DocumentMayBeThere.class);

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers()).hasSize(4);
        }

        @Test
        void a_document_of_snapshots_alone_passes() {
            assertThat(handlerOf(DocumentOfSnapshots.class).operations()).containsExactly("snapshot");
        }

        @Test
        void a_look_up_without_updates_has_no_effect() {
            Problem problem = problemOf(LookupOfInserts.class);

            assertThat(problem.code()).isEqualTo(ProblemCode.ATTRIBUTE_WITHOUT_EFFECT);
            assertThat(problem.where()).endsWith("@OnChange(fullDocument)");
        }

        @Test
        void a_before_image_of_inserts_has_no_effect() {
            Problem problem = problemOf(BeforeInserts.class);

            assertThat(problem.code()).isEqualTo(ProblemCode.ATTRIBUTE_WITHOUT_EFFECT);
            assertThat(problem.where()).endsWith("@OnChange(fullDocumentBeforeChange)");
        }

        static class DescriptionOfInserts {
            @OnChange(operation = {"insert", "delete"})
            void on(UpdateDescription update) {}
        }

        static class DocumentOfSnapshots {
            @OnChange(collection = "items", operation = "snapshot")
            void on(Document document) {}
        }

        static class DocumentOfDeletes {
            @OnChange(operation = "delete")
            void on(Document document) {}
        }

        static class DocumentOfUpdates {
            @OnChange(operation = "update")
            void on(Document document) {}
        }

        static class DocumentMayBeThere {
            @OnChange
            void everything(Document document) {}

            @OnChange(operation = {"insert", "update"})
            void inserts(Document document) {}

            @OnChange(operation = "update", fullDocument = FullDocument.UPDATE_LOOKUP)
            void lookedUp(Document document) {}

            @OnChange(operation = "update", pipeline = "{ $set: { fullDocument: '$documentKey' } }")
            void own(Document document) {}
        }

        static class LookupOfInserts {
            @OnChange(operation = "insert", fullDocument = FullDocument.UPDATE_LOOKUP)
            void on(ChangeEvent<?> event) {}
        }

        static class BeforeInserts {
            @OnChange(operation = "insert", fullDocumentBeforeChange = FullDocumentBeforeChange.REQUIRED)
            void on(ChangeEvent<?> event) {}
        }
    }
}
