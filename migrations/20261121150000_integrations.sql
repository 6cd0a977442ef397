-- The catalogue of plugins. It belongs to the platform and holds nothing of any tenant: every tenant may read it, only the
-- platform's role writes it. A component lies in the object store under its digest; `signature` ties component, manifest and keys
-- together, and nothing whose signature fails is ever run.
create table publishers (
  id uuid primary key,
  handle text not null constraint publishers_handle_key unique constraint publishers_handle_check check (handle ~ '^[a-z0-9_-]{1,60}$'),
  name text not null check (length(name) between 1 and 100),
  created_at timestamptz not null default now()
);
grant select on publishers to wakala_tenant;
grant select, insert, update on publishers to wakala_platform;

create table plugins (
  id uuid primary key,
  publisher_id uuid not null references publishers (id),
  -- The reverse domain name of the manifest; belongs to the publisher who came first.
  name text not null constraint plugins_name_key unique check (length(name) <= 100),
  kind text not null check (kind in ('payment', 'messaging', 'ussd', 'insurance', 'certificate', 'collections', 'payroll', 'identity', 'ai', 'events')),
  created_at timestamptz not null default now()
);
grant select on plugins to wakala_tenant;
grant select, insert, update on plugins to wakala_platform;

create table plugin_versions (
  id uuid primary key,
  plugin_id uuid not null references plugins (id),
  version text not null,
  component_sha256 text not null check (component_sha256 ~ '^[0-9a-f]{64}$'),
  component_bytes bigint not null check (component_bytes > 0),
  manifest text not null,
  -- Keys that the manifest names, as a list of {name, mode, pem}.
  public_keys jsonb not null default '[]',
  signature text not null check (signature ~ '^[0-9a-f]{64}$'),
  -- deprecated: no new installations; yanked: none and running ones are warned; revoked: not run at all.
  state text not null default 'listed' check (state in ('listed', 'deprecated', 'yanked', 'revoked')),
  published_at timestamptz not null,
  constraint plugin_versions_plugin_id_version_key unique (plugin_id, version)
);
grant select on plugin_versions to wakala_tenant;
grant select, insert on plugin_versions to wakala_platform;
grant update (state, signature) on plugin_versions to wakala_platform;

-- A plugin in a tenant. `mode` says with which settings it works; `granted` are the keys of the permissions agreed to.
create table plugin_installations (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  plugin_id uuid not null references plugins (id),
  version_id uuid not null references plugin_versions (id),
  mode text not null default 'test' check (mode in ('test', 'live', 'disabled')),
  -- attention: somebody has to correct settings or credentials.
  state text not null default 'active' check (state in ('active', 'attention')),
  attention text,
  granted text[] not null,
  health text not null default 'unknown' check (health in ('unknown', 'healthy', 'degraded', 'down')),
  health_at timestamptz,
  health_summary text,
  live_since timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint plugin_installations_plugin_id_key unique (tenant_id, plugin_id)
);
call protect('plugin_installations', '{}', 'select, insert, update');

-- Who agreed to what, in the sentences that were shown. Appended only.
create table plugin_consents (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  installation_id uuid not null,
  version_id uuid not null references plugin_versions (id),
  permissions jsonb not null,
  agreed_by text not null,
  agreed_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id)
);
create index plugin_consents_installation on plugin_consents (tenant_id, installation_id, id);
call protect('plugin_consents', '{"staff": {"update": "false", "delete": "false"}}', 'select, insert');

-- Plain settings per mode, and the last check of exactly these settings.
create table plugin_configurations (
  tenant_id uuid not null references tenants (id),
  installation_id uuid not null,
  mode text not null check (mode in ('test', 'live')),
  settings jsonb not null default '{}',
  -- Hosts out of settings that the tenant approved: {setting: "host:port"}.
  approved_hosts jsonb not null default '{}',
  version integer not null default 1,
  checked_version integer,
  check_passed boolean,
  check_report jsonb,
  checked_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, installation_id, mode),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id)
);
call protect('plugin_configurations', '{"staff": {"delete": "false"}}', 'select, insert, update');

-- Secrets that somebody typed, sealed. Nothing shows them again.
create table plugin_secrets (
  tenant_id uuid not null references tenants (id),
  installation_id uuid not null,
  mode text not null check (mode in ('test', 'live')),
  key text not null,
  sealed bytea not null,
  set_at timestamptz not null,
  set_by text not null,
  primary key (tenant_id, installation_id, mode, key),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id)
);
call protect('plugin_secrets');

