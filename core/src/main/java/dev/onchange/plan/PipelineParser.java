package dev.onchange.plan;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonValue;
import org.bson.json.JsonParseException;

/** Reads a pipeline as it stands in the annotation: each stage a JSON document, or all in one JSON array. */
final class PipelineParser {

    private PipelineParser() {}

    /** @throws InvalidPipelineException if it is not valid JSON, with the stage */
    static List<BsonDocument> parse(List<String> texts) {
        List<BsonDocument> stages = new ArrayList<>();
        for (String text : texts) {
            try {
                if (text.stripLeading().startsWith("[")) {
                    for (BsonValue stage : BsonArray.parse(text)) {
                        stages.add(document(stage, stages.size()));
                    }
                } else {
                    stages.add(BsonDocument.parse(text));
                }
            } catch (JsonParseException | BsonInvalidOperationException invalid) {
                throw new InvalidPipelineException(
                        "stage " + stages.size() + " is not valid JSON: " + invalid.getMessage(),
                        "Write each stage as a JSON document, or all of them in one JSON array.");
            }
        }
        return stages;
    }

    private static BsonDocument document(BsonValue stage, int index) {
        if (!stage.isDocument()) {
            throw new InvalidPipelineException(
                    "stage " + index + " is no document but " + stage, "Write each stage as {$name: …}.");
        }
        return stage.asDocument();
    }
}
