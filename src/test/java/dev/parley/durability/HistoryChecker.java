package dev.parley.durability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** Compares what clients were told of a room with its history. */
final class HistoryChecker {

    /**
     * What is wrong, one sentence for each finding.
     *
     * @param lost messages that somebody was told of and that are not there
     * @param doubled messages that are there more than once
     * @param moved messages that are in another place than somebody was told
     * @param gaps numbers that are missing, out of order, or past the room's own last
     * @param altered messages whose text, deletion or likes are not what was acknowledged, and messages nobody sent
     */
    record Verdict(List<String> lost, List<String> doubled, List<String> moved, List<String> gaps,
            List<String> altered) {

        boolean isClean() {
            return lost.isEmpty() && doubled.isEmpty() && moved.isEmpty() && gaps.isEmpty() && altered.isEmpty();
        }
    }

    private final Verdict verdict = new Verdict(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(),
            new ArrayList<>(), new ArrayList<>());

    private HistoryChecker() {
    }

    /**
     * @param history oldest first
     * @param lastSeq the room's own count
     */
    static Verdict check(Ledger ledger, long room, List<Row> history, long lastSeq) {
        HistoryChecker checker = new HistoryChecker();
        checker.numbers(history, lastSeq);
        checker.messages(ledger, room, history);
        return checker.verdict;
    }

    private void numbers(List<Row> history, long lastSeq) {
        long expected = 1;
        Set<Long> ids = new HashSet<>();
        Set<Long> versions = new HashSet<>();
        for (Row row : history) {
            if (row.seq() != expected) {
                verdict.gaps.add("after " + (expected - 1) + " comes " + row.seq());
            }
            expected = row.seq() + 1;
            if (!ids.add(row.id())) {
                verdict.doubled.add("id " + row.id());
            }
            if (!versions.add(row.version())) {
                verdict.gaps.add("version " + row.version() + " twice");
            }
        }
        if (expected - 1 != lastSeq) {
            verdict.gaps.add("the room counts " + lastSeq + " and ends at " + (expected - 1));
        }
    }

    private void messages(Ledger ledger, long room, List<Row> history) {
        Map<String, Row> byLabel = new HashMap<>();
        Map<Long, Row> tombstones = new HashMap<>();
        for (Row row : history) {
            if (row.deleted()) {
                tombstones.put(row.id(), row);
            } else {
                Row other = byLabel.put(Ledger.label(row.content()), row);
                if (other != null) {
                    verdict.doubled.add(row.content() + " at " + other.seq() + " and " + row.seq());
                }
            }
        }
        for (Story story : ledger.stories()) {
            if (story.room == room) {
                compare(story, byLabel.remove(story.label), tombstones);
            }
        }
        byLabel.values().forEach(row -> verdict.altered.add("nobody sent " + row));
    }

    private void compare(Story story, @Nullable Row found, Map<Long, Row> tombstones) {
        for (Story.Place place : story.places) {
            Row row = found == null ? tombstones.get(place.id()) : found;
            if (row == null) {
                verdict.lost.add(story.label + " at " + place);
            } else if (row.seq() != place.seq() || row.id() != place.id()) {
                verdict.moved.add(story.label + " from " + place + " to " + row.seq() + ", id " + row.id());
            } else if (row.deleted() && !story.mayBeGone()) {
                verdict.altered.add(story.label + " was deleted by nobody");
            }
        }
        if (found == null) {
            return;
        }
        if (story.mustBeGone()) {
            verdict.altered.add(story.label + " was deleted and is there");
        } else if (!story.possibleTexts().contains(found.content())) {
            verdict.altered.add(story.label + " is '" + found.content() + "' and not of " + story.possibleTexts());
        } else if (found.likes() < story.likes.size()) {
            verdict.altered.add(story.label + " has " + found.likes() + " likes of " + story.likes.size());
        }
    }
}
