package dev.onchange.localmongo;

import dev.onchange.localmongo.binary.Machine;
import dev.onchange.localmongo.binary.MongodBinary;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;

/** A replica set that was started here and ends with this process, if it is not closed before. */
final class OwnServer implements UsedServer {

    private final MongodBinary binary;
    private final LocalReplicaSet set;
    private final String options;
    private final AdminConnection admin;
    private final Thread hook;
    private final AtomicBoolean closed = new AtomicBoolean();

    private OwnServer(MongodBinary binary, LocalReplicaSet set, String options) {
        this.binary = binary;
        this.set = set;
        this.options = options;
        this.admin = set.access().connect(set.hosts(), options);
        this.hook = new Thread(this::closeUnlessGuarded, "onchange-local-mongo-exit");
    }

    static OwnServer start(MongodBinary binary, ServerSpec spec, Machine machine) {
        OwnServer server = new OwnServer(binary, LocalReplicaSet.start(binary, spec, machine), options(spec));
        Runtime.getRuntime().addShutdownHook(server.hook);
        return server;
    }

    /**
     * A {@link ExitGuard} acts after all shutdown hooks, so that those of the user still find the server. Until then
     * the hook keeps this object, and with it the pipe to the guard, from being collected.
     */
    private void closeUnlessGuarded() {
        if (!set.guarded()) {
            close();
        }
    }

    private static String options(ServerSpec spec) {
        return spec.replicaSet() ? "replicaSet=" + LocalReplicaSet.NAME : ServerAccess.DIRECT;
    }

    @Override
    public String connectionString() {
        return set.access().connectionString(set.hosts(), options);
    }

    @Override
    public ServerOrigin origin() {
        return binary.origin();
    }

    @Override
    public String place() {
        return binary.executable().toString();
    }

    @Override
    public AdminConnection admin() {
        return admin;
    }

    @Override
    public List<MongoNode> nodes() {
        return set.nodes();
    }

    @Override
    public SSLContext sslContext() {
        return set.access().certificate().map(ServerCertificate::trusting).orElseGet(UsedServer::platformTrust);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            admin.close();
            set.close();
            if (Thread.currentThread() != hook) {
                removeHook();
            }
        }
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException exiting) {
            // The process ends already, and its hooks with it.
        }
    }
}
