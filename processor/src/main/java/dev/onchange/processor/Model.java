package dev.onchange.processor;

import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** What the compiler can be asked about the sources. */
record Model(Elements elements, Types types) {}
