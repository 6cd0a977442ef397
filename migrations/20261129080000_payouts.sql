-- Money that leaves: asked for, approved where it is above the limit, sent by a file to the bank, and paid or not.

create table payouts (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  -- `PO-2026-00007`
  number text not null,
  -- What is paid by it: `refund`, `remittance`; whoever keeps that debt knows the id.
  debt_kind text not null check (debt_kind ~ '^[a-z_]{1,40}$'),
  debt_id uuid not null,
  -- Whose money it is, if a customer's.
  customer_id uuid,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- What the payee reads of it.
  description text not null check (length(description) between 1 and 140),
  -- Where it goes.
  way text not null check (way in ('bank', 'mobile')),
  payee text not null check (length(payee) between 1 and 140),
  bank text check (length(bank) between 1 and 100),
  bank_code text check (length(bank_code) between 1 and 20),
  branch_code text check (length(branch_code) between 1 and 20),
  account text check (length(account) between 1 and 34),
  phone text check (length(phone) between 1 and 20),
  -- requested: waits for a second person. sent: under way. unknown: nobody can say. returned: it was paid and came back.
  state text not null check (state in ('requested', 'approved', 'sent', 'paid', 'failed', 'unknown', 'returned', 'withdrawn')),
  -- The amount was above the limit of the day on which it was asked for.
  needs_approval boolean not null,
  requested_by uuid not null,
  approved_by uuid,
  approved_at timestamptz,
  -- How often it was sent: each try has a reference of its own.
  tries integer not null default 0 check (tries >= 0),
  sent_by uuid,
  sent_at timestamptz,
  paid_on date,
  -- The bank's or provider's id of the transfer.
  receipt text check (length(receipt) between 1 and 100),
  -- Why it failed, came back or was withdrawn.
  reason text check (length(reason) between 1 and 300),
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint payouts_number_key unique (tenant_id, number),
  constraint payouts_destination_check check (case way when 'bank' then bank is not null and account is not null else phone is not null end),
  -- Whatever the program does: nobody approves what he asked for, and nothing above the limit leaves without a second person.
  constraint payouts_second_person_check check (approved_by is null or approved_by <> requested_by),
  constraint payouts_approval_check check (not needs_approval or approved_by is not null or state in ('requested', 'withdrawn')),
  constraint payouts_sent_check check (state not in ('sent', 'paid', 'failed', 'unknown', 'returned') or (tries > 0 and sent_by is not null and sent_at is not null)),
  constraint payouts_paid_check check ((state in ('paid', 'returned')) = (paid_on is not null))
);
-- A debt is paid once.
create unique index payouts_debt_key on payouts (tenant_id, debt_kind, debt_id) where state not in ('returned', 'withdrawn');
create index payouts_debt on payouts (tenant_id, debt_id, id);
create index payouts_amount on payouts (tenant_id, amount_minor, id);
create index payouts_open on payouts (tenant_id, state, id) where state in ('requested', 'approved', 'sent', 'unknown', 'failed');
create index payouts_customer on payouts (tenant_id, customer_id, id) where customer_id is not null;
call protect('payouts', '{"staff": {"delete": "false"}}', 'select, insert, update');

-- A file of payouts for a bank.
create table payout_batches (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  -- `PB-2026-00003`
  number text not null,
  bank_account_id uuid not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  execute_on date not null,
  -- settled: the bank has said something final of each of its payouts.
  state text not null check (state in ('open', 'settled', 'withdrawn')),
  payout_count integer not null check (payout_count > 0),
  total_minor bigint not null check (total_minor > 0),
  created_by uuid not null,
  withdrawn_reason text check (length(withdrawn_reason) between 1 and 300),
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint payout_batches_number_key unique (tenant_id, number),
  constraint payout_batches_account_fkey foreign key (tenant_id, bank_account_id) references bank_accounts (tenant_id, id),
  constraint payout_batches_withdrawn_check check ((state = 'withdrawn') = (withdrawn_reason is not null))
);
create index payout_batches_account on payout_batches (tenant_id, bank_account_id);
call protect('payout_batches', '{"staff": {"delete": "false"}}', 'select, insert, update');

create table payout_batch_items (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  batch_id uuid not null,
  payout_id uuid not null,
  nr integer not null check (nr > 0),
  -- By which the bank names it.
  reference text not null check (length(reference) between 1 and 35),
  -- withdrawn: the bank was never given the file.
  outcome text not null check (outcome in ('open', 'paid', 'failed', 'withdrawn')),
  receipt text check (length(receipt) between 1 and 100),
  reason text check (length(reason) between 1 and 300),
  settled_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint payout_batch_items_nr_key unique (tenant_id, batch_id, nr),
  constraint payout_batch_items_reference_key unique (tenant_id, reference),
  constraint payout_batch_items_batch_fkey foreign key (tenant_id, batch_id) references payout_batches (tenant_id, id),
  constraint payout_batch_items_payout_fkey foreign key (tenant_id, payout_id) references payouts (tenant_id, id),
  constraint payout_batch_items_settled_check check ((outcome = 'open') = (settled_at is null))
);
-- A payout is in one batch until it failed there or the batch was withdrawn.
create unique index payout_batch_items_payout_key on payout_batch_items (tenant_id, payout_id) where outcome in ('open', 'paid');
create index payout_batch_items_payout on payout_batch_items (tenant_id, payout_id);
call protect('payout_batch_items', '{"staff": {"delete": "false"}}', 'select, insert, update');

-- What a bank said of a batch, as it was uploaded; never changed.
create table payout_results (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  batch_id uuid not null,
  file_name text not null check (length(file_name) between 1 and 200),
  -- Each line with what became of it.
  lines jsonb not null,
  uploaded_by uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint payout_results_batch_fkey foreign key (tenant_id, batch_id) references payout_batches (tenant_id, id)
);
create index payout_results_batch on payout_results (tenant_id, batch_id, id);
call protect('payout_results', '{"staff": {"update": "false", "delete": "false"}}', 'select, insert');

-- How the bank of an account wants its CSV files, and how its answers are read. The id is the account's.
create table payout_layouts (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  layout jsonb,
  result jsonb,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint payout_layouts_account_fkey foreign key (tenant_id, id) references bank_accounts (tenant_id, id)
);
call protect('payout_layouts', '{"staff": {"delete": "false"}}', 'select, insert, update');
