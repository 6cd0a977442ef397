-- Premium that the brokerage collected travels to the insurer: what was agreed with each, and batches of what is paid at once.

create table insurer_agreements (
  tenant_id uuid not null references tenants (id),
  -- The insurer's.
  id uuid not null,
  -- Days from issue until the premium must be with the insurer; none: as the collection mode says.
  remit_days smallint check (remit_days between 0 and 365),
  -- The brokerage keeps its commission from the premium; else it pays the premium whole and is owed the commission.
  commission_netted boolean not null default true,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint insurer_agreements_insurer_fkey foreign key (tenant_id, id) references insurers (tenant_id, id)
);
call protect('insurer_agreements', '{"staff": {"delete": "false"}}', 'select, insert, update');

create table remittances (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  number text not null,
  insurer_id uuid not null,
  state text not null default 'draft' check (state in ('draft', 'paid', 'discarded', 'reversed')),
  -- As agreed when it was made.
  commission_netted boolean not null,
  held_minor bigint not null,
  commission_minor bigint not null,
  payable_minor bigint not null check (payable_minor > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  line_count integer not null check (line_count > 0),
  due_on date not null,
  bank_reference text check (length(bank_reference) between 1 and 60),
  paid_on date,
  closed_reason text,
  version integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint remittances_number_key unique (tenant_id, number),
  constraint remittances_insurer_fkey foreign key (tenant_id, insurer_id) references insurers (tenant_id, id),
  constraint remittances_payable_check check (payable_minor = held_minor + case when commission_netted then 0 else commission_minor end),
  constraint remittances_paid_check check (state not in ('paid', 'reversed') or (bank_reference is not null and paid_on is not null))
);
create index remittances_insurer on remittances (tenant_id, insurer_id, id desc);
-- One transfer pays one batch.
create unique index remittances_reference_key on remittances (tenant_id, bank_reference) where state = 'paid';
call protect('remittances', '{"staff": {"delete": "false"}}', 'select, insert, update');

-- One posting of premium held each. Released when the batch was discarded or reversed: then another batch may take it.
create table remittance_lines (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  remittance_id uuid not null,
  line_no integer not null check (line_no > 0),
  journal_line_id uuid not null,
  description text not null,
  policy_id uuid,
  policy_number text,
  insured text,
  business_date date not null,
  due_on date not null,
  held_minor bigint not null,
  commission_minor bigint not null,
  released_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint remittance_lines_line_key unique (tenant_id, remittance_id, line_no),
  constraint remittance_lines_remittance_fkey foreign key (tenant_id, remittance_id) references remittances (tenant_id, id),
  constraint remittance_lines_posting_fkey foreign key (tenant_id, journal_line_id) references journal_lines (tenant_id, id)
);
create unique index remittance_lines_posting_key on remittance_lines (tenant_id, journal_line_id) where released_at is null;
call protect('remittance_lines', '{"staff": {"delete": "false"}}', 'select, insert, update');
