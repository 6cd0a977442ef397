-- The tenant's rule read the setting and made a uuid of it for each row of a join's inner side, which cost a page of twenty customers
-- more than a tenth.
create or replace procedure protect(tbl text, rules jsonb default '{}', grants text default 'select, insert, update, delete')
language plpgsql as $$
declare
  tenant_rule constant text := 'tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid)';
  action text;
  rule text;
  audience text;
  everybody text[];
  cases text;
  condition text;
begin
  -- Settings are asked once a statement, not once a row of a join; every statement names the tenant itself, for the planner.
  execute format('alter table %I enable row level security', tbl);
  execute format('alter table %I force row level security', tbl);
  execute format('revoke all on %I from public', tbl);
  execute format('grant %s on %I to wakala_tenant', grants, tbl);
  execute format('create policy tenant on %I as permissive for all to wakala_tenant using (%s) with check (%s)', tbl, tenant_rule, tenant_rule);
  foreach action in array array['read', 'insert', 'update', 'delete'] loop
    everybody := array['system'];
    cases := '';
    foreach audience in array array['staff', 'customer', 'visitor'] loop
      rule := coalesce(rules -> audience ->> action, case when audience = 'staff' then 'true' else 'false' end);
      rule := replace(rule, '{customer}', 'nullif(current_setting(''app.customer_id'', true), '''')::uuid');
      rule := replace(rule, '{visitor}', 'nullif(current_setting(''app.visitor_id'', true), '''')::uuid');
      rule := replace(rule, '{user}', 'nullif(current_setting(''app.user_id'', true), '''')::uuid');
      if rule = 'true' then everybody := everybody || audience;
      elsif rule <> 'false' then cases := cases || format(' when %L then %s', audience, rule);
      end if;
    end loop;
    condition := format('(select current_setting(''app.audience'', true) = any (%L::text[]))', everybody);
    if cases <> '' then
      condition := condition || format(' or case current_setting(''app.audience'', true)%s else false end', cases);
    end if;
    execute format('create policy audience_%s on %I as restrictive for %s to wakala_tenant %s', action, tbl,
      case action when 'read' then 'select' else action end,
      case action when 'insert' then format('with check (%s)', condition)
                  when 'update' then format('using (%s) with check (%s)', condition, condition)
                  else format('using (%s)', condition) end);
  end loop;
  execute format('grant select, insert, update, delete on %I to wakala_maintenance', tbl);
  execute format('create policy maintenance on %I to wakala_maintenance using (true) with check (true)', tbl);
  if exists (select from pg_attribute where attrelid = tbl::regclass and attname = 'customer_id' and not attisdropped) then
    call follow_customer(tbl);
  end if;
end $$;

do $$
declare
  tbl text;
  rule constant text := 'tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid)';
begin
  for tbl in select tablename from pg_policies where schemaname = 'public' and policyname = 'tenant' and cmd = 'ALL' and permissive = 'PERMISSIVE'
    and qual like '(tenant_id = %' order by 1
  loop
    execute format('alter policy tenant on %I using (%s) with check (%s)', tbl, rule, rule);
  end loop;
end $$;
