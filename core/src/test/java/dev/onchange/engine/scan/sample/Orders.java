package dev.onchange.engine.scan.sample;

import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;

class Orders {

    @OnChange(collection = "orders")
    void on(ChangeEvent<?> event) {}

    static class Nested {

        @OnChange(collection = "nested")
        void on(ChangeEvent<?> event) {}
    }
}
