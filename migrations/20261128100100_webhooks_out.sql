-- Tenants' own systems that are told what happened.
create table webhook_endpoints (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  url text not null check (length(url) between 9 and 500),
  -- Empty: everything.
  events text[] not null check (cardinality(events) <= 100),
  state text not null check (state in ('active', 'disabled')),
  -- Since when nothing was delivered, in real time.
  failing_since timestamptz,
  -- The platform switched it off, not a person.
  gave_up boolean not null default false,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
call protect('webhook_endpoints', '{"staff": {"delete": "false"}}', 'select, insert, update');

-- What an endpoint's messages are signed with: the newest, and older ones until they are over.
create table webhook_secrets (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  endpoint_id uuid not null,
  sealed bytea not null,
  expires_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, endpoint_id) references webhook_endpoints (tenant_id, id)
);
create index webhook_secrets_endpoint on webhook_secrets (tenant_id, endpoint_id);
call protect('webhook_secrets', '{"staff": {"delete": "false"}}');

-- A message to one endpoint. Its id is the message's, the same at every attempt.
create table webhook_messages (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  endpoint_id uuid not null,
  -- Of a test, an id of its own.
  event_id uuid not null,
  type text not null check (length(type) between 1 and 100),
  -- Exactly what is signed and sent.
  body text not null check (octet_length(body) <= 65536),
  state text not null check (state in ('waiting', 'delivered', 'failed')),
  attempts integer not null default 0,
  -- One entry an attempt: when, how long, status or error, beginning of the answer.
  log jsonb not null default '[]',
  status integer,
  created_at timestamptz not null,
  delivered_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, endpoint_id) references webhook_endpoints (tenant_id, id),
  constraint webhook_messages_event_key unique (tenant_id, endpoint_id, event_id)
);
create index webhook_messages_of_endpoint on webhook_messages (tenant_id, endpoint_id, id);
create index webhook_messages_age on webhook_messages (tenant_id, created_at);
call protect('webhook_messages', '{"staff": {"delete": "false"}}');
