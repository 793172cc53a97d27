package dev.onchange.engine.plugin;

import dev.onchange.engine.invoke.Invoker;

/**
 * The class loader of a plug-in as the context class loader of the threads that run its code, for libraries that look
 * there for classes and services. What the plug-in does not do itself finds each thread as it was.
 */
public record ContextLoader(ClassLoader loader) {

    /** Sets it for the present thread, until the result is closed there. */
    public Stay enter() {
        Thread thread = Thread.currentThread();
        Stay stay = new Stay(thread, thread.getContextClassLoader());
        thread.setContextClassLoader(loader);
        return stay;
    }

    /** The same handler, called within it; so is what it returns, when that is subscribed to and asked for values. */
    public Invoker around(Invoker handler) {
        return new ContextInvoker(this, handler);
    }

    /**
     * That a thread has it.
     *
     * @param thread which one
     * @param before what it had before
     */
    public record Stay(Thread thread, ClassLoader before) implements AutoCloseable {

        @Override
        public void close() {
            thread.setContextClassLoader(before);
        }
    }
}
