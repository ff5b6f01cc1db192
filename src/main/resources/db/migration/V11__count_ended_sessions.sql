-- How often all sessions of somebody were ended, by a new password: a token of ours names the number it was issued under, and
-- is good as long as that is still so.
alter table users add column sessions integer not null default 0;
