package dev.onchange.examples.quarkus;

import org.bson.codecs.pojo.annotations.BsonId;

/** What the shop sells. */
public record Item(@BsonId String id, int qty) {}
