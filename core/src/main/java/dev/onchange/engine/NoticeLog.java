package dev.onchange.engine;

import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Notice;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is logged of the notices when listeners start. */
final class NoticeLog {

    /** Those of handlers that are probably declared otherwise than meant. */
    private static final Set<ProblemCode> NEVER_CALLED = EnumSet.of(
            ProblemCode.UNKNOWN_FIELD,
            ProblemCode.UNKNOWN_HANDLER,
            ProblemCode.NESTED_UPDATE_PATH,
            ProblemCode.NEVER_MATCHES,
            ProblemCode.VALUE_OF_OTHER_TYPE,
            ProblemCode.UNUSUAL_NAME,
            ProblemCode.NO_SUCH_COLLECTION);

    /** Of more with one code, as of a thousand handlers of one collection that is not there, one stands for all. */
    private static final int MOST_EACH = 10;

    private NoticeLog() {}

    static boolean isWarning(Notice notice) {
        return NEVER_CALLED.contains(notice.code());
    }

    /** An entry for each warning, for each collection that is not there, and for each code that many have. */
    static List<String> entries(List<Notice> notices) {
        Map<ProblemCode, List<Notice>> byCode = notices.stream()
                .filter(NoticeLog::isWarning)
                .collect(Collectors.groupingBy(
                        Notice::code, () -> new EnumMap<>(ProblemCode.class), Collectors.toList()));
        return byCode.values().stream().flatMap(NoticeLog::ofCode).toList();
    }

    private static Stream<String> ofCode(List<Notice> same) {
        if (same.get(0).code() != ProblemCode.NO_SUCH_COLLECTION) {
            return same.size() <= MOST_EACH ? same.stream().map(Notice::toString) : Stream.of(one(same));
        }
        Collection<List<Notice>> ofCollections = same.stream()
                .collect(Collectors.groupingBy(Notice::what, LinkedHashMap::new, Collectors.toList()))
                .values();
        return ofCollections.size() <= MOST_EACH ? ofCollections.stream().map(NoticeLog::one) : Stream.of(one(same));
    }

    private static String one(List<Notice> same) {
        int more = same.size() - 1;
        return more == 0
                ? same.get(0).toString()
                : same.get(0) + (more == 1 ? " There is one further notice" : " There are " + more + " further notices")
                        + " with this code; plan().notices() has all.";
    }
}
