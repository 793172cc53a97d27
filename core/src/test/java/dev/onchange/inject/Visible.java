package dev.onchange.inject;

import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;

/** A class that can be extended from anywhere, with a handler that cannot be overridden from there. */
public class Visible {

    @OnChange(collection = "items")
    void hidden(ChangeEvent<?> change) {}
}
