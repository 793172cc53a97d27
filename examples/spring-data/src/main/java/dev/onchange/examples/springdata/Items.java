package dev.onchange.examples.springdata;

import org.springframework.data.mongodb.repository.ReactiveMongoRepository;

/** What there is. */
interface Items extends ReactiveMongoRepository<Item, String> {}
