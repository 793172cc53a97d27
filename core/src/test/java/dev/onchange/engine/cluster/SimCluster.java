package dev.onchange.engine.cluster;

import dev.onchange.engine.cluster.MemberInfo.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.types.ObjectId;

/** Processes over one store, what is done to them, and what must hold. */
final class SimCluster {

    static final Duration LEASE = ClusterSettings.LEASE;

    final SimWorld world;
    final SimStore store;
    final List<SimProcess> processes = new ArrayList<>();
    final Set<Long> endedProcesses = new HashSet<>();
    long operations;
    private final Map<String, Long> lastTerm = new HashMap<>();
    private final Map<String, Long> handled = new HashMap<>();
    private final Map<String, Long> exact = new HashMap<>();
    private final MemberDeclaration[] versions;
    private int nextId;
    private int nextProcess;

    SimCluster(SimWorld world, int handlers) {
        this.world = world;
        this.store = new SimStore(world);
        this.versions = new MemberDeclaration[] {declaration("v1", handlers), declaration("v2", handlers + 1)};
    }

    private MemberDeclaration declaration(String hash, int handlers) {
        Map<String, MemberDeclaration.Declared> units = new HashMap<>();
        for (int i = 0; i < handlers; i++) {
            boolean changed = i % 3 == 0;
            units.put("u" + i, new MemberDeclaration.Declared("u" + i, changed ? hash : "same", "scope" + i % 4));
        }
        return new MemberDeclaration(hash, units);
    }

    ObjectId nextId() {
        nextId++;
        byte[] bytes = new byte[12];
        world.random.nextBytes(bytes);
        bytes[0] = (byte) nextId;
        return new ObjectId(bytes);
    }

    SimProcess join(int version, String name, Mode mode) {
        long pid = nextProcess++;
        String machine = "machine" + pid % 3;
        ProcessId process = new ProcessId(machine, pid, "");
        MemberInfo info = new MemberInfo(name, machine, process, mode, versions[version].hash());
        SimProcess joined = new SimProcess(this, process, info, versions[version]);
        processes.add(joined);
        joined.start();
        return joined;
    }

    /** Some instance asks the owner of some unit to do something. */
    void ask(List<SimProcess> living) {
        List<String> units = store.units.keySet().stream().sorted().toList();
        if (!living.isEmpty() && !units.isEmpty()) {
            SimUnits.Kind[] kinds = SimUnits.Kind.values();
            living.get(world.random.nextInt(living.size()))
                    .ask(units.get(world.random.nextInt(units.size())), kinds[world.random.nextInt(kinds.length)]);
        }
    }

    /** A command is carried out, by the owner that is at work. */
    void carriedOut(String unit, long term) {
        if (term < lastTerm.getOrDefault(unit, 0L)) {
            world.violated(unit + " was commanded with term " + term + " after a call with term " + lastTerm.get(unit));
        }
    }

    /** The commands for units that somebody owns who is not about to end, of which nobody has said what came of them. */
    List<String> unanswered() {
        return store.commands.values().stream()
                .filter(command -> command.state() != Command.State.DONE)
                .flatMap(command -> processes.stream()
                        .filter(process -> !process.leaving
                                && !process.ended
                                && process.units
                                        .runs()
                                        .containsKey(command.key().unit()))
                        .map(process -> command.kind() + " of " + command.key() + " begun by " + command.owner()
                                + " at " + process.member.id() + " with " + process.member.held()))
                .toList();
    }

    /** A handler is called: no call with an earlier term may begin after it. */
    void called(String unit, long term, long value) {
        long last = lastTerm.getOrDefault(unit, 0L);
        if (term < last) {
            world.violated(unit + " was called with term " + term + " after a call with term " + last);
        }
        lastTerm.put(unit, Math.max(last, term));
        exact.remove(unit);
        handled.merge(unit, value, Math::max);
    }

    void savedExactly(String unit, SimUnits.Run run) {
        exact.put(unit, run.value);
    }

    void taken(String unit, long term, long value) {
        long done = handled.getOrDefault(unit, 0L);
        if (value > done) {
            world.violated(unit + " goes on at " + value + " though only " + done + " is handled");
        }
        Long given = exact.get(unit);
        if (given != null && given != value && term > lastTerm.getOrDefault(unit, 0L)) {
            world.violated(unit + " was given away at " + given + " and goes on at " + value);
        }
    }

    /** A lease is silence, less what the clocks of members drift apart. */
    void certified(ObjectId id, boolean sure) {
        Duration silence = Duration.ofNanos(world.now() - store.members.get(id).trulyBeaten);
        if (!sure && silence.compareTo(LEASE.multipliedBy(19).dividedBy(20)) < 0) {
            world.violated(id + " was taken for dead " + silence + " after it was heard");
        }
    }

    /** What is not as it should be after some quiet; empty if all is well. */
    String unowned() {
        StringBuilder text = new StringBuilder();
        Set<String> declared = new HashSet<>();
        processes.stream().filter(process -> !process.ended).forEach(process -> declared.addAll(unitsOf(process)));
        for (String unit : declared) {
            SimStore.UnitDocument document = store.units.get(unit);
            SimProcess owner = document == null
                    ? null
                    : processes.stream()
                            .filter(process -> !process.ended && document.owner.equals(process.member.id()))
                            .findFirst()
                            .orElse(null);
            SimUnits.Run run = owner == null ? null : owner.units.runs().get(unit);
            if (run == null || run.term != document.term || !document.ready) {
                text.append(unit)
                        .append(document == null ? " does not exist" : " of " + document.owner + " is not at work")
                        .append("; ");
            }
        }
        return text.toString();
    }

    private Set<String> unitsOf(SimProcess process) {
        SimStore.MemberDocument document = store.members.get(process.member.id());
        return document == null
                ? versions[0].units().keySet()
                : (document.info.declared().equals("v1") ? versions[0] : versions[1])
                        .units()
                        .keySet();
    }

    /** The units that are paused although they are to run, or the reverse. */
    List<String> pausedOtherwise() {
        return processes.stream()
                .filter(process -> !process.ended)
                .flatMap(process -> process.units.runs().keySet().stream()
                        .filter(unit -> process.units.isPaused(unit) != store.paused.getOrDefault(unit, false)))
                .toList();
    }

    /** How many operations the store has done. */
    long operations() {
        return operations;
    }

    /** How many units each living process has, least and most. */
    int[] spread() {
        int[] counts = processes.stream()
                .filter(process -> !process.ended)
                .mapToInt(process -> process.units.runs().size())
                .sorted()
                .toArray();
        return new int[] {counts[0], counts[counts.length - 1]};
    }
}
