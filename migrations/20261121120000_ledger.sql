-- The ledger: accounts and double-entry postings, what is owed, payments and their history, credit of customers, receipts that
-- nobody expected, and providers' statements. Amounts are minor units. A debit is positive, a credit negative.

create table accounts (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  kind text not null check (kind in ('clearing', 'bank', 'commission_receivable', 'premium_held', 'levy', 'stamp_duty',
    'customer_credit', 'commission_income', 'payment_fees', 'rounding', 'write_off')),
  -- Payment method, insurer, levy code or customer; empty for kinds of which a tenant has one.
  sub_key text not null check (length(sub_key) <= 100),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint accounts_kind_sub_key_currency_key unique (tenant_id, kind, sub_key, currency)
);
call protect('accounts', '{}', 'select, insert');

-- Never updated: a correction is an entry that reverses another.
create table journal_entries (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  kind text not null check (length(kind) between 1 and 60),
  description text not null check (length(description) between 1 and 300),
  -- What caused it. One cause posts once.
  source_type text not null check (length(source_type) between 1 and 60),
  source_id uuid not null,
  reverses_id uuid,
  business_date date not null,
  line_count smallint not null check (line_count >= 2),
  posted_at timestamptz not null,
  posted_by text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, reverses_id) references journal_entries (tenant_id, id),
  constraint journal_entries_source_key unique (tenant_id, source_type, source_id),
  constraint journal_entries_reverses_key unique (tenant_id, reverses_id)
);
create index journal_entries_date on journal_entries (tenant_id, business_date);
call protect('journal_entries', '{"staff": {"update": "false", "delete": "false"}}', 'select, insert');

