package dev.onchange.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Put by users on a handler, or on the class that declares handlers, whose payloads are to be read otherwise than
 * {@code onchange.payloads} says, or by one of several converters. On a method it overrides that on the class. It may stand
 * on an annotation of one's own.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface PayloadMapping {

    /** Who reads the documents. */
    OnChangeProperties.Payloads value() default OnChangeProperties.Payloads.SPRING_DATA;

    /**
     * The name of the {@code MongoConverter} bean, in the context that has the listeners; by default the only or primary one.
     */
    String converter() default "";
}
