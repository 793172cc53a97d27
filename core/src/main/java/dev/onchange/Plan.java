package dev.onchange;

import dev.onchange.status.ClusterStatus;
import dev.onchange.status.Notice;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a user asks for with {@link ChangeListeners#plan} or {@link ChangeListenersBuilder#plan}: the change streams that
 * are open or will be, the handlers that each of them feeds, and the instances that share the handlers.
 *
 * @param streams in the order in which they are opened
 * @param notices what may surprise the authors of the handlers
 * @param cluster who has which handler, and how many streams all instances hold; empty before the listeners have started
 */
public record Plan(List<PlannedStream> streams, List<Notice> notices, ClusterStatus cluster) {

    public Plan {
        streams = List.copyOf(streams);
        notices = List.copyOf(notices);
    }

    /** The same with the instances as they are now. */
    public Plan withCluster(ClusterStatus now) {
        return new Plan(streams, notices, now);
    }

    /** The descriptions of all streams, the notices and the instances, for people. */
    @Override
    public String toString() {
        String text = described();
        return cluster.members().isEmpty() ? text : text + "\n" + cluster;
    }

    private String described() {
        String described = streams.stream().map(PlannedStream::description).collect(Collectors.joining("\n"));
        String noticed =
                notices.stream().map(notice -> "  " + notice + "\n").collect(Collectors.joining("", "notices\n", ""));
        return notices.isEmpty() ? described : described + "\n" + noticed;
    }
}
