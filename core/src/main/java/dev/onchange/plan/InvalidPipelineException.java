package dev.onchange.plan;

/** A handler's own pipeline that is not valid JSON, or that a change stream would not take. */
final class InvalidPipelineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String todo;

    /**
     * @param what what is wrong and where in the pipeline
     * @param todo what to do about it, one sentence
     */
    InvalidPipelineException(String what, String todo) {
        super(what);
        this.todo = todo;
    }

    String todo() {
        return todo;
    }
}
