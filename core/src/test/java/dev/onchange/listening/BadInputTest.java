package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.MongoClientSettings;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BadInputTest {

    private final Ground ground = new Ground();
    private final List<String> commands = new CopyOnWriteArrayList<>();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void an_unknown_operation_is_refused_with_those_that_there_are() {
        Problem problem = problem("operation");

        assertThat(problem.code()).isEqualTo(ProblemCode.UNKNOWN_OPERATION);
        assertThat(problem.what()).contains("\"updaet\"").contains("\"update\"");
        assertThat(problem.todo()).contains("\"replace\"");
    }

    @Test
    void a_match_that_is_no_json_is_refused_with_the_column() {
        Problem problem = problem("matchJson");

        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_MATCH);
        assertThat(problem.toString()).contains("@OnChange(match)").contains("line 1, column 6");
    }

    @Test
    void a_match_that_is_no_filter_is_refused_with_the_operator() {
        Problem problem = problem("matchOperator");

        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_MATCH);
        assertThat(problem.toString()).contains("@OnChange(match)").contains("$greater");
    }

    @Test
    void a_pipeline_that_is_no_json_is_refused_with_the_column() {
        Problem problem = problem("pipelineJson");

        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_PIPELINE);
        assertThat(problem.toString()).contains("@OnChange(pipeline)").contains("line 1, column 12");
    }

    @Test
    void a_stage_that_no_change_stream_takes_is_refused_by_its_name() {
        Problem problem = problem("pipelineStage");

        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_PIPELINE);
        assertThat(problem.toString()).contains("@OnChange(pipeline)").contains("$group");
    }

    @Test
    void a_pipeline_that_loses_the_token_is_refused() {
        Problem problem = problem("pipelineToken");

        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_PIPELINE);
        assertThat(problem.toString()).contains("@OnChange(pipeline)").contains("_id");
    }

    @Test
    void a_placeholder_without_a_value_is_refused_by_its_name() {
        Problem problem = problem("placeholder");

        assertThat(problem.code()).isEqualTo(ProblemCode.UNKNOWN_PLACEHOLDER);
        assertThat(problem.toString()).contains("@OnChange(collection)").contains("shop.nowhere");
    }

    @Test
    void a_method_that_cannot_be_called_is_refused() {
        assertThat(problem("hidden").code()).isEqualTo(ProblemCode.HANDLER_NOT_INVOCABLE);
        assertThat(problem("unfinished").code()).isEqualTo(ProblemCode.OBJECT_NOT_SUPPLIED);
        assertThat(problem("unbuilt").code()).isEqualTo(ProblemCode.OBJECT_NOT_SUPPLIED);
    }

    @Test
    void a_parameter_that_nothing_supplies_is_refused() {
        Problem problem = problem("parameter");

        assertThat(problem.code()).isEqualTo(ProblemCode.UNSUPPLIED_PARAMETER);
        assertThat(problem.what()).contains("int");
    }

    @Test
    void two_handlers_of_one_id_are_refused_with_both() {
        Problem problem = problem("one");

        assertThat(problem.code()).isEqualTo(ProblemCode.DUPLICATE_ID);
        assertThat(problem.toString()).contains("#one").contains("#two");
    }

    @Test
    void a_payload_that_the_codecs_cannot_decode_is_refused() {
        Problem problem = problem("payload");

        assertThat(problem.code()).isEqualTo(ProblemCode.UNDECODABLE_PAYLOAD);
        assertThat(problem.what()).contains(Shapeless.class.getSimpleName());
    }

    @Test
    void
            all_faults_are_reported_together_each_with_place_and_remedy_before_the_server_is_asked_for_more_than_a_hello() {
        OnChangeException refusal = refusal(allWrong());

        assertThat(refusal.problems()).hasSize(13).allSatisfy(problem -> {
            assertThat(problem.where()).startsWith(BadInputTest.class.getName());
            assertThat(problem.todo()).isNotBlank();
            assertThat(refusal).hasMessageContaining(problem.code().id() + " " + problem.where());
        });
        assertThat(commands).isSubsetOf("hello", "endSessions");
        assertThat(ground.databases()).doesNotContain(ground.state());
    }

    @Test
    void required_images_are_refused_at_start_where_none_are_recorded_and_no_stream_stays_open() {
        ground.insert("plain", 1);

        OnChangeException refusal = refusal(builder().handlers(new Images()));

        Problem problem = refusal.problems().get(0);
        assertThat(refusal.problems()).hasSize(1);
        assertThat(problem.code()).isEqualTo(ProblemCode.IMAGES_NOT_RECORDED);
        assertThat(problem.toString())
                .contains(ground.database() + ".plain")
                .contains("changeStreamPreAndPostImages: {enabled: true}")
                .contains("#required");
        assertThat(commands)
                .contains("aggregate")
                .doesNotContain("getMore", "createIndexes", "insert", "update", "findAndModify");
        assertThat(ground.databases()).doesNotContain(ground.state());
    }

    private Problem problem(String method) {
        List<Problem> problems = refusal(allWrong()).problems().stream()
                .filter(problem -> problem.where().matches(".*#" + method + "( .*|$)"))
                .toList();
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }

    private static OnChangeException refusal(ChangeListenersBuilder builder) {
        return catchThrowableOfType(OnChangeException.class, builder::start);
    }

    private ChangeListenersBuilder allWrong() {
        return builder().types(Wrong.class, Unfinished.class, Unbuilt.class);
    }

    private ChangeListenersBuilder builder() {
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(ground.uri())
                .addCommandListener(new CommandListener() {
                    @Override
                    public void commandStarted(CommandStartedEvent event) {
                        commands.add(event.getCommandName());
                    }
                })
                .build();
        return ground.prepared(ChangeListeners.builder(settings));
    }

    static class Wrong {

        @OnChange(operation = "updaet")
        void operation(ChangeEvent<Document> change) {}

        @OnChange(match = "{ a: }")
        void matchJson(ChangeEvent<Document> change) {}

        @OnChange(match = "{ 'fullDocument.qty': { $greater: 1 } }")
        void matchOperator(ChangeEvent<Document> change) {}

        @OnChange(pipeline = "{$set: {a: }}")
        void pipelineJson(ChangeEvent<Document> change) {}

        @OnChange(pipeline = "{$group: {_id: 1}}")
        void pipelineStage(ChangeEvent<Document> change) {}

        @OnChange(pipeline = "{$project: {_id: 0}}")
        void pipelineToken(ChangeEvent<Document> change) {}

        @OnChange(collection = "${shop.nowhere}")
        void placeholder(ChangeEvent<Document> change) {}

        @OnChange
        private void hidden(ChangeEvent<Document> change) {}

        @OnChange
        void parameter(ChangeEvent<Document> change, int number) {}

        @OnChange(id = "twice")
        void one(ChangeEvent<Document> change) {}

        @OnChange(id = "twice")
        void two(ChangeEvent<Document> change) {}

        @OnChange
        void payload(Shapeless document) {}
    }

    interface Shapeless {}

    abstract static class Unfinished {

        @OnChange
        abstract void unfinished(ChangeEvent<Document> change);
    }

    static class Unbuilt {

        Unbuilt(String unknown) {}

        @OnChange
        void unbuilt(ChangeEvent<Document> change) {}
    }

    static class Images {

        @OnChange(collection = "plain", fullDocumentBeforeChange = FullDocumentBeforeChange.REQUIRED)
        void required(ChangeEvent<Document> change) {}
    }
}
