package dev.onchange.localmongo.binary;

import dev.onchange.localmongo.ServerOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The executable that the environment names. */
final class NamedBinary implements BinarySource {

    private static final String VARIABLE = "ONCHANGE_MONGOD";

    private final Machine machine;
    private final BinaryCheck check;

    NamedBinary(Machine machine, BinaryCheck check) {
        this.machine = machine;
        this.check = check;
    }

    @Override
    public ServerOrigin origin() {
        return ServerOrigin.ONCHANGE_MONGOD;
    }

    @Override
    public Outcome find(Version atLeast) {
        Optional<String> named = machine.variable(VARIABLE);
        if (named.isEmpty()) {
            return new Missing(VARIABLE + " is not set");
        }
        Path executable = Path.of(named.get()).toAbsolutePath();
        try {
            Version version = check.versionOf(executable);
            return version.compareTo(atLeast) < 0
                    ? new Missing(executable + " is " + version)
                    : new Found(new MongodBinary(executable, version, origin()));
        } catch (IOException broken) {
            return new Missing(String.valueOf(broken.getMessage()));
        }
    }
}
