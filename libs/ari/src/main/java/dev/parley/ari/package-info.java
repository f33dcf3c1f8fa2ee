/**
 * A client of Asterisk's REST interface (ARI), on Vert.x: requests over plain HTTP, the events websocket, media websockets.
 *
 * <p>Expected answers are values ({@link dev.parley.ari.Outcome}); what cannot be carried out at all (nobody listens, no answer in
 * time, wrong password) is an {@link dev.parley.ari.AriFault}. Nothing here blocks: results are Vert.x futures, completed on the
 * context that asked or, for callers without one, on an event loop of the client. Depends on Vert.x and Jackson only.
 */
@NullMarked
package dev.parley.ari;

import org.jspecify.annotations.NullMarked;
