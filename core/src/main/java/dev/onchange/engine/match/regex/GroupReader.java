package dev.onchange.engine.match.regex;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what stands in parentheses. */
final class GroupReader {

    private static final Pattern VERB =
            Pattern.compile("ACCEPT|COMMIT|F|FAIL|(MARK)?:[^)]+|(PRUNE|SKIP|THEN)(:[^)]*)?");
    private static final Pattern START = Pattern.compile("UTF8|UTF|UCP|CR|LF|CRLF|ANYCRLF|ANY|BSR_ANYCRLF|BSR_UNICODE"
            + "|NO_START_OPT|NO_AUTO_POSSESS|LIMIT_(MATCH|RECURSION)=[0-9]+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,31}");

    private final Translator translator;
    private final Cursor cursor;
    private final Set<String> names = new HashSet<>();
    private final Set<String> references = new HashSet<>();
    private int count;
    private int highestReference;
    private boolean duplicates;
    private int alternating;

    GroupReader(Translator translator, Cursor cursor) {
        this.translator = translator;
        this.cursor = cursor;
    }

    /** The pattern refers to a group by its number. */
    void refersTo(int group) {
        highestReference = Math.max(highestReference, group);
    }

    /** Refuses references to groups that there are not. */
    void check() throws InvalidRegexException {
        if (highestReference > count) {
            throw new InvalidRegexException("there is no group " + highestReference);
        }
        for (String name : references) {
            if (!names.contains(name)) {
                throw new InvalidRegexException("there is no group called " + name);
            }
        }
    }

    /** Reads the rest of a group after its opening parenthesis. */
    Piece read() throws InvalidRegexException {
        if (cursor.peek() == '*') {
            return verb();
        }
        if (!cursor.accept('?')) {
            count++;
            return closed("(?:");
        }
        int kind = cursor.next();
        return switch (kind) {
            case ':' -> closed("(?:");
            case '>' -> closed("(?>");
            case '=' -> assertion("(?=");
            case '!' -> assertion("(?!");
            case '<' -> behindOrName();
            case '\'' -> named('\'');
            case 'P' -> python();
            case '|' -> alternating();
            case 'R', '&', '+', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> recursion(kind);
            case '(' -> foreignUpTo("(?(", cursor.position() - 3);
            case 'C' -> callout();
            case '-' -> cursor.peek() >= '0' && cursor.peek() <= '9' ? recursion(kind) : options(kind);
            default -> options(kind);
        };
    }

    private Piece closed(String opening) throws InvalidRegexException {
        Flags before = translator.flags();
        Piece body = translator.alternatives();
        translator.set(before);
        close();
        PatternNode group = opening.equals("(?>") ? new PatternNode.Atomic(body.node()) : body.node();
        return new Piece(opening + body.java() + ")", group, body.length(), Piece.Kind.GROUP);
    }

    private void close() throws InvalidRegexException {
        if (!cursor.accept(')')) {
            throw new InvalidRegexException("missing )");
        }
    }

    private Piece assertion(String opening) throws InvalidRegexException {
        if (opening.equals("(?=") && !translator.hasBegun()) {
            // Seen on 6.0.5: /(?=y)[^z]*y/ is not found in a text with one y, as the engine expects a second.
            translator.foreign("what is looked for ahead stands first");
        }
        boolean begun = translator.hasBegun();
        Piece body = closed(opening);
        translator.setBegun(begun);
        PatternNode ahead = new PatternNode.Look(List.of(body.node()), List.of(), opening.equals("(?="));
        return new Piece(body.java(), ahead, 0, Piece.Kind.ASSERTION);
    }

    private Piece behindOrName() throws InvalidRegexException {
        if (!cursor.accept('=') && cursor.peek() != '!') {
            return named('>');
        }
        String opening = cursor.accept('!') ? "(?<!" : "(?<=";
        Flags before = translator.flags();
        boolean begun = translator.hasBegun();
        List<Piece> branches = translator.branches();
        translator.set(before);
        translator.setBegun(begun);
        close();
        List<String> java = new ArrayList<>();
        List<PatternNode> nodes = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        for (Piece branch : branches) {
            if (branch.length() == Piece.VARIABLE) {
                throw new InvalidRegexException(
                        "what is looked for behind must have a fixed length in each alternative");
            }
            if (branch.length() == Piece.UNKNOWN) {
                translator.foreign("a length to look behind that only the server knows");
            }
            java.add(branch.java());
            nodes.add(branch.node());
            lengths.add(Math.max(0, branch.length()));
        }
        String body = Translator.WHOLE_CHARACTERS + "(?:" + String.join("|", java) + ")";
        PatternNode behind = new PatternNode.Look(nodes, lengths, opening.equals("(?<="));
        return new Piece(opening + body + ")", behind, 0, Piece.Kind.ASSERTION);
    }

