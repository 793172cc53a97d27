/** Finds mistakes in {@code @OnChange} methods while they are compiled. */
module dev.onchange.processor {
    requires dev.onchange;
    requires java.compiler;
}
