package dev.onchange.localmongo;

import dev.onchange.localmongo.binary.Version;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a server was asked to be.
 *
 * @param nodes how many
 * @param replicaSet whether they are a replica set; a standalone is one node
 * @param user the administrator, if clients must log in
 * @param tls whether clients must use TLS
 * @param atLeast an older server does not do
 * @param parameters of the server, by name
 * @param oplogMegabytes how much history it keeps
 * @param arguments added to the command line
 * @param kept where the data stays, if it does
 * @param port of the first node, if it was asked for; those of others follow
 * @param ownProcess whether a server that already runs does not do
 */
record ServerSpec(
        int nodes,
        boolean replicaSet,
        Optional<ServerAccess.User> user,
        boolean tls,
        Version atLeast,
        Map<String, String> parameters,
        int oplogMegabytes,
        List<String> arguments,
        Optional<Path> kept,
        OptionalInt port,
        boolean ownProcess) {

    ServerSpec {
        parameters = Map.copyOf(parameters);
        arguments = List.copyOf(arguments);
    }
}