create table journal_lines (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  entry_id uuid not null,
  line_no smallint not null,
  account_id uuid not null,
  amount_minor bigint not null check (amount_minor <> 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  primary key (tenant_id, id),
  foreign key (tenant_id, entry_id) references journal_entries (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts (tenant_id, id),
  constraint journal_lines_entry_line_key unique (tenant_id, entry_id, line_no)
);
create index journal_lines_account on journal_lines (tenant_id, account_id, id);
call protect('journal_lines', '{"staff": {"update": "false", "delete": "false"}}', 'select, insert');

-- The last word on balance, whoever wrote the rows: at commit, an entry has all its lines and they sum to zero per currency.
create function check_journal_entry() returns trigger language plpgsql as $$
declare
  t constant uuid := new.tenant_id;
  e uuid;
  wrong text;
begin
  if tg_table_name = 'journal_entries' then e := new.id; else e := new.entry_id; end if;
  select l.currency into wrong from journal_lines l where l.tenant_id = t and l.entry_id = e group by l.currency having sum(l.amount_minor) <> 0 limit 1;
  if found then
    raise exception 'journal entry % does not balance in %', e, wrong using errcode = 'check_violation', constraint = 'journal_entries_balance_check';
  end if;
  if (select count(*) from journal_lines l where l.tenant_id = t and l.entry_id = e)
     is distinct from (select j.line_count::bigint from journal_entries j where j.tenant_id = t and j.id = e) then
    raise exception 'journal entry % does not have its lines', e using errcode = 'check_violation', constraint = 'journal_entries_lines_check';
  end if;
  if exists (select from journal_lines l join accounts a on a.tenant_id = l.tenant_id and a.id = l.account_id
             where l.tenant_id = t and l.entry_id = e and a.currency <> l.currency) then
    raise exception 'journal entry % posts to an account of another currency', e using errcode = 'check_violation', constraint = 'journal_lines_currency_check';
  end if;
  return null;
end $$;
create constraint trigger journal_entries_balance after insert on journal_entries deferrable initially deferred for each row execute function check_journal_entry();
create constraint trigger journal_lines_balance after insert on journal_lines deferrable initially deferred for each row execute function check_journal_entry();

-- What a customer owes for a payable (an order, a loan), one row per line of it. The amount is frozen.
create table receivables (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  payable_kind text not null check (payable_kind ~ '^[a-z_]{1,40}$'),
  payable_id uuid not null,
  line_id uuid,
  customer_id uuid not null,
  description text not null check (length(description) between 1 and 200),
  amount_minor bigint not null check (amount_minor > 0),
  allocated_minor bigint not null default 0,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  due_on date not null,
  reference text not null check (reference ~ '^[0-9A-HJKMNP-TV-Z]{12}$'),
  state text not null default 'open' check (state in ('open', 'settled', 'closed')),
  closed_reason text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint receivables_reference_key unique (tenant_id, reference),
  constraint receivables_line_key unique (tenant_id, payable_kind, payable_id, line_id),
  constraint receivables_allocated_check check (allocated_minor between 0 and amount_minor),
  constraint receivables_settled_check check ((state = 'settled') = (allocated_minor = amount_minor) or state = 'closed')
);
create index receivables_payable on receivables (tenant_id, payable_kind, payable_id, due_on, id);
create index receivables_customer on receivables (tenant_id, customer_id, id);
create index receivables_due on receivables (tenant_id, due_on) where state = 'open';
call protect('receivables', '{"customer": {"read": "customer_id = {customer}", "insert": "customer_id = {customer} and state = ''open'' and allocated_minor = 0"}}', 'select, insert, update');

create table payments (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  payable_kind text not null check (payable_kind ~ '^[a-z_]{1,40}$'),
  payable_id uuid not null,
  -- Asked for by us, or found in a statement under the reference of a debt.
  origin text not null default 'request' check (origin in ('request', 'statement')),
  method text not null check (length(method) between 1 and 60),
  method_title text not null,
  installation_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  reference text not null check (reference ~ '^[0-9A-HJKMNP-TV-Z]{12}$'),
  description text not null check (length(description) between 1 and 200),
  payer_name text,
  payer_phone text,
  payer_email text,
  return_url text,
  state text not null check (state in ('created', 'submitted', 'pending', 'received', 'failed', 'expired', 'unknown')),
  expires_at timestamptz not null,
  -- How often it was sent, and since when a call runs whose answer is not recorded. While that is set it is never sent again.
  sends integer not null default 0,
  in_flight_since timestamptz,
  provider_ref text,
  -- A provider's id that only a report named; a query must confirm it before it counts.
  reported_ref text,
  reported_minor bigint,
  reported_receipt text,
  receipt text,
  action_kind text check (action_kind in ('url', 'text')),
  action_value text,
  code text,
  message text,
  -- How often the provider was asked, and when it is to be asked next.
  asks integer not null default 0,
  ask_at timestamptz,
  unanswerable boolean not null default false,
  received_minor bigint check (received_minor > 0),
  received_at timestamptz,
  paid_at timestamptz,
  proof text check (proof in ('answer', 'callback', 'query', 'statement', 'staff')),
  fee_minor bigint check (fee_minor >= 0),
  allocated_minor bigint not null default 0,
  credited_minor bigint not null default 0,
  credit_reason text,
  reversed_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint payments_reference_key unique (tenant_id, reference),
  constraint payments_provider_ref_key unique (tenant_id, provider_ref, installation_id),
  constraint payments_receipt_key unique (tenant_id, receipt, installation_id),
  constraint payments_received_check check ((state = 'received') = (received_minor is not null and received_at is not null and proof is not null)),
  constraint payments_split_check check (allocated_minor >= 0 and credited_minor >= 0 and allocated_minor + credited_minor = coalesce(received_minor, 0))
);
-- One attempt at a time; an unknown outcome blocks the next one.
create unique index payments_one_open on payments (tenant_id, payable_kind, payable_id) where state in ('created', 'submitted', 'pending', 'unknown');
create index payments_payable on payments (tenant_id, payable_kind, payable_id, id);
create index payments_customer on payments (tenant_id, customer_id, id);
create index payments_work on payments (tenant_id, ask_at) where state <> 'received';
create index payments_received on payments (tenant_id, installation_id, received_at) where state = 'received';
call protect('payments', '{"customer": {"read": "customer_id = {customer}", "insert": "customer_id = {customer} and state = ''created'' and origin = ''request''"}}', 'select, insert, update');
call show_work_to_platform('payments', 'state, ask_at', 'state <> ''received''');

-- What happened to a payment, in order.
create table payment_steps (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  payment_id uuid not null,
  customer_id uuid not null,
  at timestamptz not null,
  state text not null,
  -- started, sent, answered, asked, reported, statement, staff, reconciler
  cause text not null check (length(cause) between 1 and 30),
  code text,
  message text,
  actor text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, payment_id) references payments (tenant_id, id)
);
create index payment_steps_payment on payment_steps (tenant_id, payment_id, id);
call protect('payment_steps', '{"staff": {"update": "false", "delete": "false"}, "customer": {"insert": "customer_id = {customer}"}}', 'select, insert');

create table allocations (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  payment_id uuid not null,
  receivable_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, payment_id) references payments (tenant_id, id),
  foreign key (tenant_id, receivable_id) references receivables (tenant_id, id)
);
create index allocations_payment on allocations (tenant_id, payment_id);
create index allocations_receivable on allocations (tenant_id, receivable_id);
call protect('allocations', '{"staff": {"update": "false", "delete": "false"}}', 'select, insert');

