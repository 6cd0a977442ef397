-- A call that went wrong, played again against the provider that the plugin's own package brings along. Nothing outside heard of it.
create table plugin_replays (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  call_id uuid not null,
  -- What the plugin answered, or how it declined.
  said jsonb not null,
  -- What it asked of the stand-in for its provider.
  requests text[] not null,
  log text[] not null,
  -- Why it did not answer.
  problem text,
  cpu_ms bigint not null,
  wall_ms bigint not null,
  memory_kib bigint not null,
  played_by text not null,
  at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, call_id) references plugin_calls (tenant_id, id) on delete cascade
);
create index plugin_replays_call on plugin_replays (tenant_id, call_id, id);
call protect('plugin_replays', '{"staff": {"update": "false", "delete": "false"}}', 'select, insert');
