-- Messages that went out by plugins, and what became of them. What they say stays with whoever wanted them sent.
create table sent_messages (
  tenant_id uuid not null references tenants (id),
  -- The message's own.
  id uuid not null,
  installation_id uuid not null,
  channel text not null check (channel in ('sms', 'whatsapp', 'email')),
  -- Recognisable, no more.
  recipient text not null check (length(recipient) <= 200),
  provider_ref text check (length(provider_ref) <= 200),
  state text not null check (state in
    ('unknown', 'queued', 'sent', 'delayed', 'delivered', 'opened', 'read', 'clicked', 'failed', 'bounced', 'complained')),
  -- Why it was not delivered, as the provider says.
  code text check (length(code) <= 200),
  -- The address will never work.
  is_permanent boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id)
);
create index sent_messages_ref on sent_messages (tenant_id, installation_id, provider_ref) where provider_ref is not null;
create index sent_messages_age on sent_messages (tenant_id, created_at);
call protect('sent_messages', '{"staff": {"insert": "false", "update": "false", "delete": "false"}}');
