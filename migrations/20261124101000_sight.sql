-- What staff see of customers and of what is theirs: everything, what is assigned to their team, or what is assigned to themselves.
-- A transaction of limited sight says so in `app.sight`; without it everything is seen.

create table teams (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  name text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint teams_name_key unique (tenant_id, name)
);
call protect('teams');

alter table users add column team_id uuid;
alter table users add constraint users_team_fkey foreign key (tenant_id, team_id) references teams (tenant_id, id) on delete set null (team_id);
create index users_team on users (tenant_id, team_id) where team_id is not null;

-- Of several roles the one that sees most counts.
alter table roles add column sight text not null default 'all' constraint roles_sight_check check (sight in ('all', 'team', 'own'));

-- Staff to whom a customer may be assigned for this transaction to see it. Asked once a statement.
create function seen_agents() returns uuid[] language plpgsql stable parallel safe set search_path = public as $$
declare
  tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
  self uuid := nullif(current_setting('app.user_id', true), '')::uuid;
begin
  if current_setting('app.sight', true) = 'team' then
    return array(select a.id from users a join users m on m.tenant_id = a.tenant_id and m.team_id = a.team_id
                 where a.tenant_id = tenant and m.id = self) || self;
  end if;
  return array[self];
end $$;
revoke execute on function seen_agents from public;
grant execute on function seen_agents to wakala_tenant;

create policy sight on customers as restrictive for all to wakala_tenant
  using ((select coalesce(current_setting('app.sight', true), '') = '') or assigned_agent = any ((select seen_agents())::uuid[]));

-- What belongs to a customer is seen with the customer; what belongs to none, by everybody.
create procedure follow_customer(tbl text) language plpgsql as $$
begin
  execute format('create policy sight on %I as restrictive for all to wakala_tenant using (
    (select coalesce(current_setting(''app.sight'', true), '''') = '''') or customer_id is null
    or exists (select from customers c where c.tenant_id = %I.tenant_id and c.id = customer_id))', tbl, tbl);
end $$;

do $$
declare
  tbl text;
begin
  for tbl in select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'customer_id' and not a.attisdropped
    where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relrowsecurity order by 1
  loop
    call follow_customer(tbl);
  end loop;
end $$;

-- From here on every table with a customer follows that customer.
create or replace procedure protect(tbl text, rules jsonb default '{}', grants text default 'select, insert, update, delete')
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
  if exists (select from pg_attribute where attrelid = tbl::regclass and attname = 'customer_id' and not attisdropped) then
    call follow_customer(tbl);
  end if;
end $$;
