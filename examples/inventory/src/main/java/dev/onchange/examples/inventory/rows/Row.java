package dev.onchange.examples.inventory.rows;

import dev.onchange.examples.inventory.Shop;
import java.util.List;

/** Something that the framework promises, and how it is shown. */
public interface Row {

    /** All, in order. */
    List<Row> ALL = List.of(
            new Row01Availability(),
            new Row02Connect(),
            new Row03Watch(),
            new Row04Open(),
            new Row05Pipeline(),
            new Row06LookUp(),
            new Row07ResumeAfter(),
            new Row08StartAfter(),
            new Row09Tokens(),
            new Row10EventFormat(),
            new Row11Projection());

    /** Its number, from 1. */
    int number();

    /** What it is about, in a few words. */
    String title();

    /** What is declared, in a few words. */
    String declares();

    /** Writes to a shop that is used for nothing else, and says what was received. */
    Result run(Shop shop);
}
