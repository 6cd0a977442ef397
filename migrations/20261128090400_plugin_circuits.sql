-- Installations whose last calls failed in a row. None: the last call worked. Of real time, as calls are.
create table plugin_circuits (
  tenant_id uuid not null references tenants (id),
  installation_id uuid not null,
  failures integer not null check (failures > 0),
  -- How often calls were let wait since one worked, and until when they wait now.
  opened integer not null default 0,
  open_until timestamptz,
  reason text not null,
  updated_at timestamptz not null,
  primary key (tenant_id, installation_id),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id)
);
call protect('plugin_circuits', '{"staff": {"insert": "false", "update": "false"}}');
