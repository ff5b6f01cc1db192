package dev.parley.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;

/** Two hundred people, in twenty rooms of ten and in one room of all. */
final class Crowd {

    private static final int PEOPLE = 200;
    private static final int ROOMS = 20;

    final List<Person> people;
    final List<Long> rooms = new ArrayList<>();
    final List<List<Person>> members = new ArrayList<>();
    final long hall;

    Crowd(ParleyProcess parley) {
        people = IntStream.range(0, PEOPLE).mapToObj(i -> Person.register(parley.base(), "Person " + i)).toList();
        int each = PEOPLE / ROOMS;
        for (int room = 0; room < ROOMS; room++) {
            List<Person> some = people.subList(room * each, (room + 1) * each);
            members.add(some);
            rooms.add(some.get(0).group("Room " + room, some.subList(1, each).toArray(Person[]::new)));
        }
        hall = people.get(0).group("Hall", people.subList(1, PEOPLE).toArray(Person[]::new));
    }

    static void pause(double seconds) {
        LockSupport.parkNanos((long) (seconds * 1e9));
    }
}
