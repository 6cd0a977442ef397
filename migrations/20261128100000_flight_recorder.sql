-- What a call of a plugin is found by, what it asked of the platform and when, and how much it computed.
alter table plugin_calls
  add column refs text[] not null default '{}',
  add column timeline jsonb not null default '[]',
  add column fuel bigint not null default 0;
create index plugin_calls_refs on plugin_calls using gin (tenant_id, refs);
create index plugin_calls_action on plugin_calls (tenant_id, action, id);
