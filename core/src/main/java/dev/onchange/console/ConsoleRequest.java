package dev.onchange.console;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a door hands to {@link Console#handle}, and an {@link Access} looks at.
 *
 * @param method in capitals, as {@code GET}
 * @param path below the console's own, as it was sent (percent-encoded), without a slash in front, as {@code api/overview}; empty for the console itself
 * @param query the parameters of the query, decoded; of a repeated one the first value
 * @param headers by name, in any case; of a repeated one the first value
 * @param body empty if there is none
 * @param user the name of whoever the door has authenticated; null if it authenticates nobody
 * @param roles whether that user has a role
 */
@SuppressWarnings("ArrayRecordComponent") // read once, and never compared
public record ConsoleRequest(
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        byte[] body,
        @Nullable String user,
        Predicate<String> roles) {

    /** Doors read no more of a body, and answer what is longer by {@link #tooLarge}. */
    public static final int LARGEST_BODY = 128 * 1024;

    public ConsoleRequest {
        query = Map.copyOf(query);
        headers = headers.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        header -> header.getKey().toLowerCase(Locale.ROOT),
                        Map.Entry::getValue,
                        (first, repeated) -> first));
    }

    /** The value of a header; null if it is not there. */
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /** The parameters of a query as it was sent; for doors. */
    public static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new HashMap<>();
        if (raw != null) {
            for (String parameter : raw.split("&", -1)) {
                String[] parts = parameter.split("=", 2);
                query.putIfAbsent(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]));
            }
        }
        return query;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** The answer to a larger body than {@link #LARGEST_BODY}, which need not be read to its end. */
    public static ConsoleReply tooLarge() {
        return new Refusal(413, "TOO_LARGE", "The body has more than " + LARGEST_BODY + " bytes.").reply();
    }

    /** Whether the door's user has a role. */
    public boolean hasRole(String role) {
        return roles.test(role);
    }

    /** The value of a parameter of the query; null if it is not there or empty. */
    @Nullable
    String parameter(String name) {
        String value = query.get(name);
        return value == null || value.isBlank() ? null : value;
    }

    /** The value of a cookie; null if it is not there. */
    @Nullable
    String cookie(String name) {
        String cookies = headers.getOrDefault("cookie", "");
        for (String cookie : cookies.split(";", -1)) {
            int equals = cookie.indexOf('=');
            if (equals > 0 && cookie.substring(0, equals).strip().equals(name)) {
                return cookie.substring(equals + 1).strip();
            }
        }
        return null;
    }
}