-- Money that bought nothing, with the reason, until somebody uses or returns it. Balances come from the journal.
create table customer_credits (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  reason text not null check (length(reason) between 1 and 60),
  source_type text not null check (length(source_type) between 1 and 60),
  source_id uuid not null,
  state text not null default 'open' check (state in ('open', 'handled')),
  handled_reason text,
  handled_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint customer_credits_source_key unique (tenant_id, source_type, source_id)
);
create index customer_credits_customer on customer_credits (tenant_id, customer_id, id);
call protect('customer_credits', '{}', 'select, insert, update');

-- Money that a provider reports and that belongs to no payment of ours, for staff.
create table unmatched_receipts (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  installation_id uuid not null,
  origin text not null check (origin in ('report', 'statement')),
  origin_id uuid not null,
  provider_ref text,
  receipt text,
  provider_state text not null,
  amount_minor bigint,
  currency text,
  -- What the payer typed.
  reference text,
  code text,
  message text,
  trusted boolean not null,
  occurred_at timestamptz,
  state text not null default 'open' check (state in ('open', 'matched', 'assigned', 'dismissed')),
  payment_id uuid,
  customer_id uuid,
  handled_reason text,
  handled_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, payment_id) references payments (tenant_id, id),
  constraint unmatched_receipts_origin_key unique (tenant_id, origin, origin_id)
);
create index unmatched_receipts_provider_ref on unmatched_receipts (tenant_id, installation_id, provider_ref);
create index unmatched_receipts_receipt on unmatched_receipts (tenant_id, installation_id, receipt);
call protect('unmatched_receipts', '{}', 'select, insert, update');

create table statement_imports (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  installation_id uuid not null,
  method text not null,
  file_name text not null check (length(file_name) <= 200),
  file_hash bytea not null,
  lines_read integer not null,
  lines_new integer not null,
  -- Moments of the first and the last line.
  covers_from timestamptz,
  covers_to timestamptz,
  imported_at timestamptz not null,
  imported_by text not null,
  primary key (tenant_id, id)
);
call protect('statement_imports', '{"staff": {"update": "false", "delete": "false"}}', 'select, insert');

create table statement_lines (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  import_id uuid not null,
  installation_id uuid not null,
  method text not null,
  provider_ref text not null,
  receipt text,
  kind text not null,
  provider_state text not null,
  gross_minor bigint not null,
  fee_minor bigint,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  reference text,
  counterparty text,
  occurred_at timestamptz not null,
  -- The business day in the tenant's time zone.
  day date not null,
  settled_on date,
  -- matched: the journal has it. difference: it has not, or has another amount. void: no money moved.
  state text not null check (state in ('matched', 'difference', 'void', 'resolved')),
  difference text check (difference in ('missing_here', 'amount_differs', 'reversed', 'unexpected')),
  -- The entry in the journal that this line corresponds to.
  payment_id uuid,
  receipt_id uuid,
  entry_source_type text,
  entry_source_id uuid,
  resolved_reason text,
  resolved_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, import_id) references statement_imports (tenant_id, id),
  foreign key (tenant_id, payment_id) references payments (tenant_id, id),
  foreign key (tenant_id, receipt_id) references unmatched_receipts (tenant_id, id),
  -- A provider writes a payment and its charge under one id, so the kind belongs to the key; so does the amount, since a
  -- reversal repeats the id with the opposite sign.
  constraint statement_lines_once_key unique (tenant_id, installation_id, kind, provider_ref, gross_minor),
  constraint statement_lines_reason_check check ((state in ('difference', 'resolved')) = (difference is not null))
);
create index statement_lines_import on statement_lines (tenant_id, import_id, id);
create index statement_lines_day on statement_lines (tenant_id, installation_id, day);
create index statement_lines_payment on statement_lines (tenant_id, payment_id);
create index statement_lines_entry on statement_lines (tenant_id, entry_source_id);
create index statement_lines_receipt on statement_lines (tenant_id, receipt_id);
call protect('statement_lines', '{}', 'select, insert, update');
