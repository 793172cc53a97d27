package dev.onchange.examples.micronaut;

import io.micronaut.runtime.Micronaut;

/** A shop on Micronaut. */
public final class Shop {

    private Shop() {}

    public static void main(String[] args) {
        Micronaut.run(Shop.class, args);
    }
}
