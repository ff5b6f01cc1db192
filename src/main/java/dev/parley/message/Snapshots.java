package dev.parley.message;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;

import dev.parley.account.Users;
import dev.parley.attachment.Attachment;

/** Reads what a page of messages needs beside its rows: a handful of statements, however long the page. */
@Singleton
class Snapshots {

    private final EntityManager entities;
    private final Users users;

    Snapshots(EntityManager entities, Users users) {
        this.entities = entities;
        this.users = users;
    }

    /** In the order given; their people are cached then. Runs in the caller's transaction. */
    List<Snapshot> of(List<Message> messages, long viewerId) {
        if (messages.isEmpty()) {
            return List.of();
        }
        List<Long> withFiles = messages.stream().filter(message -> message.fileCount > 0).map(message -> message.id).toList();
        Map<Long, List<Attachment>> files = withFiles.isEmpty() ? Map.of()
                : Attachment.ofMessages(withFiles).stream().collect(Collectors.groupingBy(file -> file.messageId));
        Set<Long> targetIds = messages.stream().map(message -> message.replyTo).filter(id -> id != null)
                .collect(Collectors.toSet());
        Map<Long, Message> targets = Message.withIds(targetIds).stream()
                .collect(Collectors.toMap(message -> message.id, message -> message));
        users.get(Stream.concat(messages.stream(), targets.values().stream()).map(message -> message.senderId)
                .collect(Collectors.toSet()));
        Set<Long> liked = liked(messages, viewerId);
        Map<Long, List<long[]>> marks = readMarks(messages.stream().map(message -> message.roomId).distinct().toList());
        return messages.stream().map(message -> new Snapshot(message, files.getOrDefault(message.id, List.of()),
                message.replyTo == null ? null : targets.get(message.replyTo),
                readers(marks.getOrDefault(message.roomId, List.of()), message), liked.contains(message.id), null)).toList();
    }

    private static int readers(List<long[]> marks, Message message) {
        int readers = 0;
        for (long[] mark : marks) {
            if (mark[0] != message.senderId && mark[1] >= message.seq && mark[2] < message.seq) {
                readers++;
            }
        }
        return readers;
    }

    private Set<Long> liked(List<Message> messages, long viewerId) {
        List<Long> ids = messages.stream().filter(message -> message.likeCount > 0).map(message -> message.id).toList();
        if (ids.isEmpty()) {
            return Set.of();
        }
        Set<Long> liked = new HashSet<>();
        for (Object id : entities
                .createNativeQuery("select message_id from message_likes where user_id = ?1 and message_id in ?2", Long.class)
                .setParameter(1, viewerId).setParameter(2, ids).getResultList()) {
            liked.add((Long) id);
        }
        return liked;
    }

    /** Room to (member, last_read_seq, joined_seq). */
    private Map<Long, List<long[]>> readMarks(Collection<Long> rooms) {
        Map<Long, List<long[]>> marks = new HashMap<>();
        for (Object row : entities.createNativeQuery("""
                select room_id, user_id, last_read_seq, joined_seq from chat_participants
                 where room_id in ?1 and is_active""", Object[].class).setParameter(1, rooms).getResultList()) {
            Object[] columns = (Object[]) row;
            marks.computeIfAbsent((Long) columns[0], id -> new ArrayList<>())
                    .add(new long[] { (Long) columns[1], (Long) columns[2], (Long) columns[3] });
        }
        return marks;
    }
}
