package dev.onchange.plan;

import dev.onchange.match.InvalidMatchException;
import dev.onchange.match.Match;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.scan.HandlerSpec;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** Parses the filters and pipelines of handlers, and gathers what is wrong with them. */
final class Candidates {

    private final List<Candidate> sound = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    Candidates(List<HandlerSpec> handlers) {
        handlers.forEach(this::add);
    }

    List<Candidate> sound() {
        return sound;
    }

    List<Problem> problems() {
        return problems;
    }

    private void add(HandlerSpec handler) {
        int before = problems.size();
        Match match = match(handler);
        List<BsonDocument> stages = stages(handler);
        if (problems.size() == before) {
            sound.add(new Candidate(handler, match, stages));
        }
    }

    private @Nullable Match match(HandlerSpec handler) {
        if (handler.match().isBlank()) {
            return null;
        }
        try {
            return Match.parse(handler.match());
        } catch (InvalidMatchException invalid) {
            problems.add(new Problem(
                    ProblemCode.INVALID_MATCH,
                    handler.where("match"),
                    sentence(invalid.getMessage()),
                    "Correct the filter: it is MQL over the change event, in extended JSON."));
            return null;
        }
    }

    private List<BsonDocument> stages(HandlerSpec handler) {
        if (handler.pipeline().isEmpty()) {
            return List.of();
        }
        try {
            return OwnPipeline.parse(handler.pipeline()).stages();
        } catch (InvalidPipelineException invalid) {
            problems.add(new Problem(
                    ProblemCode.INVALID_PIPELINE,
                    handler.where("pipeline"),
                    sentence(invalid.getMessage()),
                    invalid.todo()));
            return List.of();
        }
    }

    private static String sentence(@Nullable String text) {
        String said = text == null || text.isBlank() ? "it is not valid" : text;
        String capital = Character.toUpperCase(said.charAt(0)) + said.substring(1);
        return capital.endsWith(".") ? capital : capital + ".";
    }
}
