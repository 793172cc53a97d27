package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/** What came of a command in another instance, in a form that can be stored: problems are the same as they were there. */
final class CommandResult {

    private static final String PROBLEMS = "problems";

    private CommandResult() {}

    static BsonDocument done() {
        return new BsonDocument();
    }

    static BsonDocument counts(long... counts) {
        BsonArray all = new BsonArray();
        for (long count : counts) {
            all.add(new BsonInt64(count));
        }
        return new BsonDocument("counts", all);
    }

    /** The count of a place; 0 if the result has none. */
    static long count(BsonDocument result, int place) {
        return result.containsKey("counts")
                ? result.getArray("counts").get(place).asInt64().getValue()
                : 0;
    }

    static BsonDocument failed(String handlerId, Throwable failure) {
        List<Problem> problems = failure instanceof OnChangeException known
                ? known.problems()
                : List.of(new Problem(
                        ProblemCode.COMMAND_FAILED,
                        handlerId,
                        "the instance that has the handler failed: " + failure + ".",
                        "See the log of that instance; status().cluster() tells which one it is."));
        BsonArray all = new BsonArray();
        problems.forEach(problem ->
                all.add(new BsonDocument("code", new BsonString(problem.code().name()))
                        .append("where", new BsonString(problem.where()))
                        .append("what", new BsonString(problem.what()))
                        .append("todo", new BsonString(problem.todo()))));
        return new BsonDocument(PROBLEMS, all);
    }

    /** @throws OnChangeException if it is a failure */
    static void refuseFailed(BsonDocument result) {
        if (result.containsKey(PROBLEMS)) {
            throw new OnChangeException(result.getArray(PROBLEMS).stream()
                    .map(BsonValue::asDocument)
                    .map(CommandResult::problem)
                    .toList());
        }
    }

    private static Problem problem(BsonDocument fields) {
        return new Problem(
                code(fields.getString("code").getValue()),
                fields.getString("where").getValue(),
                fields.getString("what").getValue(),
                fields.getString("todo").getValue());
    }

    /** Another version of the framework may have other codes. */
    private static ProblemCode code(String name) {
        try {
            return ProblemCode.valueOf(name);
        } catch (IllegalArgumentException unknown) {
            return ProblemCode.COMMAND_FAILED;
        }
    }
}
