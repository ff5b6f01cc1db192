package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;

import dev.parley.room.Event;
import dev.parley.room.RoomView;
import dev.parley.room.Roster;
import dev.parley.room.Viewer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;

class LivePiecesTest {

    private static final long ADA = 1;
    private static final long BOB = 2;
    private static final ObjectWriter JSON = new ObjectMapper().writer();
    private static final Roster BOTH = new Roster(7, "group", 1, new long[] { ADA, BOB }, new long[0]);

    @Test
    void whatACommitSaysInARoomIsOneWriteForEachSocket() {
        Peer peer = new Peer(ADA);
        deliver(List.of(said(BOTH, 1, 100), said(BOTH, 2, 300), said(BOTH, 3, 100)), peer);
        assertThat(peer.channel.outboundMessages()).hasSize(1);
        assertThat(peer.frames()).extracting(text -> text.charAt(text.length() - 3)).containsExactly('1', '2', '3');
    }

    @Test
    void aPieceIsNoLongerThanWhatASocketTakesAtOnce() {
        List<Event> many = new ArrayList<>();
        for (int version = 1; version <= 300; version++) {
            many.add(said(BOTH, version, 1_000));
        }
        List<LiveFrame> pieces = LivePieces.of(many, JSON);
        assertThat(pieces).hasSizeBetween(5, 10);
        pieces.forEach(LiveFrame::release);
        Peer peer = new Peer(ADA);
        deliver(many, peer);
        assertThat(peer.frames()).hasSize(300);
    }

    /** Whoever joined in between, is joining, left, or looks at files with eyes of their own. */
    @Test
    void everySocketHearsWhatItWouldHearOfEachEventByItself() {
        for (int seed = 0; seed < 150; seed++) {
            List<Event> events = events(new Random(seed));
            List<Peer> together = peers(new Random(seed));
            List<Peer> oneByOne = peers(new Random(seed));
            together.forEach(peer -> deliver(events, peer));
            oneByOne.forEach(peer -> events.forEach(event -> deliver(List.of(event), peer)));
            for (int i = 0; i < together.size(); i++) {
                together.get(i).arrive();
                oneByOne.get(i).arrive();
                // The order of two rooms is nobody's concern.
                Map<Boolean, List<String>> heard = byRoom(together.get(i).frames());
                assertThat(heard).as("seed %d, peer %d", seed, i).isEqualTo(byRoom(oneByOne.get(i).frames()));
            }
        }
    }

    /** As one that opened while they were removed. */
    @Test
    void aSocketOfSomebodyWhoIsNotInTheRoomHearsNothingOfIt() {
        Peer peer = new Peer(BOB);
        deliver(List.of(said(new Roster(7, "group", 2, new long[] { ADA }, new long[0]), 1, 10), said(BOTH, 2, 10)), peer);
        assertThat(peer.frames()).singleElement().asString().contains("2\"");
    }

    private static Map<Boolean, List<String>> byRoom(List<String> frames) {
        return frames.stream().collect(Collectors.partitioningBy(frame -> frame.contains("room 7 ")));
    }

    private static List<Event> events(Random random) {
        List<Event> events = new ArrayList<>();
        Roster[] rosters = { BOTH, new Roster(8, "group", 1, new long[] { ADA }, new long[0]) };
        for (int version = 1; version <= 12; version++) {
            int which = random.nextInt(2);
            Roster roster = rosters[which];
            if (random.nextInt(6) == 0) {
                long[] before = roster.users();
                long[] after = before.length == 2 ? new long[] { ADA } : new long[] { ADA, BOB };
                rosters[which] = new Roster(roster.roomId(), "group", version, after, new long[0]);
                events.add(new Event.Changed(rosters[which], version, room(roster.roomId(), version),
                        after.length == 2 ? new long[] { BOB } : new long[0],
                        after.length == 1 ? new long[] { BOB } : new long[0]));
            } else if (random.nextInt(5) == 0) {
                events.add(new Event.Said("new_message", roster, version, true, of(roster, version, 10)));
            } else {
                events.add(said(roster, version, random.nextInt(5) == 0 ? 40_000 : random.nextInt(400)));
            }
        }
        return events;
    }

    private static RoomView room(long id, int version) {
        return new RoomView(id, "room " + id + " ", "group", ADA, null, null, List.of(), 0, version, true, null, null, null,
                null);
    }

    private static Event said(Roster roster, long version, int length) {
        return new Event.Said("new_message", roster, version, false, of(roster, version, length));
    }

    private static Function<Viewer, Object> of(Roster roster, long version, int length) {
        return viewer -> "room " + roster.roomId() + " for " + viewer.userId() + "x".repeat(length) + version;
    }

    private static List<Peer> peers(Random random) {
        Peer inbox = new Peer(ADA);
        Peer other = new Peer(BOB);
        Peer joined = new Peer(ADA);
        joined.socket.hold(7);
        joined.socket.joined(random.nextInt(12));
        Peer joining = new Peer(BOB);
        joining.socket.hold(7);
        joining.joinsAt = random.nextInt(12);
        return List.of(inbox, other, joined, joining);
    }

    private static void deliver(List<Event> events, Peer peer) {
        List<LiveFrame> frames = LivePieces.of(events, JSON);
        peer.shard.deliver(frames);
        peer.channel.runPendingTasks();
        frames.forEach(LiveFrame::release);
        assertThat(frames).allSatisfy(frame -> assertThat(frame.refCnt()).isZero());
    }

    private static final class Peer {

        final EmbeddedChannel channel = new EmbeddedChannel();
        final Shard shard = new Shard(channel.eventLoop());
        final Socket socket;
        int joinsAt = -1;

        Peer(long user) {
            channel.pipeline().addLast("wsencoder", new ChannelOutboundHandlerAdapter());
            Outbox outbox = new Outbox(channel, new Backlog(1 << 24), 1 << 20, 1 << 20, () -> {
            });
            socket = new Socket(new Viewer(user, "http://localhost"), shard, outbox, 0, new long[] { 7, 8 });
            shard.add(socket);
        }

        void arrive() {
            if (joinsAt >= 0 && socket.room() == 7) {
                socket.joined(joinsAt);
                channel.runPendingTasks();
            }
        }

        /** The texts that it was sent. */
        List<String> frames() {
            List<String> texts = new ArrayList<>();
            for (ByteBuf sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
                while (sent.isReadable()) {
                    assertThat(sent.readUnsignedByte()).as("a whole text").isEqualTo((short) 0x81);
                    int length = sent.readUnsignedByte();
                    length = length == 126 ? sent.readUnsignedShort() : length == 127 ? (int) sent.readLong() : length;
                    texts.add(sent.readCharSequence(length, StandardCharsets.UTF_8).toString());
                }
                sent.release();
            }
            return texts;
        }
    }
}
