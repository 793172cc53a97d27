/** Change listeners as part of a Spring Boot application: beans with {@code @OnChange} are found, started and stopped. */
@NullMarked
package dev.onchange.spring;

import org.jspecify.annotations.NullMarked;
