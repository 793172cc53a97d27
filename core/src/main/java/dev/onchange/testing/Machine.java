package dev.onchange.testing;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What decides where a server is looked for.
 *
 * @param environment the environment variables
 * @param os {@code os.name}
 * @param architecture {@code os.arch}
 * @param home the user's folder; it need not exist
 * @param temporary the folder for temporary files
 */
record Machine(Map<String, String> environment, String os, String architecture, Path home, Path temporary) {

    Machine {
        environment = Map.copyOf(environment);
    }

    static Machine current() {
        return new Machine(
                System.getenv(),
                System.getProperty("os.name", ""),
                System.getProperty("os.arch", ""),
                Path.of(System.getProperty("user.home", ".")),
                Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** The value of a variable that is set to something. */
    Optional<String> variable(String name) {
        return environment.entrySet().stream()
                .filter(entry -> windows()
                        ? entry.getKey().equalsIgnoreCase(name)
                        : entry.getKey().equals(name))
                .map(entry -> entry.getValue().strip())
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    boolean windows() {
        return os.toLowerCase(Locale.ROOT).startsWith("windows");
    }

    boolean mac() {
        return os.toLowerCase(Locale.ROOT).startsWith("mac");
    }

    boolean linuxOnX64() {
        return os.equals("Linux") && List.of("amd64", "x86_64").contains(architecture);
    }

    /** The file name of a program of this name. */
    String executable(String name) {
        return windows() ? name + ".exe" : name;
    }

    /** Where the operating system wants a user's caches, for this project. */
    Path cacheFolder() {
        return Stream.of(absolute("XDG_CACHE_HOME"), windows() ? absolute("LOCALAPPDATA") : null)
                .flatMap(Stream::ofNullable)
                .findFirst()
                .orElseGet(this::cacheFolderAtHome)
                .resolve("onchange");
    }

    private Path cacheFolderAtHome() {
        Path base = Optional.ofNullable(windows() ? null : absolute("HOME")).orElse(home);
        if (windows()) {
            return base.resolve("AppData").resolve("Local");
        }
        return mac() ? base.resolve("Library").resolve("Caches") : base.resolve(".cache");
    }

    private @Nullable Path absolute(String variable) {
        return variable(variable).map(Path::of).filter(Path::isAbsolute).orElse(null);
    }
}
