package dev.onchange.localmongo.binary;

import dev.onchange.localmongo.ServerOrigin;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A {@code mongod} in one of the folders of the {@code PATH}; an old one is there by chance, not by choice. */
final class PathBinary implements BinarySource {

    private final Machine machine;
    private final BinaryCheck check;

    PathBinary(Machine machine, BinaryCheck check) {
        this.machine = machine;
        this.check = check;
    }

    @Override
    public ServerOrigin origin() {
        return ServerOrigin.PATH;
    }

    @Override
    public Outcome find(Version atLeast) {
        List<String> unfit = new ArrayList<>();
        for (String folder : machine.variable("PATH").orElse("").split(Pattern.quote(File.pathSeparator), -1)) {
            Path executable = Path.of(folder).toAbsolutePath().resolve(machine.executable("mongod"));
            if (folder.isBlank() || !Files.isExecutable(executable)) {
                continue;
            }
            try {
                Version version = check.versionOf(executable);
                if (version.compareTo(atLeast) >= 0 && version.compareTo(Version.COMPLETE) >= 0) {
                    return new Found(new MongodBinary(executable, version, origin()));
                }
                unfit.add(executable + " is " + version);
            } catch (IOException broken) {
                unfit.add(String.valueOf(broken.getMessage()));
            }
        }
        return new Missing(unfit.isEmpty() ? "no folder of the PATH holds one" : String.join(", ", unfit));
    }
}
