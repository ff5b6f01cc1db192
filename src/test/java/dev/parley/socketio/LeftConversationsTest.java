package dev.parley.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeftConversationsTest {

    private static final long ROOM = 7;

    private final LeftConversations left = new LeftConversations();

    @Test
    void whatWasCommittedBeforeItLeftIsHeardThoughAnnouncedLater() {
        left.left(ROOM, 5);
        assertThat(left.isLeft(ROOM)).isTrue();
        assertThat(left.hears(ROOM, 5)).isTrue();
        assertThat(left.hears(ROOM, 6)).isFalse();
        assertThat(left.hears(ROOM + 1, 6)).isTrue();
    }

    @Test
    void whatWasCommittedMeanwhileIsNotHeardThoughAnnouncedWhenItIsBack() {
        left.left(ROOM, 5);
        left.joined(ROOM, 8);
        assertThat(left.isLeft(ROOM)).isFalse();
        assertThat(left.hears(ROOM, 8)).isFalse();
        assertThat(left.hears(ROOM, 9)).isTrue();
    }

    @Test
    void leavingOrJoiningTwiceBringsNothingBack() {
        left.left(ROOM, 5);
        left.left(ROOM, 7);
        assertThat(left.hears(ROOM, 6)).isFalse();
        left.joined(ROOM, 8);
        left.joined(ROOM, 10);
        assertThat(left.hears(ROOM, 7)).isFalse();
        assertThat(left.hears(ROOM, 9)).isTrue();
    }

    @Test
    void whatItSaidBetweenTwoAbsencesIsHeard() {
        left.left(ROOM, 5);
        left.joined(ROOM, 6);
        left.left(ROOM, 8);
        assertThat(left.hears(ROOM, 7)).isTrue();
        assertThat(left.hears(ROOM, 9)).isFalse();
    }

    @Test
    void aMemberWhoComesBackHearsEverything() {
        left.left(ROOM, 5);
        left.forget(ROOM);
        assertThat(left.isLeft(ROOM)).isFalse();
        assertThat(left.hears(ROOM, 6)).isTrue();
    }
}
