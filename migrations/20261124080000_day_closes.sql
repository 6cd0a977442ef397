-- The end of a day at the till: cash as it was counted against cash as the books have it.
create table day_closes (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  day date not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- What the books had at the end of the day, and what was counted.
  expected_minor bigint not null,
  counted_minor bigint not null check (counted_minor >= 0),
  -- Pieces by denomination in minor units: {"100000": 3}.
  pieces jsonb not null check (jsonb_typeof(pieces) = 'object'),
  reason text check (length(reason) between 1 and 300),
  state text not null check (state in ('to_approve', 'closed', 'refused', 'reopened')),
  above_limit boolean not null,
  closed_by uuid not null,
  decided_by uuid,
  reopen_reason text check (length(reopen_reason) between 1 and 300),
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint day_closes_difference_check check (expected_minor = counted_minor or reason is not null),
  constraint day_closes_second_person_check check (decided_by <> closed_by),
  -- A difference above the limit counts once another person has approved it.
  constraint day_closes_limit_check check (not above_limit or state = 'to_approve' or decided_by is not null)
);
create unique index day_closes_day_key on day_closes (tenant_id, day, currency) where state in ('to_approve', 'closed');
create index day_closes_state on day_closes (tenant_id, state, id);
call protect('day_closes', '{"staff": {"delete": "false"}}', 'select, insert, update');
