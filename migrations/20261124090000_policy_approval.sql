-- Cover that staff approve before it counts, and what staff write about policies.

alter table products add column needs_approval boolean not null default false;

alter table policies add column approval text not null default 'not_needed';
-- waiting: issued, and nothing has gone out yet; the policy is pending so long.
alter table policies add constraint policies_approval_check check (approval in ('not_needed', 'waiting', 'approved', 'declined'));
alter table policies add constraint policies_waiting_check check (approval <> 'waiting' or state = 'pending');
create index policies_waiting on policies (tenant_id, id) where approval = 'waiting';

alter table fulfilment_tasks drop constraint fulfilment_tasks_kind_check;
alter table fulfilment_tasks add constraint fulfilment_tasks_kind_check
  check (kind in ('line_failed', 'payment_reversed', 'instalment_overdue', 'policy_approval'));

create table policy_notes (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  policy_id uuid not null,
  user_id uuid not null,
  text text not null check (length(text) between 1 and 2000),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint policy_notes_policy_fkey foreign key (tenant_id, policy_id) references policies (tenant_id, id)
);
create index policy_notes_policy on policy_notes (tenant_id, policy_id, id);
call protect('policy_notes', '{"staff": {"update": "false", "delete": "false"}}', 'select, insert');
