-- The provider says that what we hold received did not come.
alter table statement_lines drop constraint statement_lines_difference_check;
alter table statement_lines add constraint statement_lines_difference_check
  check (difference in ('missing_here', 'amount_differs', 'reversed', 'unexpected', 'state_differs'));

-- What staff say of a difference that is above the limit, or of a payment that its provider's statement has not.
create table difference_decisions (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  line_id uuid,
  payment_id uuid,
  decided_as text not null check (decided_as in ('explained', 'charge', 'transfer', 'cash', 'returned', 'commission', 'taken_back')),
  insurer_id uuid,
  reason text not null check (length(reason) between 1 and 300),
  amount_minor bigint not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  above_limit boolean not null,
  state text not null check (state in ('to_approve', 'done', 'refused')),
  proposed_by uuid,
  decided_by uuid,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint difference_decisions_line_fkey foreign key (tenant_id, line_id) references statement_lines (tenant_id, id),
  constraint difference_decisions_payment_fkey foreign key (tenant_id, payment_id) references payments (tenant_id, id),
  constraint difference_decisions_about_check check ((line_id is null) <> (payment_id is null)),
  -- Whatever the program does: nothing above the limit is done without a second person.
  constraint difference_decisions_second_person_check
    check (not (above_limit and state = 'done') or (proposed_by is not null and decided_by is not null and decided_by <> proposed_by))
);
create unique index difference_decisions_line on difference_decisions (tenant_id, line_id) where state = 'to_approve';
create unique index difference_decisions_payment on difference_decisions (tenant_id, payment_id) where state <> 'refused';
create index difference_decisions_open on difference_decisions (tenant_id, id) where state = 'to_approve';
call protect('difference_decisions', '{"staff": {"delete": "false"}}', 'select, insert, update');
