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

    /** The ports of before; else those that were asked for, or any that are free. */
    List<Integer> ports(ServerSpec spec, FreePorts free) {
        if (exists()) {
            return kept(spec);
        }
        return spec.port().isPresent()
                ? free.from(spec.port().getAsInt(), spec.nodes())
                : Stream.generate(free::next).distinct().limit(spec.nodes()).toList();
    }

    private List<Integer> kept(ServerSpec spec) {
        try {
            List<Integer> ports = Arrays.stream(Files.readString(path).strip().split(",", -1))
                    .map(Integer::valueOf)
                    .toList();
            if (ports.size() != spec.nodes()) {
                throw new IllegalArgumentException(path.getParent() + " holds the data of " + ports.size()
                        + " nodes, not of " + spec.nodes() + "; ask for as many, or choose another folder.");
            }
            if (spec.port().orElse(ports.get(0)) != ports.get(0)) {
                throw new IllegalArgumentException(path.getParent() + " holds the data of a server on port "
                        + ports.get(0) + ", not on " + spec.port().getAsInt()
                        + "; ask for that port, or choose another folder.");
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
