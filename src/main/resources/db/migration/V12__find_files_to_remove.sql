-- What the sweep of files asks for every few seconds, found without a look at all files that ever were: pictures of people,
-- and what has bytes that nobody may fetch, in the order in which it is removed. Made while nobody can store a file, for
-- a second or two where there are 2 million.
create index if not exists media_attachments_avatars on media_attachments (id) where state = 'avatar';
create index if not exists media_attachments_removable on media_attachments (id)
    where storage_key is not null and (state = 'deleted' or scan_state = 'blocked');
