-- What the store should hold, found by key in the store's own order; what each person's files take; what was found left
-- behind and when; and how long rooms keep what is said in them.

create unique index media_attachments_by_key on media_attachments (storage_key collate "C") where storage_key is not null;
create index media_attachments_by_owner on media_attachments (owner_id, state) include (size) where state <> 'deleted';

create table storage_reconciliations (
    id bigint generated always as identity primary key,
    instance_id uuid not null,
    started_at timestamptz not null,
    took_millis bigint not null,
    dry_run boolean not null,
    leftovers text not null
);
comment on table storage_reconciliations is 'Each comparison of the store with the rows; leftovers is JSON, a class each.';

alter table chat_rooms add column retention_days integer check (retention_days > 0);
-- Everything before it is a tombstone already: where looking for what is too old begins.
alter table chat_rooms add column retained_from_seq bigint not null default 1;
