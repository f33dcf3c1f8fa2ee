/** Reads calls back from the topics, from outside, as an auditor would. */
@NullMarked
package dev.parley.devstack.audit;

import org.jspecify.annotations.NullMarked;
