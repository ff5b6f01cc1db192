package dev.parley.documents;

import java.net.URI;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class OneMessageAllDoorsTest extends OneMessageAllDoors {

    @TestHTTPResource("/")
    URI here;

    @Override
    URI base() {
        return here;
    }
}
