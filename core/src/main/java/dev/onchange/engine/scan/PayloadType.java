package dev.onchange.engine.scan;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.lang.reflect.Type;
import java.util.Comparator;
import java.util.List;
import org.bson.Document;

/** Finds the one type that satisfies all wishes. */
final class PayloadType {

    private PayloadType() {}

    /** The type that satisfies all if there is one, else that of the first; {@code Document} if nothing is wished. */
    static Type of(List<PayloadWish> wishes) {
        return switch (wishes.size()) {
            case 0 -> Document.class;
            case 1 -> wishes.get(0).type();
            default -> decisive(wishes).type();
        };
    }

    /** The wishes that it does not satisfy. */
    static List<Problem> contradictions(List<PayloadWish> wishes, String where) {
        if (wishes.size() < 2) {
            return List.of();
        }
        Type type = of(wishes);
        return wishes.stream()
                .filter(wish -> !wish.isGrantedBy(type))
                .map(wish -> contradiction(decisive(wishes), wish, where))
                .toList();
    }

    /** The first whose type satisfies all, exact ones before others; if there is none, the first of all. */
    private static PayloadWish decisive(List<PayloadWish> wishes) {
        // Sorting is stable, and false comes before true.
        List<PayloadWish> exactFirst = wishes.stream()
                .sorted(Comparator.comparing(wish -> !wish.exact()))
                .toList();
        return exactFirst.stream()
                .filter(wish -> wishes.stream().allMatch(other -> other.isGrantedBy(wish.type())))
                .findFirst()
                .orElse(exactFirst.get(0));
    }

    private static Problem contradiction(PayloadWish first, PayloadWish second, String where) {
        return Message.CONTRADICTORY_PAYLOAD.at(
                where,
                first.source(),
                first.type().getTypeName(),
                second.source(),
                second.type().getTypeName());
    }
}
