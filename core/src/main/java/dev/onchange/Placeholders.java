package dev.onchange;

import dev.onchange.engine.scan.EnvironmentNames;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of <code>${placeholders}</code> in annotations come from. Asked when handlers are read, by the
 * thread that reads them.
 *
 * <p>A placeholder is written <code>${name}</code>, or <code>${name:default}</code> with a default that may be empty
 * or hold placeholders itself; a literal <code>${</code> is written <code>\${</code>. Values are taken as they are:
 * placeholders in them are not resolved. An empty value is refused, unless the default is written and empty. In filters
 * and stages a value stays one value: between quotes any text may stand, elsewhere only one value in JSON.
 */
@FunctionalInterface
public interface Placeholders {

    /** The value of a name; null if it has none. */
    @Nullable
    String valueOf(String name);

    /** These, and the others for names that have no value here. */
    default Placeholders or(Placeholders others) {
        return name -> {
            String value = valueOf(name);
            return value == null ? others.valueOf(name) : value;
        };
    }

    /**
     * System properties, then environment variables under the name itself or in upper case with underscores:
     * {@code shop.db-name} is also found as {@code SHOP_DB_NAME}, {@code shop.dbName} too.
     */
    static Placeholders ofSystem() {
        return ((Placeholders) System::getProperty).or(new EnvironmentNames(System::getenv));
    }
}
