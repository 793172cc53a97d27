package dev.onchange.engine.scan;

import dev.onchange.Placeholders;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds values under the names that environment variables usually have. */
public final class EnvironmentNames implements Placeholders {

    private final Placeholders environment;

    public EnvironmentNames(Placeholders environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable String valueOf(String name) {
        @Nullable String value = environment.valueOf(name);
        if (value == null) {
            value = environment.valueOf(upper(name));
        }
        return value == null ? environment.valueOf(upper(separated(name))) : value;
    }

    /** {@code SHOP_DB_NAME} for {@code shop.db-name}. */
    static String upper(String name) {
        StringBuilder upper = new StringBuilder(name.length());
        name.codePoints().forEach(letter -> upper.append(isWord(letter) ? (char) letter : '_'));
        return upper.toString().toUpperCase(Locale.ROOT);
    }

    /** {@code shop.db_Name} for {@code shop.dbName}. */
    private static String separated(String name) {
        StringBuilder separated = new StringBuilder(name.length() + 4);
        for (int i = 0; i < name.length(); i++) {
            if (i > 0 && isUpper(name.charAt(i)) && isWord(name.charAt(i - 1)) && !isUpper(name.charAt(i - 1))) {
                separated.append('_');
            }
            separated.append(name.charAt(i));
        }
        return separated.toString();
    }

    private static boolean isWord(int letter) {
        return letter >= 'a' && letter <= 'z' || letter >= '0' && letter <= '9' || isUpper(letter);
    }

    private static boolean isUpper(int letter) {
        return letter >= 'A' && letter <= 'Z';
    }
}
