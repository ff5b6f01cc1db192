-- Until when the addresses work by which a client puts an upload into the bucket itself; null where it sends it here.
alter table resumable_uploads add column urls_until timestamptz;