    private Piece named(int close) throws InvalidRegexException {
        String name = cursor.until(close);
        if (name == null || !NAME.matcher(name).matches()) {
            throw new InvalidRegexException("a group's name has up to 32 letters, digits and _, and no digit first");
        }
        if (!names.add(name) && !duplicates && alternating == 0) {
            throw new InvalidRegexException("two groups are called " + name);
        }
        count++;
        return closed("(?:");
    }

    private Piece python() throws InvalidRegexException {
        if (cursor.accept('<')) {
            return named('>');
        }
        if (!cursor.accept('=') && !cursor.accept('>')) {
            throw new InvalidRegexException("after (?P comes <, = or >");
        }
        String name = cursor.until(')');
        if (name == null || !NAME.matcher(name).matches()) {
            throw new InvalidRegexException("malformed (?P");
        }
        references.add(name);
        return translator.foreign("(?P");
    }

    /** Alternatives whose groups have the same numbers, and may have the same names. */
    private Piece alternating() throws InvalidRegexException {
        translator.foreign("(?|");
        alternating++;
        Piece body = closed("(?:");
        alternating--;
        return body;
    }

    private Piece foreignUpTo(String what, int begin) throws InvalidRegexException {
        // the condition is a group of its own, or an assertion, or a name
        cursor.back(begin + 2);
        translator.foreign(what);
        cursor.next();
        if (cursor.peek() == '?') {
            read();
        } else {
            condition(cursor.until(')'));
        }
        Flags before = translator.flags();
        List<Piece> branches = translator.branches();
        translator.set(before);
        close();
        if (branches.size() > 2) {
            throw new InvalidRegexException("a condition has two alternatives at most");
        }
        return Piece.of(Piece.UNKNOWN, Piece.Kind.GROUP);
    }

    private void condition(@Nullable String group) throws InvalidRegexException {
        if (group == null) {
            throw new InvalidRegexException("missing )");
        }
        if (group.matches("[0-9]{1,5}")) {
            refersTo(Integer.parseInt(group));
        }
    }

    private Piece recursion(int kind) throws InvalidRegexException {
        String target = cursor.until(')');
        boolean number = kind != '&' && kind != 'R';
        if (target == null || (number ? !target.matches("[0-9]*") : kind == 'R' && !target.isEmpty())) {
            throw new InvalidRegexException("a recursion ends with )");
        }
        if (kind == '&') {
            references.add(target);
        } else if (kind >= '0' && kind <= '9') {
            String digits = Character.toString(kind) + target;
            refersTo(digits.length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(digits));
        }
        return translator.foreign("recursion");
    }

    private Piece callout() throws InvalidRegexException {
        int number = cursor.digits();
        if (number > 255 || !cursor.accept(')')) {
            throw new InvalidRegexException("(?C takes a number up to 255");
        }
        translator.foreign("(?C");
        return Piece.of(0, Piece.Kind.PLACE);
    }

    private Piece verb() throws InvalidRegexException {
        int begin = cursor.position() - 1;
        cursor.next();
        String verb = cursor.until(')');
        boolean known = verb != null
                && (VERB.matcher(verb).matches()
                        || begin == 0 && START.matcher(verb).matches());
        if (!known) {
            throw new InvalidRegexException("(*…) is not one of the known verbs");
        }
        translator.foreign("(*" + verb + ")");
        return Piece.of(0, Piece.Kind.PLACE);
    }

    private Piece options(int first) throws InvalidRegexException {
        Flags before = translator.flags();
        boolean on = true;
        for (int option = first; option != ')' && option != ':'; option = cursor.next()) {
            switch (option) {
                case '-' -> on = false;
                case 'i', 'm', 's', 'x' -> translator.set(translator.flags().with(option, on));
                case 'J', 'U', 'X' -> {
                    duplicates |= option == 'J';
                    translator.foreign("(?" + (char) option);
                }
                default -> throw new InvalidRegexException("unknown character after (?");
            }
            if (cursor.peek() == ':') {
                cursor.next();
                Piece group = closed("(?:");
                translator.set(before);
                return group;
            }
        }
        return Piece.NONE;
    }
}
