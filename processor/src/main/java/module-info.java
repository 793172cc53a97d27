/** Finds mistakes in {@code @OnChange} methods while they are compiled. */
module dev.onchange.processor {
    requires dev.onchange;
    requires com.palantir.javapoet;
    requires transitive java.compiler;

    exports dev.onchange.processor;

    uses javax.annotation.processing.Processor;

    provides javax.annotation.processing.Processor with
            dev.onchange.processor.OnChangeProcessor,
            dev.onchange.processor.ClaimingProcessor;
}
