-- Nobody asks for rows by what a document or a file holds. Yet the server sorted samples of them whenever it counted a table again, which
-- was most of what that cost, at the expense of whoever waited then.
do $$
declare
  found record;
begin
  for found in
    select a.attrelid::regclass as tbl, a.attname as col from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'apalis') and c.relkind = 'r' and c.relowner = current_user::regrole and a.attnum > 0 and not a.attisdropped
      and a.atttypid in ('jsonb'::regtype, 'bytea'::regtype)
      and not exists (select from pg_index i where i.indrelid = c.oid and a.attnum = any (i.indkey))
    order by 1, 2
  loop
    execute format('alter table %s alter column %I set statistics 0', found.tbl, found.col);
  end loop;
end $$;
