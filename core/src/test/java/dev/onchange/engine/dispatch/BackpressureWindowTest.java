package dev.onchange.engine.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BackpressureWindowTest {

    private static final int SIZE = 10;

    @Test
    void a_full_window_has_room_once_a_sixteenth_of_it_is_settled() {
        BackpressureWindow window = full(64, 1_000_000);

        for (int i = 1; i < 4; i++) {
            assertFalse(window.settled(SIZE), "after " + i);
        }

        assertTrue(window.settled(SIZE));
        assertEquals(4, added(window));
    }

    @Test
    void a_small_window_has_room_with_each_change_that_is_settled() {
        BackpressureWindow window = full(2, 1_000_000);

        assertTrue(window.settled(SIZE));
        assertEquals(1, added(window));
        assertTrue(window.settled(SIZE));
    }

    @Test
    void a_window_that_is_full_of_bytes_has_room_once_a_sixteenth_of_these_is_settled() {
        BackpressureWindow window = full(1_000_000, 320);

        assertFalse(window.settled(SIZE));
        assertTrue(window.settled(SIZE));
        assertEquals(2, added(window));
    }

    @Test
    void a_window_that_was_never_full_tells_nothing() {
        BackpressureWindow window = new BackpressureWindow(new BackpressureLimits(64, 1_000_000));
        assertTrue(window.isOpen());
        window.add(SIZE);

        assertFalse(window.settled(SIZE));
    }

    private static BackpressureWindow full(int events, long bytes) {
        BackpressureWindow window = new BackpressureWindow(new BackpressureLimits(events, bytes));
        added(window);
        return window;
    }

    /** How many changes it takes until it is full. */
    private static int added(BackpressureWindow window) {
        int added = 0;
        while (window.isOpen()) {
            window.add(SIZE);
            added++;
        }
        return added;
    }
}
