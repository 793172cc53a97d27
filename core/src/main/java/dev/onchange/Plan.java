package dev.onchange;

import dev.onchange.status.Notice;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a user asks for with {@link ChangeListeners#plan} or {@link ChangeListenersBuilder#plan}: the change streams that
 * are open or will be, and the handlers that each of them feeds.
 *
 * @param streams in the order in which they are opened
 * @param notices what may surprise the authors of the handlers
 */
public record Plan(List<PlannedStream> streams, List<Notice> notices) {

    public Plan {
        streams = List.copyOf(streams);
        notices = List.copyOf(notices);
    }

    /** The descriptions of all streams and the notices, for people. */
    @Override
    public String toString() {
        String described = streams.stream().map(PlannedStream::description).collect(Collectors.joining("\n"));
        String noticed =
                notices.stream().map(notice -> "  " + notice + "\n").collect(Collectors.joining("", "notices\n", ""));
        return notices.isEmpty() ? described : described + "\n" + noticed;
    }
}
