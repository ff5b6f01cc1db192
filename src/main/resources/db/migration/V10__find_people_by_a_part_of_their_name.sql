-- Three letters or digits in a row find people without a look at all of them. Where the extension's files or the right to
-- make it are missing, all are looked at; these two statements, run by whoever may, change that at any time.
do $$
begin
    create extension if not exists pg_trgm;
    if (select count(*) from users) > 200000 then
        -- Nobody could register meanwhile, and whoever migrates waits five seconds for a statement.
        raise notice 'searching for people will read all of them: create the index users_by_part, concurrently';
        return;
    end if;
    create index users_by_part on users using gin (lower(email) gin_trgm_ops, lower(name) gin_trgm_ops);
exception
    -- No such files: of servers before 16, and since. No right. Made already, in a schema where this user does not look.
    when undefined_file or feature_not_supported or insufficient_privilege or undefined_object then
        raise notice 'searching for people will read all of them: %', sqlerrm;
end $$;
