-- The documents' tables, with the numbers that keep order: a room's last_seq and version.

create table service_keys (
    name text primary key,
    value bytea not null,
    created_at timestamptz not null default now()
);
comment on table service_keys is 'Secrets that all instances share: the key that signs tokens, the key that signs file URLs.';

create table users (
    id bigint generated always as identity primary key,
    issuer text,
    subject text,
    email varchar(320) not null,
    name varchar(255) not null,
    password_hash text,
    avatar_id uuid,
    avatar_url text,
    is_admin boolean not null default false,
    created_at timestamptz not null default now(),
    check ((issuer is null) = (subject is null))
);
-- One password account an e-mail; people of another issuer are told apart by (issuer, subject) alone.
create unique index users_by_email on users (email) where issuer is null;
create unique index users_by_subject on users (issuer, subject) where issuer is not null;
create unique index users_by_avatar on users (avatar_id) where avatar_id is not null;

create table user_presence (
    user_id bigint primary key references users (id),
    last_seen timestamptz not null
);

create table chat_rooms (
    id bigint generated always as identity primary key,
    name varchar(255),
    room_type varchar(50) not null check (room_type in ('direct', 'group')),
    created_by bigint not null references users (id),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    is_active boolean not null default true,
    last_seq bigint not null default 0,
    version bigint not null default 0,
    -- The version of the latest change of members, and of the latest change a room_update tells of.
    members_version bigint not null default 0,
    info_version bigint not null default 0,
    direct_low bigint references users (id),
    direct_high bigint references users (id),
    check ((room_type = 'direct') = (direct_low is not null and direct_high is not null)),
    check (direct_low < direct_high),
    unique (direct_low, direct_high)
) with (fillfactor = 50);

create table chat_participants (
    room_id bigint not null references chat_rooms (id),
    user_id bigint not null references users (id),
    role varchar(20) not null default 'member' check (role in ('member', 'admin')),
    joined_at timestamptz not null default now(),
    last_read_seq bigint not null default 0,
    last_read_at timestamptz,
    -- The version of this member's latest receipt: what catching up compares with.
    read_version bigint not null default 0,
    is_active boolean not null default true,
    primary key (room_id, user_id)
) with (fillfactor = 70);
create index chat_participants_by_user on chat_participants (user_id, room_id) where is_active;

-- Taken in blocks by each instance, so that a message's id is known before it is inserted.
create sequence chat_message_ids increment by 1000;

create table chat_messages (
    id bigint primary key,
    room_id bigint not null references chat_rooms (id),
    seq bigint not null,
    version bigint not null,
    created_version bigint not null,
    sender_id bigint not null references users (id),
    message_type varchar(20) not null check (message_type in ('text', 'image', 'video', 'voice', 'file')),
    content text not null default '',
    reply_to bigint references chat_messages (id),
    file_count smallint not null default 0,
    like_count integer not null default 0,
    created_at timestamptz not null,
    edited_at timestamptz,
    deleted_at timestamptz,
    pinned_at timestamptz,
    idempotency_key varchar(255),
    request_hash bytea,
    unique (room_id, seq)
) with (fillfactor = 90);
create index chat_messages_by_version on chat_messages (room_id, version);
create unique index chat_messages_by_idempotency_key on chat_messages (sender_id, idempotency_key)
    where idempotency_key is not null;
create index chat_messages_pinned on chat_messages (room_id, seq) where pinned_at is not null;

create table media_attachments (
    id uuid primary key,
    owner_id bigint not null references users (id),
    message_id bigint references chat_messages (id),
    position smallint not null default 0,
    state varchar(20) not null check (state in ('pending', 'ready', 'bound', 'avatar', 'deleted')),
    kind varchar(20) not null check (kind in ('image', 'video', 'voice', 'file')),
    mime_type varchar(255) not null,
    size bigint not null,
    sha256 bytea not null,
    width integer,
    height integer,
    duration double precision,
    original_name text not null,
    storage_key text,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    deleted_at timestamptz,
    check ((state = 'bound') <= (message_id is not null))
);
create index media_attachments_by_message on media_attachments (message_id, position);
create index media_attachments_unbound on media_attachments (expires_at) where state in ('pending', 'ready');
create index media_attachments_doomed on media_attachments (deleted_at) where state = 'deleted' and storage_key is not null;

create table message_likes (
    message_id bigint not null references chat_messages (id),
    user_id bigint not null references users (id),
    created_at timestamptz not null default now(),
    primary key (message_id, user_id)
);
