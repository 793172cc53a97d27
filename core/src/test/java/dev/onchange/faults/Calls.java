package dev.onchange.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The calls that a process has told in a file, read as they come. */
final class Calls {

    private final Path file;
    private final List<Call> calls = new ArrayList<>();
    private long read;

    /** @param at when, in milliseconds of the clock that the processes of a machine share, whatever time they believe it is */
    record Call(String handler, Write write, long term, long at) {

        static Call parse(String line) {
            String[] words = line.split(" ");
            return new Call(
                    words[0],
                    Write.parse(words[1] + " " + words[2] + " " + words[3]),
                    Long.parseLong(words[4]),
                    Long.parseLong(words[5]));
        }

        String line() {
            return handler + " " + write.line() + " " + term + " " + at;
        }
    }

    Calls(Path file) {
        this.file = file;
    }

    /** All so far; a line that a kill cut off is no call. */
    List<Call> all() {
        if (Files.exists(file)) {
            try (RandomAccessFile text = new RandomAccessFile(file.toFile(), "r")) {
                byte[] more = new byte[(int) (text.length() - read)];
                text.seek(read);
                text.readFully(more);
                String lines = new String(more, StandardCharsets.UTF_8);
                int end = lines.lastIndexOf('\n') + 1;
                lines.substring(0, end).lines().map(Call::parse).forEach(calls::add);
                read += end;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return calls;
    }
}
