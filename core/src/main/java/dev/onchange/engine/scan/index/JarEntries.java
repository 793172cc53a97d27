package dev.onchange.engine.scan.index;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * The entries of a jar, one after the other, as the directory at its end lists them. {@code ZipFile} makes a table of
 * all names first, and listeners start before that code has been compiled: with it, most of the time of a start by the
 * index would go into names of files that are not needed. The layout is that of PKWARE's APPNOTE.TXT, sections 4.3.7,
 * 4.3.12 and 4.3.16. Used by one thread.
 */
final class JarEntries implements JarEntry, Closeable {

    private static final int LOCAL_HEADER = 30;
    private static final int ENTRY = 46;
    private static final int END = 22;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int ESCAPE_TO_ZIP64 = 0xffff;
    private static final int STORED = 0;

    /** Enough for all of most jars, so that each is read at once. */
    private static final int TAIL = 1 << 15;

    private final RandomAccessFile file;
    private final byte[] tail;
    private final long tailBegin;
    private final byte[] directory;

    /** How many bytes precede the jar proper: executable ones begin with a script. */
    private final long shift;

    private int entry;
    private int nameLength;
    private int next;

    private JarEntries(RandomAccessFile file) throws IOException {
        this.file = file;
        long length = file.length();
        this.tail = new byte[(int) Math.min(length, TAIL)];
        this.tailBegin = length - tail.length;
        file.seek(tailBegin);
        file.readFully(tail);
        int end = end(tail);
        if (unsignedShort(tail, end + 10) == ESCAPE_TO_ZIP64 || integer(tail, end + 16) == -1) {
            throw new ZipException("written as ZIP64");
        }
        long size = Integer.toUnsignedLong(integer(tail, end + 12));
        long begin = tailBegin + end - size;
        this.shift = begin - Integer.toUnsignedLong(integer(tail, end + 16));
        this.directory = read(begin, size);
    }

    /** @throws ZipException if it is written in a way that only {@code ZipFile} understands, or is no jar */
    static JarEntries of(Path jar) throws IOException {
        RandomAccessFile file = new RandomAccessFile(jar.toFile(), "r");
        try {
            return new JarEntries(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Goes to the next entry; false if there is none. */
    boolean next() throws ZipException {
        if (next == directory.length) {
            return false;
        }
        entry = next;
        if (directory.length - entry < ENTRY || integer(directory, entry) != ENTRY_SIGNATURE) {
            throw new ZipException("no entry at " + entry + " of the directory");
        }
        nameLength = unsignedShort(directory, entry + 28);
        next = entry + ENTRY + nameLength + unsignedShort(directory, entry + 30) + unsignedShort(directory, entry + 32);
        if (next > directory.length) {
            throw new ZipException("the entry at " + entry + " goes beyond the directory");
        }
        return true;
    }

    /** Whether the name begins so. */
    boolean beginsWith(byte[] beginning) {
        return continuesWith(beginning, 0);
    }

    /** Whether the name has this after some letters. */
    boolean continuesWith(byte[] part, int after) {
        if (after + part.length > nameLength) {
            return false;
        }
        int from = entry + ENTRY + after;
        for (int i = 0; i < part.length; i++) {
            if (directory[from + i] != part[i]) {
                return false;
            }
        }
        return true;
    }

    /** Where the first slash after some letters of the name is; the name's length if there is none. */
    int slash(int after) {
        int at = after;
        while (at < nameLength && directory[entry + ENTRY + at] != '/') {
            at++;
        }
        return at;
    }

    @Override
    public String name() {
        return new String(directory, entry + ENTRY, nameLength, StandardCharsets.UTF_8);
    }

    /** Of a time of its own in which each month has 31 days. */
    @Override
    public long seconds() {
        int time = unsignedShort(directory, entry + 12);
        int date = unsignedShort(directory, entry + 14);
        long days = (date >> 9) * 372L + (date >> 5 & 0xf) * 31L + (date & 0x1f);
        return ((days * 24 + (time >> 11)) * 60 + (time >> 5 & 0x3f)) * 60 + (time & 0x1f) * 2L;
    }

    @Override
    public byte[] content() throws IOException {
        long header = shift + Integer.toUnsignedLong(integer(directory, entry + 42));
        byte[] local = read(header, LOCAL_HEADER);
        long begin = header + LOCAL_HEADER + unsignedShort(local, 26) + unsignedShort(local, 28);
        byte[] bytes = read(begin, Integer.toUnsignedLong(integer(directory, entry + 20)));
        return unsignedShort(directory, entry + 10) == STORED ? bytes : inflated(bytes);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private byte[] inflated(byte[] packed) throws IOException {
        int size = integer(directory, entry + 24);
        if (size < 0) {
            throw new ZipException(name() + " is written as ZIP64");
        }
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            byte[] content = new byte[size];
            int length = 0;
            while (length < content.length) {
                int more = inflater.inflate(content, length, content.length - length);
                if (more == 0) {
                    throw new ZipException(name() + " ends too soon");
                }
                length += more;
            }
            return content;
        } catch (DataFormatException e) {
            throw (IOException) new ZipException(name() + " cannot be unpacked").initCause(e);
        } finally {
            inflater.end();
        }
    }

    private byte[] read(long begin, long size) throws IOException {
        if (begin < 0 || size > tailBegin + tail.length - begin) {
            throw new ZipException("it lacks a part");
        }
        if (begin >= tailBegin) {
            int from = (int) (begin - tailBegin);
            return Arrays.copyOfRange(tail, from, from + (int) size);
        }
        byte[] bytes = new byte[(int) size];
        file.seek(begin);
        file.readFully(bytes);
        return bytes;
    }

    /** Where the record that ends the jar begins; only a comment may follow it. */
    private static int end(byte[] tail) throws ZipException {
        for (int at = tail.length - END; at >= 0; at--) {
            if (integer(tail, at) == END_SIGNATURE && at + END + unsignedShort(tail, at + 20) == tail.length) {
                return at;
            }
        }
        throw new ZipException("it has no end");
    }

    private static int unsignedShort(byte[] bytes, int at) {
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8;
    }

    private static int integer(byte[] bytes, int at) {
        return unsignedShort(bytes, at) | unsignedShort(bytes, at + 2) << 16;
    }
}
