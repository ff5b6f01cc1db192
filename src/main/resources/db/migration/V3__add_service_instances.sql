-- Several instances on one database are one service: who is alive, whose sockets they hold, and what other instances
-- need to read from the rows what a commit announced.

create table service_instances (
    id uuid primary key,
    seen_at timestamptz not null default now(),
    alive_until timestamptz not null
);
comment on table service_instances is 'Each renews its row several times within its own lease; whose lease is over is gone.';

create table instance_users (
    instance_id uuid not null references service_instances (id) on delete cascade,
    user_id bigint not null references users (id),
    primary key (instance_id, user_id)
);
comment on table instance_users is 'The people with an open socket on an instance.';

-- A label of the sender's that live new_message frames echo, on whichever instance they are heard.
alter table chat_messages add column local_temp_id varchar(255);

-- The version at which this member was last added, removed or given another role.
alter table chat_participants add column changed_version bigint not null default 0;
