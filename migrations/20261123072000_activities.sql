-- What was said with customers, and what is to be done next.

create table activities (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  kind text not null check (kind in ('call', 'sms', 'mail', 'message', 'meeting', 'note')),
  direction text check (direction in ('inbound', 'outbound')),
  subject text not null check (length(subject) between 1 and 200),
  content text not null default '' check (length(content) <= 4000),
  outcome text check (outcome in ('reached', 'no_answer', 'interested', 'not_interested', 'promised', 'done')),
  happened_at timestamptz not null,
  user_id uuid not null,
  -- What is to be done next, by when.
  follow_up text check (length(follow_up) between 1 and 200),
  follow_up_on date,
  followed_up_at timestamptz,
  followed_up_by uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint activities_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  constraint activities_next_step_check check ((follow_up is null) = (follow_up_on is null)),
  constraint activities_ticked_off_check check ((followed_up_at is null) = (followed_up_by is null) and (followed_up_at is null or follow_up_on is not null))
);
create index activities_customer on activities (tenant_id, customer_id, id);
create index activities_due on activities (tenant_id, follow_up_on, id) where follow_up_on is not null and followed_up_at is null;
call protect('activities', '{"staff": {"delete": "false"}}', 'select, insert, update');
