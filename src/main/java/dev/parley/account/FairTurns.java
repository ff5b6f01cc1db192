package dev.parley.account;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A few turns at a time, of one address after the other: whoever asks for many waits behind nobody but themselves. An
 * address may have a quarter of the places that are free, so that they run short only for those who hold many.
 */
final class FairTurns {

    private static final int SHARE = 4;

    private final int places;
    private final ReentrantLock lock = new ReentrantLock();
    /** By address; the next turn is the first one's. */
    private final SequencedMap<String, Deque<Waiter>> lines = new LinkedHashMap<>();
    private int waiting;
    private int free;

    FairTurns(int turns, int places) {
        this.free = turns;
        this.places = places;
    }

    private static final class Waiter {

        private final Condition called;
        private boolean turn;

        Waiter(Condition called) {
            this.called = called;
        }
    }

    /** @return whether it is the caller's turn, until {@link #end}; false without a place to wait, or a turn in time */
    boolean begin(String address, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            if (free > 0) {
                free--;
                return true;
            }
            return hasPlace(address) && await(address, patience);
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            var first = lines.pollFirstEntry();
            if (first == null) {
                free++;
                return;
            }
            Waiter next = first.getValue().remove();
            waiting--;
            if (!first.getValue().isEmpty()) {
                lines.put(first.getKey(), first.getValue());
            }
            next.turn = true;
            next.called.signal();
        } finally {
            lock.unlock();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasPlace(String address) {
        Deque<Waiter> line = lines.get(address);
        return waiting < places && (line == null || line.size() < (places - waiting) / SHARE);
    }

    private boolean await(String address, Duration patience) throws InterruptedException {
        Waiter me = new Waiter(lock.newCondition());
        lines.computeIfAbsent(address, fresh -> new ArrayDeque<>()).add(me);
        waiting++;
        try {
            long left = patience.toNanos();
            while (!me.turn && left > 0) {
                left = me.called.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            if (me.turn) {
                end();
            }
            throw e;
        } finally {
            if (!me.turn) {
                leave(address, me);
            }
        }
        return me.turn;
    }

    private void leave(String address, Waiter who) {
        Deque<Waiter> line = lines.get(address);
        line.remove(who);
        waiting--;
        if (line.isEmpty()) {
            lines.remove(address);
        }
    }
}
