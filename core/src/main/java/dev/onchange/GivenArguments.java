package dev.onchange;

import static java.util.Objects.requireNonNull;

import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.rule.Names;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Refuses what cannot be meant where it is given, by its name. */
final class GivenArguments {

    /** Longer times are as good as this one, and not every unit counts them. */
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private GivenArguments() {}

    /** @throws NullPointerException with the name, if one is null, or all are */
    static <T> List<T> of(String name, T[] values) {
        return Arrays.stream(requireNonNull(values, name))
                .map(value -> requireNonNull(value, name))
                .toList();
    }

    static Duration notNegative(String name, Duration duration) {
        if (requireNonNull(duration, name).isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + duration);
        }
        return duration.compareTo(FOR_EVER) > 0 ? FOR_EVER : duration;
    }

    static Duration positive(String name, Duration duration) {
        if (notNegative(name, duration).isZero()) {
            throw new IllegalArgumentException(name + " must be positive: " + duration);
        }
        return notNegative(name, duration);
    }

    /** A time that the server and sockets count in milliseconds. */
    static Duration upToADay(String name, Duration duration) {
        if (notNegative(name, duration).compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(name + " must not be longer than a day: " + duration);
        }
        return duration;
    }

    /** @throws OnChangeException if no database can be called so, or one is that is not for applications */
    static String database(String name, String value) {
        String fault = requireNonNull(value, name).isEmpty()
                ? "is empty"
                : Names.isOfServer(value)
                        ? "is that of a database of the server's own, in which transactions may not write"
                        : Names.faultOfDatabase(value).orElse(null);
        if (fault != null) {
            throw new OnChangeException(List.of(
                    Message.INVALID_NAME.at("ChangeListenersBuilder." + name + "(…)", "database", value, fault)));
        }
        return value;
    }
}
