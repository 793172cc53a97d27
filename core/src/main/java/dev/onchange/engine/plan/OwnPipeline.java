package dev.onchange.engine.plan;

import dev.onchange.engine.match.InvalidMatchException;
import dev.onchange.engine.match.Match;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * A handler's own pipeline, as the server takes it in a change stream.
 *
 * @param stages at least one, each with one name
 */
public record OwnPipeline(List<BsonDocument> stages) {

    public OwnPipeline {
        stages = List.copyOf(stages);
    }

    /**
     * Parses stages as the annotation holds them: each a document in extended JSON, relaxed as in the shell, or all in
     * one array.
     *
     * @throws InvalidPipelineException if a text is not valid JSON, a stage is not allowed in a change stream, or the
     *     event's {@code _id} certainly does not survive
     */
    public static OwnPipeline parse(List<String> texts) {
        List<BsonDocument> stages = new ArrayList<>();
        ResumeTokenCheck tokenCheck = new ResumeTokenCheck();
        for (int text = 0; text < texts.size(); text++) {
            String json = texts.get(text);
            int first = stages.size();
            for (BsonValue value : StageJson.read(json, text, first)) {
                try {
                    stages.add(checked(value, text, stages.size(), tokenCheck));
                } catch (InvalidPipelineException invalid) {
                    throw invalid.in(json, stages.size() - first);
                }
            }
        }
        return new OwnPipeline(stages);
    }

    private static BsonDocument checked(BsonValue value, int text, int index, ResumeTokenCheck tokenCheck) {
        String place = "stage " + index;
        if (!value.isDocument() || value.asDocument().size() != 1) {
            throw new InvalidPipelineException(
                    text, place, "this is not a document with one name", "Write each stage as {$name: …}.");
        }
        BsonDocument stage = value.asDocument();
        String name = stage.getFirstKey();
        BsonValue argument = stage.get(name, value);
        String named = place + ", " + name;
        if (!StageNames.ALLOWED.contains(name)) {
            throw new InvalidPipelineException(text, named, StageNames.reason(name), StageNames.todo(name));
        }
        if (name.equals("$match")) {
            return match(argument, text, named);
        }
        if (tokenCheck.after(name, argument) == ResumeTokenCheck.Token.LOST) {
            throw new InvalidPipelineException(
                    text,
                    named,
                    "it loses or changes the event's _id, which is its resume token",
                    "Leave _id as it is in every stage.");
        }
        return stage;
    }

    private static BsonDocument match(BsonValue argument, int text, String place) {
        if (!argument.isDocument()) {
            throw new InvalidPipelineException(
                    text, place, "its filter is not a document", "Write it as {$match: {…}}.");
        }
        try {
            return new BsonDocument("$match", Match.parse(argument.asDocument()).streamFilter());
        } catch (InvalidMatchException invalid) {
            throw new InvalidPipelineException(
                    text,
                    place,
                    invalid.place(),
                    String.valueOf(invalid.getMessage()),
                    "Correct the filter; it is MQL.");
        }
    }
}
