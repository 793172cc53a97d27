package dev.onchange.engine.check;

import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Refuses a MongoDB driver that is too old, which would fail somewhere later for want of a method. */
public final class DriverVersion {

    private static final int MAJOR = 5;
    private static final int MINOR = 5;
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,9})\\.(\\d{1,9}).*");

    private DriverVersion() {}

    /**
     * A version that cannot be told is taken for one that will do.
     *
     * @throws OnChangeException if the driver is older than the oldest that OnChange is tested with
     */
    public static void requireSupported() {
        String version = version();
        if (version != null && isOld(version)) {
            throw new OnChangeException(List.of(new Problem(
                    ProblemCode.DRIVER_TOO_OLD,
                    "MongoDB driver",
                    "Version " + version + " is on the class path, and OnChange needs " + MAJOR + "." + MINOR
                            + " or later.",
                    "Set the Maven property mongodb.version, from which Spring Boot takes it, or the version of"
                            + " org.mongodb:mongodb-driver-bom in the dependency management to " + MAJOR + "." + MINOR
                            + ".1 or later.")));
        }
    }

    private static boolean isOld(String version) {
        Matcher numbers = NUMBERS.matcher(version);
        if (!numbers.matches()) {
            return false;
        }
        int major = Integer.parseInt(numbers.group(1));
        return major < MAJOR || (major == MAJOR && Integer.parseInt(numbers.group(2)) < MINOR);
    }

    /** By reflection: of a constant, the compiler would copy the value that it sees. */
    private static @Nullable String version() {
        try {
            return Class.forName("com.mongodb.internal.build.MongoDriverVersion")
                                    .getField("VERSION")
                                    .get(null)
                            instanceof String version
                    ? version
                    : null;
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
