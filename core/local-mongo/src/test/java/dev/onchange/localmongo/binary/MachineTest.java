package dev.onchange.localmongo.binary;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {

    @TempDir
    Path folder;

    @Test
    void the_cache_folder_is_where_the_desktop_standard_puts_it() {
        Path caches = folder.resolve("caches");

        Machine machine = machine("Linux", Map.of("XDG_CACHE_HOME", caches.toString()));

        assertThat(machine.cacheFolder()).isEqualTo(caches.resolve("onchange")).isDirectory();
    }

    @Test
    void a_relative_cache_folder_is_not_used() {
        Machine machine = machine("Linux", Map.of("XDG_CACHE_HOME", "caches"));

        assertThat(machine.cacheFolder()).isEqualTo(folder.resolve("home/.cache/onchange"));
    }

    @Test
    void without_it_the_cache_folder_is_made_in_a_home_that_need_not_exist() {
        Path home = folder.resolve("elsewhere/of/the/user");

        Machine machine = machine("Linux", Map.of("HOME", home.toString()));

        assertThat(machine.cacheFolder())
                .isEqualTo(home.resolve(".cache/onchange"))
                .isDirectory();
    }

    @Test
    void a_mac_and_windows_have_their_own_places() {
        Path local = folder.resolve("Local");

        Machine mac = machine("Mac OS X", Map.of());
        Machine windows = machine("Windows 11", Map.of("LocalAppData", local.toString()));

        assertThat(mac.cacheFolder()).isEqualTo(folder.resolve("home/Library/Caches/onchange"));
        assertThat(windows.cacheFolder()).isEqualTo(local.resolve("onchange"));
    }

    @Test
    void where_no_cache_folder_can_be_made_downloads_go_to_a_temporary_one() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        Machine machine = machine("Linux", Map.of("XDG_CACHE_HOME", file.toString()));

        assertThat(machine.cacheFolder())
                .isEqualTo(folder.resolve("onchange-cache-somebody"))
                .isDirectory();
    }

    @Test
    void data_is_kept_in_the_folder_that_is_named_for_it_if_it_is_there() throws Exception {
        Path memory = Files.createDirectory(folder.resolve("memory"));

        assertThat(machine("Linux", Map.of("ONCHANGE_MONGOD_DATA", memory.toString()))
                        .dataFolder())
                .isEqualTo(memory);
        assertThat(machine(
                                "Linux",
                                Map.of(
                                        "ONCHANGE_MONGOD_DATA",
                                        memory.resolve("missing").toString()))
                        .dataFolder())
                .isEqualTo(folder);
        assertThat(machine("Linux", Map.of("ONCHANGE_MONGOD_DATA", "memory")).dataFolder())
                .isEqualTo(folder);
        assertThat(machine("Linux", Map.of()).dataFolder()).isEqualTo(folder);
    }

    private Machine machine(String os, Map<String, String> environment) {
        return new Machine(environment, os, "amd64", "somebody", folder.resolve("home"), folder);
    }
}
