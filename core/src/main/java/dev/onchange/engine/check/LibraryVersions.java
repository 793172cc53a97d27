package dev.onchange.engine.check;

import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.lang.module.ModuleDescriptor;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Refuses libraries that are too old, which would fail somewhere later for want of a method. */
public final class LibraryVersions {

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,9})\\.(\\d{1,9}).*");

    private static final List<Library> LIBRARIES = List.of(
            new Library(
                    "MongoDB driver",
                    "com.mongodb.internal.build.MongoDriverVersion",
                    5,
                    5,
                    "Set the Maven property mongodb.version, from which Spring Boot takes it, or the version of"
                            + " org.mongodb:mongodb-driver-bom in the dependency management to 5.5.1 or later."),
            new Library(
                    "Reactor",
                    "reactor.core.publisher.Flux",
                    3,
                    5,
                    "Set the Maven property reactor-bom.version, from which Spring Boot takes it, or the version of"
                            + " io.projectreactor:reactor-bom in the dependency management to 2022.0.0 or later."),
            new Library(
                    "SLF4J",
                    "org.slf4j.Logger",
                    2,
                    0,
                    "Set the Maven property slf4j.version, from which Spring Boot takes it, or the version of"
                            + " org.slf4j:slf4j-api in the dependency management to 2.0.0 or later, with a provider that"
                            + " is made for it."),
            new Library(
                    "Micrometer",
                    "io.micrometer.core.instrument.MeterRegistry",
                    1,
                    10,
                    "Set the Maven property micrometer.version, from which Spring Boot takes it, or the version of"
                            + " io.micrometer:micrometer-bom in the dependency management to 1.10.0 or later."));

    private LibraryVersions() {}

    /**
     * A version that cannot be told, as in a jar made of many, is taken for one that will do.
     *
     * @throws OnChangeException if one is older than the oldest that OnChange is tested with
     */
    public static void requireSupported() {
        List<Problem> problems = LIBRARIES.stream()
                .map(Library::problem)
                .filter(Objects::nonNull)
                .toList();
        if (!problems.isEmpty()) {
            throw new OnChangeException(problems);
        }
    }

    /** @param type a class of it, which is looked for by its name: what is optional may be missing */
    private record Library(String name, String type, int major, int minor, String todo) {

        @Nullable
        Problem problem() {
            String version = version();
            if (version == null || !isOld(version)) {
                return null;
            }
            return new Problem(
                    ProblemCode.LIBRARY_TOO_OLD,
                    name,
                    "Version " + version + " is on the class path, and OnChange needs " + major + "." + minor
                            + " or later.",
                    todo);
        }

        private boolean isOld(String version) {
            Matcher numbers = NUMBERS.matcher(version);
            if (!numbers.matches()) {
                return false;
            }
            int found = Integer.parseInt(numbers.group(1));
            return found < major || (found == major && Integer.parseInt(numbers.group(2)) < minor);
        }

        private @Nullable String version() {
            try {
                Class<?> found = Class.forName(type, false, LibraryVersions.class.getClassLoader());
                return Stream.of(constant(found), manifest(found), module(found))
                        .flatMap(Optional::stream)
                        .findFirst()
                        .orElse(null);
            } catch (ClassNotFoundException | LinkageError e) {
                return null;
            }
        }

        /** The driver's own; by reflection, as the compiler would copy the value of a constant that it sees. */
        private static Optional<String> constant(Class<?> type) {
            try {
                return type.getField("VERSION").get(null) instanceof String version
                        ? Optional.of(version)
                        : Optional.empty();
            } catch (ReflectiveOperationException e) {
                return Optional.empty();
            }
        }

        private static Optional<String> manifest(Class<?> type) {
            return Optional.ofNullable(type.getPackage().getImplementationVersion());
        }

        private static Optional<String> module(Class<?> type) {
            return Optional.ofNullable(type.getModule().getDescriptor()).flatMap(ModuleDescriptor::rawVersion);
        }
    }
}
