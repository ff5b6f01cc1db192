package dev.parley.durability;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One message as its clients know it. Its text begins with a label that no other message has. Edits and the deletion come
 * from one client, one after the other; likes from anybody.
 */
final class Story {

    /** Where somebody was told that the message is: an answer or a frame. */
    record Place(long id, long seq) {
    }

    final String label;
    final long room;
    /** Every place that was ever told; more than one is a lie. */
    final Set<Place> places = ConcurrentHashMap.newKeySet();
    final Set<Long> likes = ConcurrentHashMap.newKeySet();
    private final List<String> texts = new ArrayList<>();
    private int acknowledgedText;
    private boolean deletionSent;
    private boolean deleted;

    Story(long room, String label) {
        this.room = room;
        this.label = label;
        texts.add(label);
    }

    /** The next text for this message, about to be sent. */
    synchronized String edit() {
        texts.add(label + " edited " + texts.size());
        return texts.getLast();
    }

    synchronized void edited() {
        acknowledgedText = texts.size() - 1;
    }

    synchronized void deleting() {
        deletionSent = true;
    }

    synchronized void deleted() {
        deleted = true;
    }

    synchronized boolean mayBeGone() {
        return deletionSent;
    }

    synchronized boolean mustBeGone() {
        return deleted;
    }

    /** The last acknowledged text, or one that was sent after it and whose answer was lost. */
    synchronized Set<String> possibleTexts() {
        return new HashSet<>(texts.subList(acknowledgedText, texts.size()));
    }
}
