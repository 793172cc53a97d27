/** What a declaration must be like: one small class for each rule, all of them listed in {@link dev.onchange.engine.scan.rule.Rules}. */
@NullMarked
package dev.onchange.engine.scan.rule;

import org.jspecify.annotations.NullMarked;
