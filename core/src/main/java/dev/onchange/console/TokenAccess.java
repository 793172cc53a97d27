package dev.onchange.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Lets whoever has a random token do everything: scripts send it as {@code Authorization: Bearer}, browsers once in the query of
 * the console's address, and get a cookie that holds another secret.
 */
final class TokenAccess implements Access {

    private static final int BYTES = 32;

    private final String token;
    private final String session;
    private volatile String cookie = "onchange-console";

    TokenAccess(SecureRandom random) {
        this.token = secret(random);
        this.session = secret(random);
    }

    static String secret(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    String token() {
        return token;
    }

    /** Cookies are the same for all ports of a host: consoles of two processes need two names. */
    void servedOn(int port) {
        cookie = "onchange-console-" + port;
    }

    @Override
    public Level of(ConsoleRequest request) {
        String authorization = request.header("Authorization");
        boolean bearer = authorization != null
                && authorization.startsWith("Bearer ")
                && same(token, authorization.substring("Bearer ".length()).strip());
        return bearer || same(session, request.cookie(cookie)) ? Level.OPERATE : Level.NONE;
    }

    /** Answers a request that brings the token in its query, as the logged address does; null if this one does not. */
    @Nullable
    ConsoleReply logIn(ConsoleRequest request) {
        String offered = request.parameter("token");
        if (offered == null
                || !request.method().equals("GET")
                || !request.path().isEmpty()) {
            return null;
        }
        // To the same place without the query: the token does not stay in the browser's address line. The cookie has no
        // path, so it is
        // one of the folder that the browser knows, whatever a proxy makes of it, and is not sent to what else is on
        // the host.
        return same(token, offered)
                ? ConsoleReply.empty(303)
                        .with("Location", "./")
                        .with("Set-Cookie", cookie + "=" + session + "; HttpOnly; SameSite=Strict")
                        .with("Cache-Control", "no-store")
                : ConsoleReply.text(401, "This is not the token that the application has logged at its last start.");
    }

    /** Takes as long for every text of a length. */
    static boolean same(String secret, @Nullable String offered) {
        return offered != null
                && MessageDigest.isEqual(
                        secret.getBytes(StandardCharsets.UTF_8), offered.getBytes(StandardCharsets.UTF_8));
    }
}
