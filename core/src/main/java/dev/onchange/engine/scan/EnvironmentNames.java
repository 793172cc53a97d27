package dev.onchange.engine.scan;

import dev.onchange.Placeholders;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds values under the names that environment variables usually have. */
public final class EnvironmentNames implements Placeholders {

    private final Placeholders environment;

    public EnvironmentNames(Placeholders environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable String valueOf(String name) {
        return Stream.of(name, upper(name), upper(name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")))
                .map(environment::valueOf)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** {@code SHOP_DB_NAME} for {@code shop.db-name}. */
    static String upper(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
