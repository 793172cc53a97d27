package dev.onchange;

/** What a handler watches. */
public enum Scope {
    /** One collection if a collection is named, else the whole database. */
    AUTO,
    /** One collection. */
    COLLECTION,
    /** All collections of one database, those to come included. */
    DATABASE,
    /** All databases, those to come included, except {@code admin}, {@code config} and {@code local}. */
    DEPLOYMENT
}
