package dev.onchange.examples.inventory;

import java.util.List;

/** A small shop whose handlers react to its inventory. */
public final class Inventory {

    private Inventory() {}

    public static void main(String[] args) {
        System.out.println("inventory " + List.of(args));
    }
}
