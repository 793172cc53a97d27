package dev.onchange.engine.plan;

import dev.onchange.engine.message.Suggestion;
import java.util.List;

/**
 * The stages that a change stream takes.
 *
 * @see <a href="https://www.mongodb.com/docs/manual/changeStreams/#modify-change-stream-output">Modify change stream
 *     output, in the server's manual</a>
 */
final class StageNames {

    static final List<String> ALLOWED =
            List.of("$addFields", "$match", "$project", "$replaceRoot", "$replaceWith", "$redact", "$set", "$unset");

    private static final String SPLIT = "$changeStreamSplitLargeEvent";

    private StageNames() {}

    /** Why a stage is refused that is not among the allowed ones. */
    static String reason(String name) {
        if (name.equals(SPLIT)) {
            return "the listeners add this stage themselves where the server has it";
        }
        return name.startsWith("$")
                ? "a change stream does not take this stage"
                : "this is not the name of a stage: it does not begin with $";
    }

    /** What to do instead. */
    static String todo(String name) {
        return name.equals(SPLIT)
                ? "Leave it out."
                : (Suggestion.of(name, ALLOWED) + " Use only " + String.join(", ", ALLOWED) + ".").strip();
    }
}
