package dev.onchange.localmongo;

import dev.onchange.localmongo.LocalMongoException.Reason;
import dev.onchange.localmongo.binary.Machine;
import dev.onchange.localmongo.binary.ProgramRun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate that the server signed itself, for {@code 127.0.0.1}, and what trusts it. */
final class ServerCertificate {

    private static final String NAME = "server";
    private static final String PASSWORD = "onchange";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final Path file;
    private final SSLContext trusting;

    private ServerCertificate(Path file, SSLContext trusting) {
        this.file = file;
        this.trusting = trusting;
    }

    /** Makes one by the {@code keytool} of the running Java, which every JDK and JRE has. */
    static ServerCertificate create(Path folder, Machine machine) {
        try {
            // The tool knows no permissions: where it writes, nobody else can look.
            Path own = OwnerOnly.folder(folder.resolve("certificate"));
            Path store = own.resolve("server.p12");
            runKeytool(store, machine);
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream content = Files.newInputStream(store)) {
                keys.load(content, PASSWORD.toCharArray());
            }
            byte[] key = keys.getKey(NAME, PASSWORD.toCharArray()).getEncoded();
            byte[] certificate = keys.getCertificate(NAME).getEncoded();
            Path file = OwnerOnly.file(
                    own.resolve("server.pem"), pem("PRIVATE KEY", key) + pem("CERTIFICATE", certificate));
            Files.delete(store);
            return new ServerCertificate(file, trusting(keys));
        } catch (IOException | GeneralSecurityException failure) {
            throw new LocalMongoException(
                    Reason.FAILED,
                    "LocalMongo",
                    "no certificate could be made (" + failure.getMessage() + ").",
                    "Run with a Java that has keytool.",
                    failure);
        }
    }

    private static void runKeytool(Path store, Machine machine) throws IOException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", machine.executable("keytool"));
        ProgramRun made = ProgramRun.run(
                new ProcessBuilder(
                        keytool.toString(),
                        // What runs for a moment needs neither the second compiler nor several threads that collect.
                        "-J-XX:TieredStopAtLevel=1",
                        "-J-XX:+UseSerialGC",
                        "-genkeypair",
                        "-alias",
                        NAME,
                        // Made in no time; an RSA key takes as long as the start of the server.
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "SAN=IP:127.0.0.1,DNS:localhost",
                        "-validity",
                        "365",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD),
                LIMIT);
        if (made.exit() != 0) {
            throw new IOException("keytool ended with " + made.exit() + ": " + made.printed());
        }
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, LINES.encodeToString(content), kind);
    }

    private static SSLContext trusting(KeyStore keys) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(NAME, keys.getCertificate(NAME));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** Key and certificate as the server reads them. */
    Path file() {
        return file;
    }

    /** Accepts this certificate and no other. */
    SSLContext trusting() {
        return trusting;
    }
}
