package dev.onchange.console;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that a page of another site has made a browser send: by names that are not the console's, and requests that
 * change something by their origin, their type and a header that only the console's own pages can know.
 */
final class RequestGuard {

    static final String CSRF_HEADER = "X-OnChange-CSRF";

    private static final String ALGORITHM = "HmacSHA256";

    private static final Pattern JSON = Pattern.compile("\\s*application/json\\s*(?:;.*)?", Pattern.CASE_INSENSITIVE);

    private final Set<String> hosts;
    private final Set<String> names;
    private final boolean everyHost;
    private final byte[] secret;

    /**
     * @param hosts names, without ports, that the Host header may have
     * @param names of its own that were set: behind a proxy that changes the Host header, its pages come from these
     * @param everyHost whether it may have any
     * @param secret of this start
     */
    RequestGuard(Set<String> hosts, Set<String> names, boolean everyHost, String secret) {
        this.hosts = hosts;
        this.names = names;
        this.everyHost = everyHost;
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    /** @throws Refusal if the request names a host that is not the console's */
    void requireHost(ConsoleRequest request) {
        String host = request.header("Host");
        if (host == null || !everyHost && !hosts.contains(name(host))) {
            throw new Refusal(
                    403,
                    "WRONG_HOST",
                    "The console is not called " + host + "; names of its own are set as allowed hosts.");
        }
    }

    /**
     * Browsers add the passwords that they know to what other sites let them load, and cookies to what pages of other ports of the
     * same host do: these would open tails.
     *
     * @throws Refusal if the page of another site has made a browser ask
     */
    void requireNoOtherSite(ConsoleRequest request) {
        String site = request.header("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new Refusal(403, "CROSS_SITE", "The page of another site, or of another port, has asked.");
        }
    }

    /** @throws Refusal unless a request that changes something comes from the console's own page, or from no page */
    void requireOwnPage(ConsoleRequest request) {
        String type = request.header("Content-Type");
        if (type == null || !JSON.matcher(type).matches()) {
            throw new Refusal(415, "NOT_JSON", "What changes something is sent as application/json.");
        }
        if (!isSameOrigin(request)) {
            throw new Refusal(
                    403,
                    "CROSS_SITE",
                    "What changes something names its Origin, and that is the console's own address.");
        }
        if (!TokenAccess.same(csrf(request), request.header(CSRF_HEADER))) {
            throw new Refusal(
                    403,
                    "CSRF",
                    "What changes something has a header " + CSRF_HEADER + " with the csrf of api/session.");
        }
    }

    private boolean isSameOrigin(ConsoleRequest request) {
        String site = request.header("Sec-Fetch-Site");
        String origin = request.header("Origin");
        if (site != null && !site.equals("same-origin")) {
            return false;
        }
        if (origin == null) {
            return site != null;
        }
        String authority = authority(origin);
        return authority.equals(withoutUsualPort(request.header("Host"))) || names.contains(name(authority));
    }

    private static String authority(String origin) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return withoutUsualPort(authority);
        } catch (IllegalArgumentException noUri) {
            return "";
        }
    }

    private static String withoutUsualPort(@Nullable String authority) {
        return authority == null ? "" : authority.toLowerCase(Locale.ROOT).replaceFirst(":(80|443)$", "");
    }

    private static String name(String host) {
        return host.toLowerCase(Locale.ROOT).replaceFirst(":\\d{1,5}$", "");
    }

    /** What a page sends back in the header: bound to the door's user, and of no use after the next start. */
    String csrf(ConsoleRequest request) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            String user = request.user();
            return HexFormat.of().formatHex(mac.doFinal((user == null ? "" : user).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
