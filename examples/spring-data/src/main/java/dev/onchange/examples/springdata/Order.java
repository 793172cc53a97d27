package dev.onchange.examples.springdata;

import org.springframework.data.annotation.Id;
import org.springframework.data.mongodb.core.mapping.Document;

/** More of an item. */
@Document("orders")
public record Order(@Id String sku, int more) {}
