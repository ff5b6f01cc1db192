package dev.parley.rate;

import java.security.Principal;
import java.time.Duration;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;

import org.jboss.resteasy.reactive.common.core.ResteasyReactiveCallbackContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

import dev.parley.problem.Code;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;

/**
 * Nobody takes all connections to the database, nor all memory, by asking for much at once: what is {@link InTurn} has its
 * turn until it is written, and waits on its virtual thread before. Whose answers are small and quick never notices.
 */
@InTurn
@Provider
public class ReadsInTurn implements ContainerRequestFilter {

    private static final int AT_ONCE = 2;
    private static final int PLACES = 1000;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /** By user. Of all together there is no bound but that of the connections: a slow reader holds up nobody else. */
    final FairTurns<String> turns = new FairTurns<>(Integer.MAX_VALUE, AT_ONCE, PLACES);

    @Override
    public void filter(ContainerRequestContext request) {
        Principal user = request.getSecurityContext().getUserPrincipal();
        if (user != null && request instanceof ResteasyReactiveContainerRequestContext rest
                && rest.getServerRequestContext() instanceof ResteasyReactiveCallbackContext exchange) {
            begin(user.getName());
            exchange.registerCompletionCallback(failure -> turns.end(user.getName()));
        }
    }

    private void begin(String user) {
        long start = System.nanoTime();
        try {
            if (!turns.begin(user, LONGEST_WAIT)) {
                // Who waits in vain may wait for a database that does not answer.
                throw System.nanoTime() - start < LONGEST_WAIT.toNanos()
                        ? new Refusal(Code.TOO_MANY_REQUESTS, "You ask for too much at once; try again in 5 seconds", 5)
                        : Outage.refusal();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Outage.refusal();
        }
    }
}
