-- Uploads that may take several requests, over which instance and over how many restarts they come.

create table resumable_uploads (
    id uuid primary key,
    owner_id bigint not null references users (id),
    state varchar(20) not null default 'receiving' check (state in ('receiving', 'finished', 'failed')),
    -- As the client sent it, to be told again; and what it says.
    metadata text not null,
    file_name text not null,
    room_id bigint references chat_rooms (id),
    content text not null,
    duration double precision,
    length bigint,
    -- What the store holds of it: nothing any more once held is false.
    received bigint not null default 0,
    storage_key text not null,
    multipart_id text,
    part_tags text[] not null default '{}',
    held boolean not null default true,
    -- The one request that may write, and until when unless it renews that.
    writer uuid,
    writer_until timestamptz,
    attachment_id uuid,
    message_id bigint,
    error_code text,
    error_detail text,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    check (received <= length)
) with (fillfactor = 50);
create index resumable_uploads_by_owner on resumable_uploads (owner_id) where state = 'receiving';
create index resumable_uploads_by_expiry on resumable_uploads (expires_at);
create index resumable_uploads_spare on resumable_uploads (id) where held and state <> 'receiving';
