package dev.onchange.localmongo.binary;

import dev.onchange.localmongo.ServerOrigin;
import java.nio.file.Path;

/**
 * A {@code mongod} that was seen to run on this machine.
 *
 * @param executable the file
 * @param version as it names itself, for example {@code 6.0.5}
 * @param origin how it was found
 */
public record MongodBinary(Path executable, Version version, ServerOrigin origin) {}
