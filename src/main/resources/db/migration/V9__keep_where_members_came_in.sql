-- Whoever comes into a room starts with nothing unread, and yet has read nothing of what was there: no reader of it.
alter table chat_participants add column joined_seq bigint not null default 0;
