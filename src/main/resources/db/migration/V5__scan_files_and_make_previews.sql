-- What is found out about a file once it is stored: by a virus scanner, and by the programs that make previews.

-- Files from before were never scanned, which is what 'off' says.
alter table media_attachments
    add column scan_state varchar(20) not null default 'skipped'
        check (scan_state in ('scanning', 'clean', 'blocked', 'skipped')),
    add column scan_reason text default 'off',
    add column previewed boolean not null default false,
    add column placeholder text;
create index media_attachments_blocked on media_attachments (id) where scan_state = 'blocked' and storage_key is not null;

-- What waits to be done about files. A job that is taken is due again when its lease is over, in case who took it died.
create table file_jobs (
    attachment_id uuid not null references media_attachments (id),
    job varchar(20) not null check (job in ('scan', 'image', 'video', 'pdf')),
    tries smallint not null default 0,
    due_at timestamptz not null default now(),
    primary key (attachment_id, job)
);
create index file_jobs_by_due on file_jobs (due_at);

-- The row is there before the object, so that there is no object that no row knows of.
create table media_previews (
    attachment_id uuid not null references media_attachments (id),
    size varchar(20) not null check (size in ('small', 'large')),
    storage_key text not null,
    mime_type varchar(255) not null,
    bytes bigint not null,
    sha256 bytea not null,
    width integer not null,
    height integer not null,
    primary key (attachment_id, size)
);
-- For telling objects of the store that nobody needs from those of previews.
create index media_previews_by_object on media_previews (storage_key collate "C");
