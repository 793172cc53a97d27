package dev.onchange.localmongo;

import dev.onchange.localmongo.binary.Machine;
import dev.onchange.localmongo.binary.MongodBinary;
import dev.onchange.localmongo.binary.MongodLibraries;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command line of the nodes of one replica set.
 *
 * @param keyFile by which the nodes of a set with users know each other
 */
record MongodCommand(
        MongodBinary binary,
        ServerSpec spec,
        Optional<Path> keyFile,
        Optional<ServerCertificate> certificate,
        Machine machine) {

    /** Change streams need little; several servers may run on a small machine. */
    private static final String CACHE_GIGABYTES = "0.25";

    /** Fail points, and no statistics that nobody reads. */
    private static final Map<String, String> PARAMETERS =
            Map.of("enableTestCommands", "1", "diagnosticDataCollectionEnabled", "false");

    private static final String ENGINE = "--wiredTigerEngineConfigString";

    /** A journal of 300 MB is more than most tests ever write, and may have to fit into memory. */
    private static final String SMALL_JOURNAL = "log=(prealloc=false,file_max=16MB)";

    /** The least that is allowed: server and client compute them at each login, and nobody has these passwords to guess. */
    private static final Map<String, String> PASSWORD_ROUNDS =
            Map.of("scramIterationCount", "5000", "scramSHA256IterationCount", "5000");

    /** Told to end, a primary would first wait fifteen seconds for clients to leave. */
    private static final String QUIESCE_MILLIS = "100";

    ProcessBuilder on(int port, Path data) {
        List<String> command = new ArrayList<>(OwnSession.prefix(machine));
        command.add(binary.executable().toString());
        if (spec.replicaSet()) {
            command.addAll(List.of("--replSet", LocalReplicaSet.NAME));
        }
        command.addAll(List.of("--bind_ip", "127.0.0.1", "--port", Integer.toString(port), "--quiet"));
        command.addAll(storage(data));
        if (!machine.windows()) {
            command.add("--nounixsocket");
        }
        keyFile.ifPresent(file -> command.addAll(List.of("--keyFile", file.toString())));
        certificate.ifPresent(known -> command.addAll(List.of(
                "--tlsMode",
                "requireTLS",
                "--tlsCertificateKeyFile",
                known.file().toString(),
                "--tlsCAFile",
                known.file().toString(),
                "--tlsAllowConnectionsWithoutCertificates")));
        Map<String, String> parameters = new LinkedHashMap<>(PARAMETERS);
        if (spec.user().isPresent()) {
            parameters.putAll(PASSWORD_ROUNDS);
        }
        if (spec.kept().isPresent()) {
            parameters.put("shutdownTimeoutMillisForSignaledShutdown", QUIESCE_MILLIS);
        }
        parameters.putAll(spec.parameters());
        parameters.forEach((name, value) -> command.addAll(List.of("--setParameter", name + "=" + value)));
        command.addAll(spec.arguments());
        ProcessBuilder builder = new ProcessBuilder(command);
        MongodLibraries.addTo(builder, binary.executable());
        return builder;
    }

    private List<String> storage(Path data) {
        List<String> storage = new ArrayList<>(
                List.of("--dbpath", data.toString(), "--oplogSize", Integer.toString(spec.oplogMegabytes())));
        storage.addAll(List.of("--wiredTigerCacheSizeGB", CACHE_GIGABYTES));
        if (spec.kept().isEmpty() && spec.arguments().stream().noneMatch(given -> given.startsWith(ENGINE))) {
            storage.addAll(List.of(ENGINE, SMALL_JOURNAL));
        }
        return storage;
    }
}
