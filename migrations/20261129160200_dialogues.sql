-- Dialogues over USSD while they last: where each is, and its last screen, which is shown again to whoever asks again.
create table dialogues (
  tenant_id uuid not null references tenants (id),
  installation_id uuid not null,
  mode text not null check (mode in ('test', 'live')),
  -- Who calls, and what the provider calls it.
  session text not null collate "C" check (octet_length(session) between 1 and 220),
  number integer not null check (number >= 0),
  screen text not null check (length(screen) <= 200),
  ended boolean not null,
  memory jsonb not null,
  expires_at timestamptz not null,
  primary key (tenant_id, installation_id, mode, session),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id)
);
create index dialogues_expired on dialogues (tenant_id, expires_at);
call protect('dialogues', '{"staff": {"read": "false", "insert": "false", "update": "false", "delete": "false"}}');

-- Who asks over USSD to be called back is heard as well.
alter table received_messages drop constraint received_messages_channel_check;
alter table received_messages add constraint received_messages_channel_check check (channel in ('sms', 'whatsapp', 'email', 'chat', 'voice', 'ussd'));
