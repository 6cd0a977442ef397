-- The directory of tenants. The platform role keeps it; a tenant's own connection sees its own row.
create table tenants (
  id uuid primary key,
  slug text not null constraint tenants_slug_key unique constraint tenants_slug_check check (slug ~ '^[a-z0-9]([a-z0-9-]{1,38}[a-z0-9])$'),
  name text not null check (length(name) between 1 and 200),
  kind text not null check (kind in ('brokerage', 'lender')),
  country text not null check (country ~ '^[A-Z]{2}$'),
  pack text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  time_zone text not null,
  locale text not null,
  state text not null default 'preview' check (state in ('preview', 'live', 'suspended', 'closed')),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
alter table tenants enable row level security;
alter table tenants force row level security;
grant select, update on tenants to wakala_tenant;
create policy tenant on tenants to wakala_tenant using (id = nullif(current_setting('app.tenant_id', true), '')::uuid)
  with check (id = nullif(current_setting('app.tenant_id', true), '')::uuid);
create policy audience_update on tenants as restrictive for update to wakala_tenant
  using (current_setting('app.audience', true) in ('staff', 'system'));
grant select, insert, update on tenants to wakala_platform;
create policy platform on tenants to wakala_platform using (true) with check (true);
grant select, insert, update, delete on tenants to wakala_maintenance;
create policy maintenance on tenants to wakala_maintenance using (true) with check (true);

-- Counts changes to what processes cache (tenants, settings, plugin grants); polled, so that a missed notification heals.
create table cache_generations (name text primary key, generation bigint not null default 0);
grant select, insert, update on cache_generations to wakala_platform;
grant select, insert, update on cache_generations to wakala_tenant;

-- The data key of a tenant, wrapped by the master key named beside it. Useless without the master key, so every audience may
-- read it: a customer's own identity number is sealed in the customer's own transaction.
create table tenant_keys (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  master_key text not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
call protect('tenant_keys', '{"staff": {"insert": "false", "update": "false", "delete": "false"}, "customer": {"read": "true"}, "visitor": {"read": "true"}}', 'select, insert');

-- Document numbers without gaps in concurrent use: the row is locked until the transaction that took a number ends.
create table number_series (
  tenant_id uuid not null references tenants (id),
  series text not null,
  period text not null,
  last bigint not null,
  primary key (tenant_id, series, period)
);
call protect('number_series', '{"customer": {"read": "true", "insert": "true", "update": "true"}, "visitor": {"read": "true", "insert": "true", "update": "true"}}', 'select, insert, update');

-- What happened, appended in the transaction that made it happen. Ids, amounts and states; never personal data.
create table events (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  sequence bigint generated always as identity,
  type text not null,
  schema_version smallint not null default 1,
  aggregate_type text not null,
  aggregate_id uuid not null,
  actor text not null,
  request_id uuid,
  data jsonb not null,
  occurred_at timestamptz not null,
  dispatched_at timestamptz,
  primary key (tenant_id, id)
);
create index events_undispatched on events (sequence) where dispatched_at is null;
create index events_aggregate on events (tenant_id, aggregate_id, sequence);
call protect('events', '{"staff": {"read": "false", "update": "false", "delete": "false"}, "customer": {"insert": "true"}, "visitor": {"insert": "true"}}', 'select, insert');
call open_to_platform('events', 'select');
grant update (dispatched_at) on events to wakala_platform;

-- Work to do, written in the transaction that wants it done; the pump moves it into the queue.
create table outbox (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  queue text not null check (queue in ('money', 'documents', 'messages', 'bulk')),
  job text not null,
  payload jsonb not null,
  unique_key text,
  run_at timestamptz not null,
  created_at timestamptz not null default now(),
  -- In the queue since, under which task there, how often begun, and why it failed last.
  moved_at timestamptz,
  task_id text,
  attempts integer not null default 0,
  last_error text,
  primary key (tenant_id, id),
  constraint outbox_job_unique_key unique (tenant_id, job, unique_key)
);
create index outbox_waiting on outbox (run_at) where moved_at is null;
create index outbox_in_flight on outbox (tenant_id, queue) where moved_at is not null;
call protect('outbox', '{"staff": {"read": "false", "update": "false", "delete": "false"}, "customer": {"insert": "true"}, "visitor": {"insert": "true"}}', 'select, insert');
call open_to_platform('outbox', 'select, insert, delete');
grant update (moved_at, run_at, task_id, attempts, last_error) on outbox to wakala_platform;

-- Jobs that were given up, kept until somebody retries or dismisses them.
create table dead_letters (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  queue text not null,
  job text not null,
  payload jsonb not null,
  error text not null,
  attempts integer not null,
  died_at timestamptz not null default now(),
  settled_at timestamptz,
  settled_by uuid,
  primary key (tenant_id, id)
);
call protect('dead_letters');

-- A subscriber handles an event once: the row and the effect commit together.
create table handled_events (
  tenant_id uuid not null references tenants (id),
  subscriber text not null,
  event_id uuid not null,
  handled_at timestamptz not null default now(),
  primary key (tenant_id, subscriber, event_id)
);
call protect('handled_events', '{"staff": {"read": "false", "insert": "false", "update": "false", "delete": "false"}}', 'select, insert, delete');

-- One schedule fires once, whichever process is first to insert its tick.
create table schedule_ticks (
  name text not null,
  tick timestamptz not null,
  primary key (name, tick)
);
grant select, insert, delete on schedule_ticks to wakala_platform;

-- First answers of requests that create or move money, kept in the transaction of their effect.
create table idempotency_keys (
  tenant_id uuid not null references tenants (id),
  caller text not null,
  key text not null check (length(key) between 8 and 100),
  request_hash bytea not null,
  status smallint,
  response jsonb,
  created_at timestamptz not null default now(),
  primary key (tenant_id, caller, key)
);
call protect('idempotency_keys', '{"customer": {"read": "caller = ''customer:'' || {customer}::text", "insert": "caller = ''customer:'' || {customer}::text", "update": "caller = ''customer:'' || {customer}::text"}, "visitor": {"read": "caller = ''visitor:'' || {visitor}::text", "insert": "caller = ''visitor:'' || {visitor}::text", "update": "caller = ''visitor:'' || {visitor}::text"}}');

-- Every change to a business row. Values lie apart, so that erasure can blank them without breaking the chain of hashes.
create table audit_entries (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  at timestamptz not null,
  actor text not null,
  request_id uuid,
  action text not null,
  object_type text not null,
  object_id uuid not null,
  reason text,
  values_hash bytea not null,
  block bigint,
  primary key (tenant_id, id)
);
create index audit_entries_unsealed on audit_entries (tenant_id, id) where block is null;
create index audit_entries_object on audit_entries (tenant_id, object_id, id);
call protect('audit_entries', '{"staff": {"update": "false", "delete": "false"}, "customer": {"insert": "true"}, "visitor": {"insert": "true"}}', 'select, insert');
grant update (block) on audit_entries to wakala_tenant;
call show_work_to_platform('audit_entries', 'block', 'block is null');

create table audit_values (
  tenant_id uuid not null references tenants (id),
  entry_id uuid not null,
  field text not null,
  salt bytea not null,
  before jsonb,
  after jsonb,
  primary key (tenant_id, entry_id, field)
);
call protect('audit_values', '{"staff": {"update": "false", "delete": "false"}, "customer": {"insert": "true"}, "visitor": {"insert": "true"}}', 'select, insert');

create table audit_blocks (
  tenant_id uuid not null references tenants (id),
  number bigint not null,
  entries integer not null,
  previous_hash bytea not null,
  hash bytea not null,
  sealed_at timestamptz not null,
  primary key (tenant_id, number)
);
call protect('audit_blocks', '{"staff": {"insert": "false", "update": "false", "delete": "false"}}', 'select, insert');

-- Which member of staff saw which customer's data, or which list.
create table access_entries (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  at timestamptz not null,
  actor text not null,
  request_id uuid,
  object_type text not null,
  object_id uuid,
  query text,
  rows integer not null default 1,
  primary key (tenant_id, id)
);
create index access_entries_object on access_entries (tenant_id, object_id, id);
call protect('access_entries', '{"staff": {"update": "false", "delete": "false"}}', 'select, insert');

-- What the platform's role did, and why.
create table platform_actions (
  id uuid primary key,
  at timestamptz not null default now(),
  role text not null,
  reason text not null
);
grant select, insert on platform_actions to wakala_platform;

-- Settings of a tenant, one typed value per key. Nothing secret lies here.
create table tenant_settings (
  tenant_id uuid not null references tenants (id),
  key text not null,
  value jsonb not null,
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  updated_by text not null,
  primary key (tenant_id, key)
);
call protect('tenant_settings', '{"customer": {"read": "true"}, "visitor": {"read": "true"}}');
