-- What was deleted before goes as what is deleted now: what tells of its content, and what groups hold that nobody is in.
update media_attachments set original_name = '', placeholder = null
 where state = 'deleted' and (original_name <> '' or placeholder is not null);
update chat_messages set request_hash = null where deleted_at is not null and request_hash is not null;
update chat_rooms set retention_days = 1
 where room_type = 'group' and is_active and coalesce(retention_days, 2) > 1
   and not exists (select 1 from chat_participants where room_id = chat_rooms.id and is_active);

-- What the sweep of files forgets. Made while nobody can store a file, for a second or two where there are 2 million.
create index if not exists media_attachments_unused on media_attachments (id)
    where state = 'deleted' and message_id is null and storage_key is null;
