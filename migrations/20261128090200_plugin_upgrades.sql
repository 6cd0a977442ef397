-- Of a hundred tenants, how many are offered a version: a new one may begin with a few. The same tenants from one version of a plugin
-- to the next, others from plugin to plugin.
alter table plugin_versions add column share integer not null default 100 check (share between 0 and 100);
grant update (share) on plugin_versions to wakala_platform;

-- The place of a tenant among a hundred, the same for ever.
create function plugin_place(of_tenant uuid, of_plugin uuid) returns integer language sql immutable
return (('x' || left(md5(of_tenant::text || of_plugin::text), 8))::bit(32)::bigint % 100)::integer;

-- What an installation ran before its last upgrade, so that it can go back.
alter table plugin_installations
  add column previous_version_id uuid references plugin_versions (id),
  add column upgraded_at timestamptz,
  add constraint plugin_installations_upgraded_check check ((previous_version_id is null) = (upgraded_at is null));
grant select (upgraded_at) on plugin_installations to wakala_platform;
