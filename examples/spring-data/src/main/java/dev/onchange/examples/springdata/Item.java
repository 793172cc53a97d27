package dev.onchange.examples.springdata;

import java.util.Locale;
import org.springframework.data.annotation.Id;
import org.springframework.data.mongodb.core.mapping.Document;
import org.springframework.data.mongodb.core.mapping.Field;

// tag::item
@Document("inventory")
public record Item(@Id String sku, @Field("qty") int left, Locale language) {}
// end::item
