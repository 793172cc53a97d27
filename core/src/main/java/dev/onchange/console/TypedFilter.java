package dev.onchange.console;

import dev.onchange.ChangeFilter;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Reads filters on events that somebody has typed, and says who may try them. */
final class TypedFilter {

    private static final int LARGEST = 64 * 1024;

    /** In characters, of what the journal keeps. */
    private static final int LONGEST_NOTE = 500;

    private static final Set<String> CODE = Set.of("$function", "$accumulator", "$where");

    private static final Pattern PLACE = Pattern.compile("line (\\d+), column (\\d+)");

    private TypedFilter() {}

    /**
     * @param match null for one that all events meet
     * @throws Refusal with the place of what is wrong
     */
    static ChangeFilter parsed(@Nullable String match) {
        if (match != null && match.getBytes(StandardCharsets.UTF_8).length > LARGEST) {
            throw new Refusal(413, "TOO_LARGE", "A filter has 64 KB at most.");
        }
        try {
            ChangeFilter filter = ChangeFilter.parse(match == null ? "" : match);
            filter.conditionsOnServer().forEach(TypedFilter::requireNoCode);
            return filter;
        } catch (OnChangeException invalid) {
            Problem problem = invalid.problems().get(0);
            Matcher place = PLACE.matcher(problem.what());
            boolean known = place.find();
            throw new Refusal(
                    422,
                    problem.code().id(),
                    problem.what(),
                    known ? Integer.parseInt(place.group(1)) : 0,
                    known ? Integer.parseInt(place.group(2)) : 0);
        }
    }

    /** A handler's author may have the server run a function, but not who types a filter into a page. */
    private static void requireNoCode(BsonValue value) {
        if (value instanceof BsonArray array) {
            array.forEach(TypedFilter::requireNoCode);
        } else if (value instanceof BsonDocument document) {
            document.forEach((name, inner) -> {
                if (CODE.contains(name)) {
                    throw new Refusal(
                            422, "CODE", "A filter that is typed here may not have " + name + ", which runs code.");
                }
                requireNoCode(inner);
            });
        }
    }

    /** By enough filters whoever looks would find out every value that is masked. */
    static void requireMayTry(ApiCall call, PayloadMask mask) {
        if (mask.hidesValues() && call.level() != Access.Level.OPERATE) {
            throw Refusal.forbidden("To try a filter on changes whose values are masked needs OPERATE, and you may "
                    + call.level() + ": whether it matches tells of the values.");
        }
    }

    /** For the journal. */
    static String noted(String match) {
        return "with the filter " + (match.length() > LONGEST_NOTE ? match.substring(0, LONGEST_NOTE) + "…" : match);
    }
}
