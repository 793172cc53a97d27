package dev.onchange.engine.scan.rule;

import dev.onchange.Batch;

/** The attributes of {@link Batch}, each as the annotation describes it. */
public record BatchAttributes(int size, String linger) {

    /** No batches. */
    public static final BatchAttributes NONE = new BatchAttributes(0, defaultLinger());

    /** Whether batches are wanted. */
    public boolean isWanted() {
        return size != 0;
    }

    private static String defaultLinger() {
        try {
            return (String) Batch.class.getMethod("linger").getDefaultValue();
        } catch (NoSuchMethodException e) {
            throw new LinkageError("Batch has no linger()", e);
        }
    }
}
