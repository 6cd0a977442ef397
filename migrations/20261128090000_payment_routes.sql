-- Which installation takes which payments, in the order in which the rules count. Where no rule speaks of a payment, every live
-- installation that offers the method is asked, the oldest first.
create table payment_routes (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  -- Rules count by place, then by age.
  place integer not null check (place between 1 and 1000),
  -- Null: every method that the installation offers.
  method text check (length(method) between 1 and 100),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  from_minor bigint not null default 0 check (from_minor >= 0),
  to_minor bigint,
  installation_id uuid not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint payment_routes_to_minor_check check (to_minor is null or to_minor >= from_minor),
  foreign key (tenant_id, installation_id) references plugin_installations (tenant_id, id)
);
create index payment_routes_installation on payment_routes (tenant_id, installation_id);
call protect('payment_routes');

-- Installations that a payment was passed on from, with which certainly nothing came of it.
alter table payments add column asked uuid[] not null default '{}';
