package dev.onchange.status;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The instances that share the state database, as this one has read it last.
 *
 * @param members those that are alive or about to leave, in the order in which they joined; empty before this one has joined
 * @param handlers each handler, or partition of one, that was ever owned
 * @param heard whether the server was heard within the lease; if not, this instance begins no call until it is
 */
public record ClusterStatus(List<MemberStatus> members, List<OwnedHandler> handlers, boolean heard) {

    /** Of listeners that are in no cluster. */
    public static final ClusterStatus NONE = new ClusterStatus(List.of(), List.of(), true);

    public ClusterStatus {
        members = List.copyOf(members);
        handlers = List.copyOf(handlers);
    }

    /** Who owns a handler, or a partition like {@code stock|3/8}; empty if nobody does. */
    public Optional<MemberStatus> ownerOf(String id) {
        return handlers.stream()
                .filter(handler -> handler.id().equals(id))
                .findFirst()
                .flatMap(handler -> member(handler.owner()));
    }

    /** How many streams all instances hold open together: each costs the server something for each write. */
    public int streams() {
        return members.stream().mapToInt(MemberStatus::streams).sum();
    }

    private Optional<MemberStatus> member(String id) {
        return members.stream().filter(member -> member.id().equals(id)).findFirst();
    }

    /** A line for all and one for each instance, with what it has, for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("cluster\n  instances " + members.size() + ", streams of all "
                + streams() + (heard ? "" : ", the server was not heard within the lease") + "\n");
        members.forEach(member -> text.append("  ")
                .append(member.line())
                .append(handlersOf(member))
                .append('\n'));
        return text.toString();
    }

    private String handlersOf(MemberStatus member) {
        List<String> owned = handlers.stream()
                .filter(handler -> handler.owner().equals(member.id()))
                .map(OwnedHandler::text)
                .toList();
        return owned.isEmpty() ? "has no handler" : "has " + String.join(", ", owned);
    }

    /**
     * One instance.
     *
     * @param id of this incarnation: an instance that joins again has another one
     * @param name as given to the builder; empty if it has none
     * @param host where it runs
     * @param pid its process
     * @param joined when it joined, by the server's clock
     * @param phase whether it takes part
     * @param self whether it is this instance
     * @param leader whether it assigns handlers to instances
     * @param streams how many it held open when it was heard last
     */
    public record MemberStatus(
            String id,
            String name,
            String host,
            long pid,
            Instant joined,
            Phase phase,
            boolean self,
            boolean leader,
            int streams) {

        private String line() {
            return "instance  " + (name.isEmpty() ? "" : name + ", ") + "process " + pid + " on " + host + ", since "
                    + joined + (self ? ", this one" : "") + (leader ? ", leader" : "")
                    + (phase == Phase.LEAVING ? ", leaving" : "") + ": streams " + streams + ", ";
        }

        /** Whether a member takes part. */
        public enum Phase {
            /** It does. */
            ALIVE,
            /** It is about to end, and gives its handlers away. */
            LEAVING
        }
    }

    /**
     * Who owns a handler, or a partition of one.
     *
     * @param id of the handler, or like {@code stock|3/8} of a partition
     * @param owner the id of a member; one that is not listed is dead
     * @param term the fencing token: it grows with each change of the owner
     * @param next the member that the owner is to give it to; null if it keeps it
     * @param listening whether the owner has begun to listen
     * @param paused whether it was paused, and is so wherever it begins, until it is resumed
     */
    public record OwnedHandler(
            String id, String owner, long term, @Nullable String next, boolean listening, boolean paused) {

        private String text() {
            return id + (paused ? " (paused)" : next != null ? " (moving)" : listening ? "" : " (beginning)");
        }
    }
}
