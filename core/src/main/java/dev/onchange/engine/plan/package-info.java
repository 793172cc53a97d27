/**
 * Takes the handlers that {@code engine.scan} has found and groups them into as few change streams as possible: scope,
 * options, pipeline and fingerprint of each. The plan is tried by {@code engine.check} and opened by {@code
 * engine.stream}.
 */
@NullMarked
package dev.onchange.engine.plan;

import org.jspecify.annotations.NullMarked;
