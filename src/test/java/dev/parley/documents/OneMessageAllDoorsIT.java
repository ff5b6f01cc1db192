package dev.parley.documents;

import java.net.URI;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import dev.parley.testsupport.ParleyProcess;

/** The same, asked of the packaged program. */
class OneMessageAllDoorsIT extends OneMessageAllDoors {

    private static ParleyProcess parley;

    @BeforeAll
    static void start() {
        parley = ParleyProcess.fresh("all-doors").start();
    }

    @AfterAll
    static void stop() {
        parley.close();
    }

    @Override
    URI base() {
        return parley.base();
    }
}
