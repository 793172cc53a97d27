package dev.onchange.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The pages and what they need, from the class path. */
final class WebFiles {

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "mjs", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "txt", "text/plain; charset=utf-8",
            "json", "application/json; charset=utf-8");

    /** Of a file or folder; nothing that leads out of the folder. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

    /** In characters: no file of the pages has a longer name. */
    private static final int LONGEST = 100;

    private final Map<String, WebFile> files = new ConcurrentHashMap<>();

    /** Answers a request for a file. */
    ConsoleReply get(ConsoleRequest request) {
        String name = request.path().isEmpty() ? "index.html" : request.path();
        WebFile file = isName(name) ? file(name) : null;
        if (file == null) {
            return ConsoleReply.text(404, "There is no such page.");
        }
        String known = request.header("If-None-Match");
        ConsoleReply reply =
                known != null && known.contains(file.tag) ? ConsoleReply.empty(304) : content(file, request);
        return reply.with("ETag", file.tag).with("Cache-Control", "no-cache").with("Vary", "Accept-Encoding");
    }

    private static boolean isName(String path) {
        return path.length() <= LONGEST
                && Stream.of(path.split("/", -1))
                        .allMatch(part -> NAME.matcher(part).matches());
    }

    private static ConsoleReply content(WebFile file, ConsoleRequest request) {
        String encodings = request.header("Accept-Encoding");
        return encodings != null && encodings.contains("gzip")
                ? ConsoleReply.of(200, file.type, file.compressed).with("Content-Encoding", "gzip")
                : ConsoleReply.of(200, file.type, file.content);
    }

    private @Nullable WebFile file(String name) {
        WebFile cached = files.get(name);
        if (cached != null) {
            return cached;
        }
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null) {
            return null;
        }
        try (InputStream content = WebFiles.class.getResourceAsStream("web/" + name)) {
            if (content == null) {
                return null;
            }
            byte[] bytes = content.readAllBytes();
            WebFile file = new WebFile(type, bytes, compressed(bytes), tag(bytes));
            files.put(name, file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] compressed(byte[] bytes) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        }
        return compressed.toByteArray();
    }

    /** Weak, since it is the same for both encodings. */
    private static String tag(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "W/\"" + HexFormat.of().formatHex(hash, 0, 12) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record WebFile(String type, byte[] content, byte[] compressed, String tag) {}
}
