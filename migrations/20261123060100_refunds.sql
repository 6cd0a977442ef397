-- Money that goes back to customers: due, approved where it is above the limit, paid by hand, or returned to the customer's credit.

-- How much of a credit is on its way back, or has gone: never more than there was.
alter table customer_credits add column refunded_minor bigint not null default 0;
alter table customer_credits add constraint customer_credits_refunded_check check (refunded_minor between 0 and amount_minor);

create table refunds (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  -- `RF-2026-00007`
  number text not null,
  credit_id uuid not null,
  customer_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  reason text not null check (length(reason) between 1 and 300),
  -- due: waits for a second person. approved: may be paid. returned: the money is credit again.
  state text not null check (state in ('due', 'approved', 'paid', 'returned')),
  -- The amount was above the limit of the day on which it was asked for.
  needs_approval boolean not null,
  requested_by uuid not null,
  approved_by uuid,
  approved_at timestamptz,
  method text check (method in ('bank_transfer', 'cash', 'mobile_money')),
  reference text check (length(reference) between 1 and 100),
  paid_on date,
  paid_by uuid,
  returned_reason text check (length(returned_reason) between 1 and 300),
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint refunds_number_key unique (tenant_id, number),
  constraint refunds_credit_fkey foreign key (tenant_id, credit_id) references customer_credits (tenant_id, id),
  -- Whatever the program does: nobody approves what he asked for, and nothing above the limit is paid without a second person.
  constraint refunds_second_person_check check (approved_by is null or approved_by <> requested_by),
  constraint refunds_approval_check check (not needs_approval or approved_by is not null or state in ('due', 'returned')),
  constraint refunds_paid_check check ((state = 'paid') = (method is not null and reference is not null and paid_on is not null and paid_by is not null)),
  constraint refunds_returned_check check ((state = 'returned') = (returned_reason is not null))
);
-- The same transfer pays one refund.
create unique index refunds_reference on refunds (tenant_id, method, reference) where state = 'paid';
create index refunds_credit on refunds (tenant_id, credit_id);
create index refunds_customer on refunds (tenant_id, customer_id, id);
create index refunds_amount on refunds (tenant_id, amount_minor, id);
create index refunds_open on refunds (tenant_id, id) where state in ('due', 'approved');
call protect('refunds', '{"staff": {"delete": "false"}, "customer": {"read": "customer_id = {customer}"}}', 'select, insert, update');
