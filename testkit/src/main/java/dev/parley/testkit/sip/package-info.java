/**
 * A telephone on a real network: SIP over UDP and RTP, with a record of every packet. It knows what a bot's caller needs, and no more:
 * registering, video and encryption are not there.
 */
@NullMarked
package dev.parley.testkit.sip;

import org.jspecify.annotations.NullMarked;
