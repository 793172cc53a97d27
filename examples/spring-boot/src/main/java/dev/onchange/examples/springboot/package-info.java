/** A shop as a Spring Boot application: a bean reorders what runs low. */
@NullMarked
package dev.onchange.examples.springboot;

import org.jspecify.annotations.NullMarked;
