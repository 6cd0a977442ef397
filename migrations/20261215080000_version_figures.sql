-- How versions of plugins do, for those who publish them: sums over the offices that run them, and nothing of any one of them.

-- The plugin came to no answer by its own doing: it broke off, or used up what a call may.
alter table plugin_calls add column broke_off boolean not null default false;

alter table plugin_installations
  -- Until when its calls are counted.
  add column tallied_to timestamptz,
  -- Since when its publisher may read its failing calls; none: it may not.
  add column shared_since timestamptz;
grant select (id, version_id, shared_since) on plugin_installations to wakala_platform;
create index plugin_installations_version on plugin_installations (version_id);

-- Live calls of an installation in a day, by version and by how long they took: `step` is a place in a fixed series of durations.
create table plugin_tallies (
  tenant_id uuid not null references tenants (id),
  installation_id uuid not null,
  version_id uuid not null references plugin_versions (id),
  day date not null,
  step integer not null check (step >= 0),
  calls bigint not null check (calls > 0),
  failures bigint not null check (failures >= 0),
  traps bigint not null check (traps >= 0),
  primary key (tenant_id, installation_id, version_id, day, step),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id)
);
create index plugin_tallies_version on plugin_tallies (version_id, day);
call protect('plugin_tallies', '{"staff": {"insert": "false", "update": "false", "delete": "false"}}');
call open_to_platform('plugin_tallies', 'select');

-- Failing calls that an office lets the publisher of its plugin read, masked as in the office's own log. They are the platform's and name
-- no office: the installation is there so that its samples go when it shares no more.
create table plugin_samples (
  id uuid primary key,
  installation_id uuid not null,
  version_id uuid not null references plugin_versions (id),
  action text not null,
  outcome text not null check (outcome in ('unknown', 'failed')),
  error text,
  logs jsonb not null,
  duration_us bigint not null,
  at timestamptz not null
);
create index plugin_samples_version on plugin_samples (version_id, at);
create index plugin_samples_installation on plugin_samples (installation_id);
create index plugin_samples_at on plugin_samples (at);
grant select, insert, delete on plugin_samples to wakala_platform;

-- Since when its publisher wants a version to be left for the one before, by those who came from there.
alter table plugin_versions add column taken_back_at timestamptz;
grant update (taken_back_at) on plugin_versions to wakala_platform;
