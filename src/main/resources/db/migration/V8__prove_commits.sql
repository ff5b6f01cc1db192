-- When a connection dies during a COMMIT, the rows of new messages tell whether it was made. A like, an edit or a receipt
-- leaves only a version, which another instance may have taken meanwhile: so that they tell as well.

create table writer_commits (
    instance_id uuid primary key,
    batch uuid not null,
    committed_at timestamptz not null
);
comment on table writer_commits is 'The last batch of each instance that had no new messages; not asked for after some minutes.';
