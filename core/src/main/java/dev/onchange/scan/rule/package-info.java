/** What a declaration must be like: one small class for each rule, all of them listed in {@link dev.onchange.scan.rule.Rules}. */
@NullMarked
package dev.onchange.scan.rule;

import org.jspecify.annotations.NullMarked;
