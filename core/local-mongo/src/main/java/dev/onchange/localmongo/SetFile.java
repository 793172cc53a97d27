package dev.onchange.localmongo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Remembers, beside data that is kept, the ports of the nodes: a replica set knows its members by them. It is
 * written when the set is complete.
 */
record SetFile(Path path) {

    static SetFile in(ServerFolder folder) {
        return new SetFile(folder.path().resolve("ports"));
    }

    boolean exists() {
        return Files.isRegularFile(path);
    }

    /** The ports of before, or others that are free. */
    List<Integer> ports(int count, FreePorts free) {
        if (!exists()) {
            return Stream.generate(free::next).distinct().limit(count).toList();
        }
        try {
            List<Integer> ports = Arrays.stream(Files.readString(path).strip().split(",", -1))
                    .map(Integer::valueOf)
                    .toList();
            if (ports.size() != count) {
                throw new IllegalArgumentException(path.getParent() + " holds the data of " + ports.size()
                        + " nodes, not of " + count + "; ask for as many, or choose another folder.");
            }
            return ports;
        } catch (IOException failure) {
            throw new UncheckedIOException(path + " cannot be read", failure);
        }
    }

    void write(List<Integer> ports) {
        try {
            Files.writeString(path, ports.stream().map(String::valueOf).collect(Collectors.joining(",")));
        } catch (IOException failure) {
            throw new UncheckedIOException(path + " cannot be written", failure);
        }
    }
}
