package dev.onchange.engine.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.ToIntBiFunction;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The units of one member that may be moved to others. Those of one scope that the same members may own are as good as each
 * other; of these groups, the one whose move adds fewest streams is found without a look at all: there may be as many as units.
 */
final class MovableUnits {

    private final ObjectId from;
    private final ToIntBiFunction<ObjectId, String> count;
    private final Map<String, List<Group>> groups = new LinkedHashMap<>();
    private final Map<ObjectId, NavigableSet<Choice>> choices = new HashMap<>();
    private int order;

    /** Units that are as good as each other. */
    private record Group(int order, String scope, Set<ObjectId> owners, Queue<String> units) {}

    /** What it costs to move a unit of a group to some member. */
    private record Choice(boolean opensStream, int left, Group group) implements Comparable<Choice> {

        private static final Comparator<Choice> CHEAPEST = Comparator.comparing(Choice::opensStream)
                .thenComparingInt(Choice::left)
                .thenComparingInt(choice -> choice.group.order);

        @Override
        public int compareTo(Choice other) {
            return CHEAPEST.compare(this, other);
        }
    }

    /**
     * @param from has the units
     * @param count how many units of a scope a member is to have
     */
    MovableUnits(ObjectId from, ToIntBiFunction<ObjectId, String> count) {
        this.from = from;
        this.count = count;
    }

    /** @param owners the members that may own it */
    void add(String unit, String scope, Set<ObjectId> owners) {
        List<Group> ofScope = groups.computeIfAbsent(scope, any -> new ArrayList<>());
        Group group = ofScope.stream()
                .filter(each -> each.owners.equals(owners))
                .findFirst()
                .orElse(null);
        if (group == null) {
            group = new Group(order++, scope, owners, new ArrayDeque<>());
            ofScope.add(group);
        }
        group.units.add(unit);
    }

    /**
     * Moves the unit whose move adds fewest streams; gives it, or null if none may be moved there.
     *
     * @param move changes what the members are to have
     */
    @Nullable
    String move(ObjectId to, BiConsumer<String, ObjectId> move) {
        NavigableSet<Choice> there = choices.computeIfAbsent(to, this::choicesOf);
        if (there.isEmpty()) {
            return null;
        }
        Group group = there.first().group;
        List<Group> ofScope = groups.getOrDefault(group.scope, List.of());
        choices.forEach((member, all) -> ofScope.forEach(each -> all.remove(choice(each, member))));
        String unit = group.units.remove();
        move.accept(unit, to);
        choices.forEach((member, all) ->
                ofScope.stream().filter(each -> isFor(each, member)).forEach(each -> all.add(choice(each, member))));
        return unit;
    }

    private NavigableSet<Choice> choicesOf(ObjectId to) {
        NavigableSet<Choice> all = new TreeSet<>();
        groups.values().stream()
                .flatMap(List::stream)
                .filter(group -> isFor(group, to))
                .forEach(group -> all.add(choice(group, to)));
        return all;
    }

    private static boolean isFor(Group group, ObjectId to) {
        return !group.units.isEmpty() && group.owners.contains(to);
    }

    private Choice choice(Group group, ObjectId to) {
        return new Choice(count.applyAsInt(to, group.scope) == 0, count.applyAsInt(from, group.scope), group);
    }
}
