-- How many rows of `owner` the caller's own transaction gets to see, table by table, counted up to `most`. It runs with the caller's
-- rights and under the caller's tenant, so it shows what the policies do and nothing that they hide.
create function rows_of_tenant(owner uuid, most integer) returns table (name text, rows bigint)
language plpgsql stable set search_path = public as $$
begin
  for name in
    select c.relname::text from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and has_table_privilege(c.oid, 'select')
    order by c.relname
  loop
    execute format('select count(*) from (select from %I where tenant_id = $1 limit $2) seen', name) into rows using owner, most;
    return next;
  end loop;
end $$;
revoke execute on function rows_of_tenant from public;
grant execute on function rows_of_tenant to wakala_tenant;
