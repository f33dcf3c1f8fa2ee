package dev.parley.devstack.demo;

/**
 * One thing that had to hold in the call.
 *
 * @param name short and constant, for people and scripts
 * @param detail what was measured, with numbers, whether it passed or not
 */
record Check(String name, boolean passed, String detail) {}
