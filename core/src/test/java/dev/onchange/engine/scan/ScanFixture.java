package dev.onchange.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import java.util.Map;

/** Scans with the database {@code shop} as default. */
final class ScanFixture {

    private ScanFixture() {}

    static HandlerScanner scanner(Map<String, String> placeholders) {
        return new HandlerScanner(placeholders::get, "shop", Instances.ofConstructors());
    }

    static ScanResult scan(Class<?>... types) {
        return scanner(Map.of()).types(types);
    }

    /** The only handler of a class that has no faults. */
    static HandlerSpec handlerOf(Class<?> type) {
        ScanResult scanned = scan(type);
        assertThat(scanned.problems()).isEmpty();
        assertThat(scanned.handlers()).hasSize(1);
        return scanned.handlers().get(0);
    }

    /** The only fault of a class that has no sound handler. */
    static Problem problemOf(Class<?> type) {
        ScanResult scanned = scan(type);
        assertThat(scanned.handlers()).isEmpty();
        assertThat(scanned.problems()).hasSize(1);
        return scanned.problems().get(0);
    }
}
