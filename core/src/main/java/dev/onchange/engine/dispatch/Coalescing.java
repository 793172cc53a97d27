package dev.onchange.engine.dispatch;

import java.util.function.Consumer;

/**
 * How newer changes take the place of older ones.
 *
 * @param latest those that wait
 * @param replaced is passed each whose place another has taken, under the lock of the {@link DeliveryQueue}: it must not block
 */
record Coalescing(LatestChanges latest, Consumer<Delivery> replaced) {}
