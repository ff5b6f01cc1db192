package dev.parley.attachment;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.parley.attachment.PartialStore.Held;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** Addresses by which clients put a file into the store themselves, past this service. What came is a {@link Held} like any. */
public interface DirectStore {

    /** There are no such addresses of this store. */
    DirectStore NONE = new DirectStore() {

        @Override
        public Held begin(String key, long length) {
            throw new Refusal(Code.NOT_FOUND);
        }

        @Override
        public List<Place> places(Held held, long length, Duration goodFor) {
            throw new Refusal(Code.NOT_FOUND);
        }

        @Override
        public Held arrived(Held held, long length) {
            throw new Refusal(Code.NOT_FOUND);
        }
    };

    /**
     * One PUT that the client is to make.
     *
     * @param number of the part, from 1
     * @param size its exact length in bytes; another is refused by the store
     * @param headers to be sent as they are
     */
    @RegisterForReflection
    record Place(int number, URI url, long size, Map<String, String> headers) {
    }

    /** @param length in bytes; a small file is one PUT, a larger one several parts */
    Held begin(String key, long length);

    List<Place> places(Held held, long length, Duration goodFor);

    /**
     * What is there by now, which may be other parts than the last time.
     *
     * @throws Refusal {@link Code#CONFLICT} when not all of it is there, and nothing else
     */
    Held arrived(Held held, long length);
}
