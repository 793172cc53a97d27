package dev.onchange.examples.benchmarks.contender;

import java.time.Instant;
import org.bson.codecs.pojo.annotations.BsonId;

/** The documents of all works: six fields. */
public record Item(@BsonId int id, String sku, String name, int qty, double price, Instant changed) {}
