package dev.onchange.examples.springboot;

import org.bson.codecs.pojo.annotations.BsonId;

/** What there is of something. */
public record Item(@BsonId String sku, int qty) {}
