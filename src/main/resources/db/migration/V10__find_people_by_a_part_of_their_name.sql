-- Three letters or digits in a row find people without a look at all of them; without the index all are looked at. What keeps
-- it from being made here must not keep the service from starting: no files of the extension, no right to make it, or so
-- many people that nobody could register for a while. Whoever may makes it later:
--     create extension pg_trgm;
--     create index concurrently users_by_part on users using gin (lower(email) gin_trgm_ops, lower(name) gin_trgm_ops);
do $$
begin
    if (select count(*) from (select 1 from users limit 50001) as people) > 50000 then
        raise exception 'there are more than 50,000 people';
    end if;
    create extension if not exists pg_trgm;
    create index if not exists users_by_part on users using gin (lower(email) gin_trgm_ops, lower(name) gin_trgm_ops);
exception
    when others then
        raise warning 'Searching for people reads all of them, since the index users_by_part was not made: %', sqlerrm;
end $$;
