-- What people wrote to the tenant over its messaging plugins.
create table received_messages (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  installation_id uuid not null,
  channel text not null check (channel in ('sms', 'whatsapp', 'email', 'chat', 'voice')),
  provider_ref text check (length(provider_ref) <= 200),
  -- A phone number, an address, or what the channel calls a person.
  sender text not null collate "C" check (length(sender) between 1 and 200),
  sender_name text check (length(sender_name) <= 200),
  text text not null check (length(text) <= 4000),
  files integer not null check (files >= 0),
  -- Whose number the sender's is.
  customer_id uuid,
  happened_at timestamptz not null,
  settled_at timestamptz,
  settled_by uuid,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id),
  constraint received_messages_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index received_messages_customer on received_messages (tenant_id, customer_id, id);
create index received_messages_unsettled on received_messages (tenant_id, id) where settled_at is null;
create index received_messages_sender on received_messages (tenant_id, sender, id);
call protect('received_messages', '{"staff": {"insert": "false", "delete": "false"}}');