-- What a plugin keeps between calls, and access tokens that the host keeps for it: sealed, apart for test and live.
create table plugin_kv (
  tenant_id uuid not null references tenants (id),
  installation_id uuid not null,
  mode text not null check (mode in ('test', 'live')),
  area text not null check (area in ('state', 'token')),
  key text collate "C" not null check (octet_length(key) between 1 and 200),
  sealed bytea not null,
  -- Of key and plain value, for the quota.
  bytes integer not null,
  version bigint not null default 1,
  expires_at timestamptz,
  updated_at timestamptz not null,
  primary key (tenant_id, installation_id, mode, area, key),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id)
);
create index plugin_kv_expired on plugin_kv (tenant_id, expires_at) where expires_at is not null;
call protect('plugin_kv', '{"staff": {"insert": "false", "update": "false"}}');

-- One row per call of a plugin, masked.
create table plugin_calls (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  installation_id uuid not null,
  version_id uuid not null references plugin_versions (id),
  action text not null,
  mode text not null check (mode in ('test', 'live')),
  attempt integer not null,
  correlation_id text not null,
  outcome text not null check (outcome in ('ok', 'rejected', 'retryable', 'unknown', 'failed')),
  error text,
  request jsonb not null,
  response jsonb,
  exchanges jsonb not null default '[]',
  logs jsonb not null default '[]',
  duration_us bigint not null,
  queued_us bigint not null,
  cpu_us bigint not null,
  memory_bytes bigint not null,
  host_calls integer not null,
  at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id)
);
create index plugin_calls_installation on plugin_calls (tenant_id, installation_id, id);
call protect('plugin_calls', '{"staff": {"insert": "false", "update": "false", "delete": "false"}}', 'select, insert, delete');

-- Addresses given to providers. Only the token's hash is kept; the platform's role finds the tenant by it. The index is not
-- unique because uniqueness is per tenant; tokens are keyed hashes and do not collide.
create table hook_tokens (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  token_hash bytea not null check (octet_length(token_hash) = 32),
  installation_id uuid not null,
  webhook text not null,
  subject text,
  mode text not null check (mode in ('test', 'live')),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint hook_tokens_token_hash_key unique (tenant_id, token_hash),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id)
);
create index hook_tokens_by_hash on hook_tokens (token_hash);
call protect('hook_tokens', '{"staff": {"insert": "false", "update": "false", "delete": "false"}}', 'select, insert, delete');
call open_to_platform('hook_tokens', 'select');

-- What providers sent, exactly, before anything else is done with it.
create table webhook_deliveries (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  installation_id uuid not null,
  webhook text not null,
  subject text,
  mode text not null check (mode in ('test', 'live')),
  method text not null,
  path text not null,
  query text not null,
  -- A list of [name, value] in order, names in lower case, without credentials.
  headers jsonb not null,
  body bytea not null,
  source_ip text,
  -- The address is in the manifest's list, or a signature was verified.
  source_trusted boolean not null,
  signature_verified boolean not null,
  state text not null default 'received' check (state in ('received', 'handled', 'rejected', 'failed')),
  reports integer not null default 0,
  error text,
  received_at timestamptz not null,
  handled_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id)
);
create index webhook_deliveries_installation on webhook_deliveries (tenant_id, installation_id, id);
call protect('webhook_deliveries', '{"staff": {"insert": "false", "update": "false", "delete": "false"}}');

-- Reports already taken, so that a repeated or duplicated delivery has no second effect.
create table provider_reports (
  tenant_id uuid not null references tenants (id),
  installation_id uuid not null,
  mode text not null check (mode in ('test', 'live')),
  report_id text collate "C" not null check (octet_length(report_id) between 1 and 300),
  delivery_id uuid not null,
  kind text not null,
  taken_at timestamptz not null,
  primary key (tenant_id, installation_id, mode, report_id),
  foreign key (tenant_id, delivery_id) references webhook_deliveries (tenant_id, id)
);
call protect('provider_reports', '{"staff": {"insert": "false", "update": "false", "delete": "false"}}', 'select, insert, delete');
create index provider_reports_delivery on provider_reports (tenant_id, delivery_id);
create index webhook_deliveries_open on webhook_deliveries (tenant_id, received_at) where state = 'received';
