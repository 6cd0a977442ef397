-- Money that staff take by hand: cash, cheques, transfers and codes seen on a statement.

create table takings (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  number text not null,
  customer_id uuid not null,
  -- None: on the customer's account.
  payable_kind text check (payable_kind ~ '^[a-z_]{1,40}$'),
  payable_id uuid,
  about text not null check (length(about) between 1 and 200),
  method text not null check (method in ('cash', 'cheque', 'bank_transfer', 'mobile_money')),
  -- What the receipt calls the method.
  method_title text not null check (length(method_title) between 1 and 100),
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- Number of the cheque, reference of the transfer, code of the message; in capitals, without spaces.
  reference text check (reference ~ '^[^[:space:][:lower:]]{1,60}$'),
  bank text not null default '' check (length(bank) <= 100),
  cheque_date date,
  payer_name text check (length(payer_name) between 1 and 200),
  note text check (length(note) between 1 and 300),
  received_on date not null,
  state text not null check (state in ('to_approve', 'refused', 'held', 'received', 'deposited', 'cleared', 'bounced')),
  above_limit boolean not null,
  taken_by uuid not null,
  decided_by uuid,
  decided_at timestamptz,
  reason text check (length(reason) between 1 and 300),
  -- Once it counts.
  payment_id uuid,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint takings_number_key unique (tenant_id, number),
  constraint takings_payable_check check ((payable_kind is null) = (payable_id is null)),
  constraint takings_named_check check ((method = 'cash') = (reference is null)),
  constraint takings_cheque_check check ((method = 'cheque') = (cheque_date is not null) and (method = 'cheque' or state not in ('held', 'deposited', 'cleared', 'bounced'))),
  -- Whoever decides is another person than whoever took the money, and above the limit nothing counts undecided.
  constraint takings_second_person_check check (decided_by <> taken_by),
  constraint takings_value_check check ((payment_id is not null) = (state in ('received', 'deposited', 'cleared', 'bounced'))),
  constraint takings_limit_check check (not above_limit or state = 'to_approve' or decided_by is not null),
  foreign key (tenant_id, payment_id) references payments (tenant_id, id)
);
-- What was refused may be tried again.
create unique index takings_reference_key on takings (tenant_id, method, lower(bank), reference) where state <> 'refused' and reference is not null;
create index takings_payable on takings (tenant_id, payable_id, id) where payable_id is not null;
create index takings_amount on takings (tenant_id, amount_minor, id);
create index takings_customer on takings (tenant_id, customer_id, id);
create index takings_day on takings (tenant_id, received_on, taken_by, method);
call protect('takings', '{"staff": {"delete": "false"}}', 'select, insert, update');

-- A taking makes a payment, which counts at once.
alter table payments drop constraint payments_origin_check;
alter table payments add constraint payments_origin_check check (origin in ('request', 'statement', 'hand'));

-- Money that was taken back takes its allocations back: by rows of the opposite amount.
alter table allocations drop constraint allocations_amount_minor_check;
alter table allocations add constraint allocations_amount_minor_check check (amount_minor <> 0);
