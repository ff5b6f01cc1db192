package dev.parley.rate;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A few turns at a time, of one key after the other, such as an address or a user: whoever asks for many waits behind nobody
 * but themselves. A key may have a quarter of the places that are free, so that they run short only for those who hold many.
 */
public final class FairTurns<K> {

    private static final int SHARE = 4;

    private final int each;
    private final int places;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<K, Integer> taken = new HashMap<>();
    /** The next turn is that of the first who may have more. While turns are free, nobody waits who may. */
    private final SequencedMap<K, Deque<Waiter>> lines = new LinkedHashMap<>();
    private int waiting;
    private int free;

    /**
     * @param turns at a time, of all together
     * @param each of them at a time, of one key
     * @param places to wait
     */
    public FairTurns(int turns, int each, int places) {
        this.free = turns;
        this.each = each;
        this.places = places;
    }

    private static final class Waiter {

        private final Condition called;
        private boolean turn;

        Waiter(Condition called) {
            this.called = called;
        }
    }

    /**
     * @return whether it is the caller's turn, until {@link #end}; false without a place to wait, or a turn in time. Blocks.
     */
    public boolean begin(K key, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            if (free > 0 && mayHaveMore(key)) {
                take(key);
                return true;
            }
            return hasPlace(key) && await(key, patience);
        } finally {
            lock.unlock();
        }
    }

    /** On any thread. */
    public void end(K key) {
        lock.lock();
        try {
            free++;
            taken.computeIfPresent(key, (same, turns) -> turns == 1 ? null : turns - 1);
            callNext();
        } finally {
            lock.unlock();
        }
    }

    private void callNext() {
        for (Map.Entry<K, Deque<Waiter>> entry : lines.entrySet()) {
            K key = entry.getKey();
            if (mayHaveMore(key)) {
                Deque<Waiter> line = entry.getValue();
                Waiter next = line.remove();
                waiting--;
                lines.remove(key);
                if (!line.isEmpty()) {
                    lines.put(key, line);
                }
                take(key);
                next.turn = true;
                next.called.signal();
                return;
            }
        }
    }

    private boolean mayHaveMore(K key) {
        return taken.getOrDefault(key, 0) < each;
    }

    private void take(K key) {
        free--;
        taken.merge(key, 1, Integer::sum);
    }

    /** How many wait. */
    public int waiting() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasPlace(K key) {
        Deque<Waiter> line = lines.get(key);
        return waiting < places && (line == null || line.size() < (places - waiting) / SHARE);
    }

    private boolean await(K key, Duration patience) throws InterruptedException {
        Waiter me = new Waiter(lock.newCondition());
        lines.computeIfAbsent(key, fresh -> new ArrayDeque<>()).add(me);
        waiting++;
        try {
            long left = patience.toNanos();
            while (!me.turn && left > 0) {
                left = me.called.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            if (me.turn) {
                end(key);
            }
            throw e;
        } finally {
            if (!me.turn) {
                leave(key, me);
            }
        }
        return me.turn;
    }

    private void leave(K key, Waiter who) {
        Deque<Waiter> line = lines.get(key);
        line.remove(who);
        waiting--;
        if (line.isEmpty()) {
            lines.remove(key);
        }
    }
}
