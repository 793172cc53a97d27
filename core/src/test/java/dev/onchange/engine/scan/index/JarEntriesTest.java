package dev.onchange.engine.scan.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarEntriesTest {

    private static final Packages SHOP = new Packages(List.of("shop"));

    private static final String TYPES = "META-INF/onchange/types/shop";

    private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

    /** A field that no tool knows. */
    private static final byte PLACE_HOLDER = 0x77;

    @TempDir
    Path folder;

    @Test
    void the_entries_of_every_jar_on_this_class_path_are_those_that_the_jdk_finds() throws IOException {
        List<Path> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(path -> path.endsWith(".jar"))
                .map(Path::of)
                .toList();

        assertThat(jars).isNotEmpty();
        for (Path jar : jars) {
            assertThat(contents(jar, JarEntriesTest::checked))
                    .as(jar.toString())
                    .isEqualTo(contentsByTheJdk(jar, JarEntriesTest::checked));
        }
    }

    @Test
    void a_script_before_a_jar_and_a_comment_behind_it_are_passed_over() throws IOException {
        Path jar = jar(1, "it was built by hand");
        Path executable = folder.resolve("executable.jar");
        try (OutputStream out = Files.newOutputStream(executable)) {
            out.write("#!/bin/sh\nexec java -jar \"$0\"\n".getBytes(StandardCharsets.UTF_8));
            Files.copy(jar, out);
        }

        assertThat(contents(executable)).isEqualTo(contents(jar)).isEqualTo(contentsByTheJdk(jar));
    }

    @Test
    void times_are_as_far_apart_as_they_were_written() throws IOException {
        Path jar = folder.resolve("times.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (long time : List.of(1_700_000_000_000L, 1_700_000_754_000L)) {
                JarEntry entry = new JarEntry("at" + time);
                entry.setTime(time);
                out.putNextEntry(entry);
            }
        }

        try (JarEntries entries = JarEntries.of(jar)) {
            assertThat(entries.next()).isTrue();
            long first = entries.seconds();
            assertThat(entries.next()).isTrue();
            assertThat(entries.seconds() - first).isEqualTo(754);
        }
    }

    @Test
    void a_jar_of_more_files_than_its_directory_can_count_is_listed_all_the_same() throws IOException {
        int files = 70_000;
        Path jar = jarOfEmpty(files);

        assertThatThrownBy(() -> contents(jar)).isInstanceOf(ZipException.class);
        assertThat(only(jar).classes()).hasSize(files);
    }

    @Test
    void an_entry_whose_size_stands_in_a_field_of_zip64_is_read_all_the_same() throws IOException {
        Path jar = folder.resolve("zip64.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            JarEntry types = new JarEntry(TYPES);
            types.setExtra(new byte[] {PLACE_HOLDER, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0});
            out.putNextEntry(types);
            out.write("shop.Stock".getBytes(StandardCharsets.UTF_8));
            out.putNextEntry(new JarEntry("shop/Stock.class"));
        }
        moveSizeToZip64(jar);

        assertThat(contentsByTheJdk(jar)).containsEntry(TYPES, "shop.Stock");
        assertThat(only(jar).classes()).containsExactly("shop.Stock");
        assertThat(only(jar).isAccountedFor()).isTrue();
    }

    @Test
    void a_file_that_is_no_jar_has_no_classes() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "not a jar");
        Path cut = folder.resolve("cut.jar");
        byte[] whole = Files.readAllBytes(jar(3, ""));
        Files.write(cut, Arrays.copyOf(whole, whole.length - 30));

        assertThat(only(text).isAccountedFor()).isTrue();
        assertThat(only(cut).classes()).isEmpty();
    }

    @Test
    void only_what_concerns_the_packages_is_listed_in_every_version() throws IOException {
        Path jar = folder.resolve("versions.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String name : List.of(
                    "shop/Stock.class",
                    "shopping/Cart.class",
                    "META-INF/versions/21/shop/Newer.class",
                    "META-INF/versions/21/shopping/Newer.class",
                    "META-INF/onchange/handlers/shop.Stock",
                    "META-INF/onchange/handlers/shopping.Cart")) {
                out.putNextEntry(new JarEntry(name));
            }
        }

        assertThat(only(jar).classes()).containsExactlyInAnyOrder("shop.Stock", "shop.Newer");
        assertThat(only(jar).handlers()).containsExactly("shop.Stock");
    }

    private static Listing only(Path jar) {
        List<Listing> listings = new Listings(SHOP).all(List.of(jar));
        assertThat(listings).hasSize(1);
        return listings.get(0);
    }

    private Path jar(int files, String comment) throws IOException {
        Path jar = Files.createTempFile(folder, "shop", ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.setComment(comment);
            for (int i : IntStream.range(0, files).toArray()) {
                out.putNextEntry(new JarEntry("shop/Class" + i + ".class"));
                out.write(i);
            }
        }
        return jar;
    }

    /** Nothing is packed, which takes most of the time. */
    private Path jarOfEmpty(int files) throws IOException {
        Path jar = Files.createTempFile(folder, "shop", ".jar");
        try (JarOutputStream out = new JarOutputStream(new BufferedOutputStream(Files.newOutputStream(jar)))) {
            out.setMethod(ZipEntry.STORED);
            for (int i = 0; i < files; i++) {
                JarEntry entry = new JarEntry("shop/Class" + i + ".class");
                entry.setTimeLocal(TIME);
                entry.setSize(0);
                entry.setCrc(0);
                out.putNextEntry(entry);
            }
        }
        return jar;
    }

    /** As tools write entries whose size they do not know before: of the first one in the directory. */
    private static void moveSizeToZip64(Path jar) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(jar)).order(ByteOrder.LITTLE_ENDIAN);
        int directory = bytes.getInt(bytes.capacity() - 22 + 16);
        int extra = directory + 46 + bytes.getShort(directory + 28);
        while (bytes.getShort(extra) != PLACE_HOLDER) {
            extra += 4 + bytes.getShort(extra + 2);
        }
        bytes.putShort(extra, (short) 1);
        bytes.putLong(extra + 4, bytes.getInt(directory + 24));
        bytes.putInt(directory + 24, -1);
        Files.write(jar, bytes.array());
    }

    private static TreeMap<String, String> contents(Path jar) throws IOException {
        return contents(jar, JarEntriesTest::latin);
    }

    private static TreeMap<String, String> contentsByTheJdk(Path jar) throws IOException {
        return contentsByTheJdk(jar, JarEntriesTest::latin);
    }

    private static TreeMap<String, String> contents(Path jar, Function<byte[], String> written) throws IOException {
        TreeMap<String, String> contents = new TreeMap<>();
        try (JarEntries entries = JarEntries.of(jar)) {
            while (entries.next()) {
                contents.put(entries.name(), written.apply(entries.content()));
            }
        }
        return contents;
    }

    private static TreeMap<String, String> contentsByTheJdk(Path jar, Function<byte[], String> written)
            throws IOException {
        TreeMap<String, String> contents = new TreeMap<>();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                contents.put(
                        entry.getName(), written.apply(zip.getInputStream(entry).readAllBytes()));
            }
        }
        return contents;
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Jars are large: their length and checksum show as well what is not alike. */
    private static String checked(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return bytes.length + " " + sum.getValue();
    }
}
