-- What an installation may spend in a day with its live settings. Null: no limit.
create table plugin_budgets (
  tenant_id uuid not null references tenants (id),
  installation_id uuid not null,
  calls bigint check (calls >= 0),
  messages bigint check (messages >= 0),
  money_minor bigint check (money_minor >= 0),
  -- Of the money. Amounts in other currencies are not counted.
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  version integer not null default 1,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, installation_id),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id)
);
call protect('plugin_budgets');

-- What was spent in a day by installations that have a budget, and how often they were refused more.
create table plugin_usage (
  tenant_id uuid not null references tenants (id),
  installation_id uuid not null,
  day date not null,
  calls bigint not null default 0,
  messages bigint not null default 0,
  money_minor bigint not null default 0,
  refused bigint not null default 0,
  primary key (tenant_id, installation_id, day),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id)
);
call protect('plugin_usage', '{"staff": {"insert": "false", "update": "false", "delete": "false"}}');
