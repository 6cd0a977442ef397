-- The switch that stops plugins: a plugin, one of its versions, whatever a tenant runs, a plugin in one tenant, or everything. A column
-- that is null narrows nothing. Rows stay: who stopped what, why, and until when. They are the platform's; a tenant sees those that
-- concern it, and every call asks for them.
create table plugin_stops (
  id uuid primary key,
  plugin_id uuid references plugins (id),
  version_id uuid references plugin_versions (id),
  -- Not called tenant_id: the row is about a tenant, not of it.
  only_tenant uuid references tenants (id),
  reason text not null check (length(reason) between 1 and 500),
  stopped_by text not null check (length(stopped_by) between 1 and 100),
  stopped_at timestamptz not null,
  ended_by text check (length(ended_by) between 1 and 100),
  ended_at timestamptz,
  constraint plugin_stops_version_of_plugin_check check (version_id is null or plugin_id is not null),
  constraint plugin_stops_ended_check check ((ended_at is null) = (ended_by is null))
);
create index plugin_stops_open on plugin_stops (stopped_at) where ended_at is null;
alter table plugin_stops enable row level security;
alter table plugin_stops force row level security;
create policy tenant on plugin_stops for select to wakala_tenant
  using (only_tenant is null or only_tenant = nullif(current_setting('app.tenant_id', true), '')::uuid);
create policy platform on plugin_stops to wakala_platform using (true) with check (true);
grant select on plugin_stops to wakala_tenant;
grant select, insert on plugin_stops to wakala_platform;
grant update (ended_by, ended_at) on plugin_stops to wakala_platform;

-- Whether a version may not be run for a tenant now.
create function plugin_stopped(of_tenant uuid, of_plugin uuid, of_version uuid) returns boolean language sql stable
return exists (
  select from plugin_stops s
  where s.ended_at is null and (s.plugin_id is null or s.plugin_id = of_plugin) and (s.version_id is null or s.version_id = of_version)
    and (s.only_tenant is null or s.only_tenant = of_tenant)
);
