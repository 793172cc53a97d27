package dev.onchange.console;

import dev.onchange.status.ClusterStatus;
import dev.onchange.status.ClusterStatus.MemberStatus;
import dev.onchange.status.ClusterStatus.OwnedHandler;
import dev.onchange.status.ListenersStatus;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The instances that share the work, and what each of them has. */
final class ClusterResource {

    private final StatusView status;

    ClusterResource(StatusView status) {
        this.status = status;
    }

    void addTo(ApiRoutes routes) {
        routes.get("cluster", this::cluster);
    }

    private ConsoleReply cluster(ApiCall call) {
        ListenersStatus now = status.now();
        ClusterStatus cluster = now.cluster();
        Map<String, MemberStatus> members =
                cluster.members().stream().collect(Collectors.toMap(MemberStatus::id, Function.identity()));
        return ConsoleReply.json(
                200,
                new JsonObject()
                        .put("mode", members.isEmpty() ? "ALONE" : "SHARED")
                        .put("instance", status.self().map(StatusView::nameOf).orElse(null))
                        .put(
                                "leader",
                                cluster.members().stream()
                                        .filter(MemberStatus::leader)
                                        .findFirst()
                                        .map(MemberStatus::id)
                                        .orElse(null))
                        .put("heard", cluster.heard())
                        .put(
                                "members",
                                cluster.members().stream()
                                        .map(member -> member(member, cluster))
                                        .toList())
                        .put("units", units(cluster.handlers(), members))
                        .put(
                                "moves",
                                units(
                                        cluster.handlers().stream()
                                                .filter(unit -> unit.next() != null)
                                                .toList(),
                                        members))
                        .put("streams", now.streams().size())
                        .text());
    }

    private static JsonObject member(MemberStatus member, ClusterStatus cluster) {
        return new JsonObject()
                .put("id", member.id())
                .put("name", member.name().isEmpty() ? null : member.name())
                .put("host", member.host())
                .put("pid", member.pid())
                .put("state", member.phase())
                .put("since", member.joined())
                .put("self", member.self())
                .put("leader", member.leader())
                .put(
                        "units",
                        cluster.handlers().stream()
                                .filter(unit -> unit.owner().equals(member.id()))
                                .count());
    }

    private static List<JsonObject> units(List<OwnedHandler> units, Map<String, MemberStatus> members) {
        return units.stream().map(unit -> unit(unit, members)).toList();
    }

    private static JsonObject unit(OwnedHandler unit, Map<String, MemberStatus> members) {
        int bar = unit.id().matches(".*\\|\\d+/\\d+") ? unit.id().lastIndexOf('|') : -1;
        return new JsonObject()
                .put("handler", bar < 0 ? unit.id() : unit.id().substring(0, bar))
                .put("partition", bar < 0 ? null : unit.id().substring(bar + 1))
                .put("owner", name(unit.owner(), members))
                .put("term", unit.term())
                .put("next", name(unit.next(), members))
                .put("listening", unit.listening());
    }

    private static @Nullable String name(@Nullable String id, Map<String, MemberStatus> members) {
        MemberStatus member = id == null ? null : members.get(id);
        return member == null ? id : StatusView.nameOf(member);
    }
}
