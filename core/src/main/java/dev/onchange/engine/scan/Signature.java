package dev.onchange.engine.scan;

import dev.onchange.problem.Problem;
import java.util.List;

/**
 * What a method takes.
 *
 * @param roles of its parameters, in the method's order, without parameters that are not sound
 * @param wishes what its parameters and the annotation want of the payload type
 * @param problems the problems of the parameters that are not sound
 */
record Signature(List<Parameter.Role> roles, List<PayloadWish> wishes, List<Problem> problems) {}
