-- How every tenant table is protected. One procedure, so that no table can be protected differently by accident.
--
-- call protect('quotes', '{"customer": {"read": "customer_id = {customer}", "insert": "customer_id = {customer}"}}');
--
-- The permissive policy says which tenant, the restrictive ones say what each audience may do inside it. Permissive policies
-- are ORed, so only a restrictive one can narrow. Every policy names its role: special roles get policies of their own.
-- An audience without a rule may do nothing; an unset audience sees nothing. System always may; staff may unless a rule says
-- otherwise. {customer}, {visitor} and {user} stand for the caller's own ids. A rule that must look elsewhere does so in a
-- function, so that statements of staff do not carry a plan for it.
create procedure protect(tbl text, rules jsonb default '{}', grants text default 'select, insert, update, delete')
language plpgsql as $$
declare
  tenant_rule constant text := 'tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid';
  action text;
  rule text;
  audience text;
  everybody text[];
  cases text;
  condition text;
begin
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
    -- Asked once a statement, not once a row; the planner needs no estimate of it, as it does of the tenant.
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
end $$;

-- Opens one table of work (never business rows) to the platform role, which finds work across tenants.
create procedure open_to_platform(tbl text, grants text) language plpgsql as $$
begin
  execute format('grant %s on %I to wakala_platform', grants, tbl);
  execute format('create policy platform on %I to wakala_platform using (true) with check (true)', tbl);
end $$;

-- Shows the platform role which tenants have work in a table: those with rows of this condition, by these columns and no others.
create procedure show_work_to_platform(tbl text, columns text, condition text) language plpgsql as $$
begin
  execute format('grant select (tenant_id, %s) on %I to wakala_platform', columns, tbl);
  execute format('create policy platform on %I for select to wakala_platform using (%s)', tbl, condition);
end $$;
