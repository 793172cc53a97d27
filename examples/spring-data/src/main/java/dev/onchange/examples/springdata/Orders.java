package dev.onchange.examples.springdata;

import org.springframework.data.mongodb.repository.ReactiveMongoRepository;

/** What has been ordered. */
interface Orders extends ReactiveMongoRepository<Order, String> {}
