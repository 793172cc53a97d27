package dev.onchange.engine.scan.rule;

import dev.onchange.Coalesce;

/**
 * The attributes about changes that newer ones overtake, each as the annotation describes it.
 *
 * @param quiet empty for no wait
 */
public record CoalesceAttributes(Coalesce coalesce, String quiet) {

    /** Every change is wanted. */
    public static final CoalesceAttributes NONE = new CoalesceAttributes(Coalesce.NONE, "");
}
