package dev.parley.durability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.parley.durability.HistoryChecker.Verdict;

class HistoryCheckerTest {

    private static final long ROOM = 7;

    private final Ledger ledger = new Ledger();
    private final List<Row> history = new ArrayList<>();

    @BeforeEach
    void fourMessagesThatEverybodyWasToldOf() {
        LongStream.rangeClosed(1, 4).forEach(seq -> {
            ledger.attempt(ROOM, "m" + seq).places.add(new Story.Place(100 + seq, seq));
            history.add(row(seq, "m" + seq));
        });
    }

    @Test
    void findsNothingInAFaithfulHistory() {
        assertThat(check(4).isClean()).isTrue();
    }

    @Test
    void findsTheLastMessageLost() {
        history.removeLast();
        assertThat(check(3).lost()).hasSize(1).first().asString().startsWith("m4");
    }

    @Test
    void findsAMessageLostFromTheMiddleAndTheGap() {
        history.remove(1);
        Verdict verdict = check(4);
        assertThat(verdict.lost()).hasSize(1);
        assertThat(verdict.gaps()).containsExactly("after 1 comes 3");
    }

    @Test
    void findsAMessageWhosePlaceWasGivenToAnother() {
        ledger.attempt(ROOM, "m5");
        history.set(3, row(4, "m5"));
        Verdict verdict = check(4);
        assertThat(verdict.lost()).hasSize(1);
    }

    @Test
    void findsAMessageStoredTwice() {
        history.add(row(5, "m2"));
        assertThat(check(5).doubled()).containsExactly("m2 at 2 and 5");
    }

    @Test
    void findsTwoMessagesThatChangedPlaces() {
        history.set(1, row(2, "m3"));
        history.set(2, row(3, "m2"));
        assertThat(check(4).moved()).hasSize(2);
    }

    @Test
    void findsAHistoryInAnotherOrder() {
        history.add(history.remove(0));
        assertThat(check(4).gaps()).isNotEmpty();
    }

    @Test
    void findsARoomThatCountsMoreThanItHas() {
        assertThat(check(5).gaps()).containsExactly("the room counts 5 and ends at 4");
    }

    @Test
    void findsAMessageThatNobodySent() {
        history.add(row(5, "stranger"));
        assertThat(check(5).altered()).hasSize(1);
    }

    @Test
    void findsAnAcknowledgedEditUndone() {
        Story story = story("m2");
        story.edit();
        story.edited();
        assertThat(check(4).altered()).hasSize(1);
        history.set(1, row(2, "m2 edited 1"));
        assertThat(check(4).isClean()).isTrue();
    }

    @Test
    void takesAnEditWithoutAnAnswerEitherWay() {
        story("m2").edit();
        assertThat(check(4).isClean()).isTrue();
        history.set(1, row(2, "m2 edited 1"));
        assertThat(check(4).isClean()).isTrue();
    }

    @Test
    void findsADeletedMessageThatIsBack() {
        story("m2").deleting();
        story("m2").deleted();
        assertThat(check(4).altered()).hasSize(1);
        history.set(1, tombstone(2));
        assertThat(check(4).isClean()).isTrue();
    }

    @Test
    void findsATombstoneThatNobodyAskedFor() {
        history.set(1, tombstone(2));
        assertThat(check(4).altered()).containsExactly("m2 was deleted by nobody");
    }

    @Test
    void findsALostLike() {
        story("m2").likes.add(1L);
        assertThat(check(4).altered()).hasSize(1);
    }

    @Test
    void findsAVersionGivenTwice() {
        history.set(3, new Row(104, 4, 3, "m4", false, 0));
        assertThat(check(4).gaps()).containsExactly("version 3 twice");
    }

    @Test
    void leavesUnansweredMessagesOpen() {
        ledger.attempt(ROOM, "m5");
        assertThat(check(4).isClean()).isTrue();
        history.add(row(5, "m5"));
        assertThat(check(5).isClean()).isTrue();
    }

    private Verdict check(long lastSeq) {
        return HistoryChecker.check(ledger, ROOM, history, lastSeq);
    }

    private Story story(String label) {
        return ledger.stories().stream().filter(story -> story.label.equals(label)).findFirst().orElseThrow();
    }

    private static Row row(long seq, String text) {
        return new Row(100 + seq, seq, seq, text, false, 0);
    }

    private static Row tombstone(long seq) {
        return new Row(100 + seq, seq, seq, "", true, 0);
    }
}
