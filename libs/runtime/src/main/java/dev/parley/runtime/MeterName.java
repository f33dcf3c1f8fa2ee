package dev.parley.runtime;

/** A meter of a service; each service documents its own in one enum that implements this. */
public interface MeterName {
    /** {@code parley.<service>.<noun>}, lower case. */
    String id();

    /** What it counts or measures, for people. */
    String meaning();
}
