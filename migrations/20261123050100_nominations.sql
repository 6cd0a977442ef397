-- Whom a customer names: beneficiaries, who receive what a policy pays and whose shares make up the whole, and dependants. A
-- nomination is one such list, for all policies of the customer or for one of them; it is saved as a whole.

create table nominations (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  -- None: for every policy without a list of its own.
  policy_id uuid,
  role text not null check (role in ('beneficiary', 'dependant')),
  version integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, id),
  constraint nominations_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  constraint nominations_policy_fkey foreign key (tenant_id, policy_id) references policies (tenant_id, id),
  constraint nominations_key unique nulls not distinct (tenant_id, customer_id, policy_id, role)
);
call protect('nominations', '{"customer": {"read": "customer_id = {customer}", "insert": "customer_id = {customer}", "update": "customer_id = {customer}"}}');

create table nominees (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  nomination_id uuid not null,
  customer_id uuid not null,
  position smallint not null check (position between 1 and 20),
  full_name text not null check (length(full_name) between 1 and 160),
  relation text not null check (relation in ('spouse', 'child', 'parent', 'sibling', 'other')),
  -- Hundredths of a percent; only beneficiaries have shares.
  share_bp integer check (share_bp between 1 and 10000),
  date_of_birth date,
  -- An identity number, sealed, and what may be shown of it.
  id_sealed bytea,
  id_masked text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint nominees_nomination_fkey foreign key (tenant_id, nomination_id) references nominations (tenant_id, id),
  constraint nominees_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  constraint nominees_number_check check ((id_sealed is null) = (id_masked is null)),
  constraint nominees_position_key unique (tenant_id, nomination_id, position)
);
call protect('nominees', '{"customer": {"read": "customer_id = {customer}", "insert": "customer_id = {customer}", "update": "customer_id = {customer}", "delete": "customer_id = {customer}"}}');
