package dev.onchange.engine.plan;

import dev.onchange.engine.match.InvalidMatchException;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** Parses the filters and pipelines of handlers, and collects their problems. */
final class ParsedHandlers {

    private final List<ParsedHandler> sound = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final FilterCache.Use cache;

    ParsedHandlers(List<HandlerSpec> handlers, FilterCache.Use cache) {
        this.cache = cache;
        handlers.forEach(this::add);
        cache.end();
    }

    List<ParsedHandler> sound() {
        return sound;
    }

    List<Problem> problems() {
        return problems;
    }

    private void add(HandlerSpec handler) {
        ParsedFilter known = cache.find(handler);
        ParsedFilter parsed = known == null ? parsed(handler) : known;
        if (parsed != null) {
            sound.add(new ParsedHandler(handler, parsed));
        }
    }

    private @Nullable ParsedFilter parsed(HandlerSpec handler) {
        int before = problems.size();
        Match match = match(handler);
        List<BsonDocument> stages = stages(handler);
        if (problems.size() > before) {
            return null;
        }
        ParsedFilter parsed = new ParsedFilter(match, stages);
        cache.add(handler, parsed);
        return parsed;
    }

    private @Nullable Match match(HandlerSpec handler) {
        if (handler.match().isBlank()) {
            return null;
        }
        try {
            return Match.parse(handler.match());
        } catch (InvalidMatchException invalid) {
            problems.add(invalid.problem(handler.where("match")));
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
            problems.add(invalid.problem(handler.where("pipeline")));
            return List.of();
        }
    }
}
