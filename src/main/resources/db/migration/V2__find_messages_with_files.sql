-- A room's gallery walks from its newest file back, past however many messages without any.
create index chat_messages_with_files on chat_messages (room_id, seq) where file_count > 0;
