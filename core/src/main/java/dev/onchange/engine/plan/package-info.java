/** Groups handlers into as few change streams as possible: scope, options, pipeline and fingerprint of each. */
@NullMarked
package dev.onchange.engine.plan;

import org.jspecify.annotations.NullMarked;
