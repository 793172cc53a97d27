package dev.onchange.localmongo.binary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
 * @param user {@code user.name}
 * @param home the user's folder; it need not exist
 * @param temporary the folder for temporary files
 */
public record Machine(
        Map<String, String> environment, String os, String architecture, String user, Path home, Path temporary) {

    /** The variable that names a folder for data that goes with its server. */
    private static final String DATA = "ONCHANGE_MONGOD_DATA";

    /** What some servers with little in them take. */
    private static final long ENOUGH_BYTES = 1L << 30;

    public Machine {
        environment = Map.copyOf(environment);
    }

    public static Machine current() {
        return new Machine(
                System.getenv(),
                System.getProperty("os.name", ""),
                System.getProperty("os.arch", ""),
                System.getProperty("user.name", "unknown"),
                Path.of(System.getProperty("user.home", ".")),
                Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** The value of a variable that is set to something. */
    public Optional<String> variable(String name) {
        return environment.entrySet().stream()
                .filter(entry -> windows()
                        ? entry.getKey().equalsIgnoreCase(name)
                        : entry.getKey().equals(name))
                .map(entry -> entry.getValue().strip())
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    public boolean windows() {
        return os.toLowerCase(Locale.ROOT).startsWith("windows");
    }

    boolean mac() {
        return os.toLowerCase(Locale.ROOT).startsWith("mac");
    }

    boolean linuxOnX64() {
        return os.equals("Linux") && List.of("amd64", "x86_64").contains(architecture);
    }

    /** The file name of a program of this name. */
    public String executable(String name) {
        return windows() ? name + ".exe" : name;
    }

    /**
     * Where servers keep data that goes with them: the folder that the environment names, best one in memory, as long as
     * it is there and has room, else among the temporary files.
     */
    public Path dataFolder() {
        return Stream.ofNullable(absolute(DATA))
                .filter(Machine::roomy)
                .findFirst()
                .orElse(temporary);
    }

    private static boolean roomy(Path folder) {
        try {
            return Files.isWritable(folder) && Files.getFileStore(folder).getUsableSpace() >= ENOUGH_BYTES;
        } catch (IOException unknown) {
            return false;
        }
    }

    /**
     * Where downloads are kept: where the operating system wants a user's caches, or, if nothing can be written
     * there, a folder of the user's own among the temporary files.
     */
    Path cacheFolder() {
        Path wanted = Stream.of(absolute("XDG_CACHE_HOME"), windows() ? absolute("LOCALAPPDATA") : null)
                .flatMap(Stream::ofNullable)
                .findFirst()
                .orElseGet(this::cacheFolderAtHome)
                .resolve("onchange");
        return writable(wanted) ? wanted : ownTemporary("onchange-cache-" + user);
    }

    /** Everybody may make folders there: what another user made is not trusted to hold programs. */
    private Path ownTemporary(String name) {
        Path folder = temporary.resolve(name);
        try {
            boolean own = writable(folder) && Files.getOwner(folder).equals(Files.getOwner(makeFile(folder)));
            return own ? folder : Files.createTempDirectory(temporary, name);
        } catch (IOException failure) {
            throw new UncheckedIOException("no folder for downloads can be made in " + temporary, failure);
        }
    }

    private static Path makeFile(Path folder) throws IOException {
        Path mark = Files.createTempFile(folder, ".owner-", "");
        mark.toFile().deleteOnExit();
        return mark;
    }

    private Path cacheFolderAtHome() {
        Path base = Optional.ofNullable(windows() ? null : absolute("HOME")).orElse(home);
        if (windows()) {
            return base.resolve("AppData").resolve("Local");
        }
        return mac() ? base.resolve("Library").resolve("Caches") : base.resolve(".cache");
    }

    private static boolean writable(Path folder) {
        try {
            return Files.isWritable(Files.createDirectories(folder));
        } catch (IOException forbidden) {
            return false;
        }
    }

    private @Nullable Path absolute(String variable) {
        return variable(variable).map(Path::of).filter(Path::isAbsolute).orElse(null);
    }
}
