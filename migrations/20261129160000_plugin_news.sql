-- What happened and is told to an events plugin: one row an installation and event.
create table plugin_news (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  installation_id uuid not null,
  event_id uuid not null,
  type text not null check (length(type) between 1 and 100),
  -- Kind and id of what it is about; what is told of one follows its sequence.
  subject text not null check (length(subject) between 1 and 100),
  sequence bigint not null,
  state text not null check (state in ('waiting', 'told', 'refused', 'dropped')),
  attempts integer not null default 0,
  -- When the next attempt is due.
  due_at timestamptz not null,
  -- Of the latest attempt that did not work.
  error text check (length(error) <= 500),
  -- What the plugin made of it.
  provider_ref text check (octet_length(provider_ref) <= 8000),
  links jsonb not null default '[]',
  -- Real time: plugins are.
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id),
  constraint plugin_news_event_key unique (tenant_id, installation_id, event_id)
);
create index plugin_news_subject on plugin_news (tenant_id, installation_id, subject, sequence);
create index plugin_news_waiting on plugin_news (tenant_id, installation_id) where state = 'waiting';
create index plugin_news_age on plugin_news (tenant_id, created_at);
call protect('plugin_news', '{"staff": {"insert": "false", "update": "false", "delete": "false"}}');

-- Which tenants have plugins of a kind, so that what happens elsewhere costs no work.
grant select (plugin_id) on plugin_installations to wakala_platform;
