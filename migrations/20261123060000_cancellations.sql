-- Policies that end early: what was agreed, the calculation that was shown, and letters that are mailed with a document.

create table cancellations (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  policy_id uuid not null,
  customer_id uuid not null,
  asked_by text not null check (asked_by in ('customer', 'insurer')),
  reason text not null check (length(reason) between 1 and 500),
  -- The first day without cover.
  from_on date not null,
  -- Rule, days and lines as they were shown before it was confirmed.
  calculation jsonb not null check (jsonb_typeof(calculation) = 'object'),
  law_version text not null,
  -- Whether the brokerage has the premium and gives it back; otherwise the insurer does.
  collects boolean not null,
  refund_minor bigint not null check (refund_minor >= 0),
  -- Of the refund, what paid for premium that was still owed.
  netted_minor bigint not null check (netted_minor between 0 and refund_minor),
  commission_minor bigint not null check (commission_minor >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  created_at timestamptz not null,
  created_by text not null,
  primary key (tenant_id, id),
  constraint cancellations_policy_key unique (tenant_id, policy_id),
  constraint cancellations_policy_fkey foreign key (tenant_id, policy_id) references policies (tenant_id, id),
  constraint cancellations_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index cancellations_from on cancellations (tenant_id, from_on);
call protect('cancellations', '{"staff": {"update": "false", "delete": "false"}, "customer": {"read": "customer_id = {customer}"}}', 'select, insert');

-- What customers ask for; staff agree, which is a cancellation, or decline.
create table cancellation_requests (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  policy_id uuid not null,
  customer_id uuid not null,
  from_on date not null,
  reason text not null check (length(reason) between 1 and 500),
  state text not null default 'open' check (state in ('open', 'agreed', 'declined')),
  answer text check (length(answer) <= 500),
  answered_at timestamptz,
  answered_by text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint cancellation_requests_policy_fkey foreign key (tenant_id, policy_id) references policies (tenant_id, id),
  constraint cancellation_requests_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  constraint cancellation_requests_answered_check check ((state = 'open') = (answered_at is null))
);
-- One open wish for each policy.
create unique index cancellation_requests_one_open on cancellation_requests (tenant_id, policy_id) where state = 'open';
create index cancellation_requests_customer on cancellation_requests (tenant_id, customer_id, id);
call protect('cancellation_requests', '{"staff": {"delete": "false"},
  "customer": {"read": "customer_id = {customer}", "insert": "customer_id = {customer} and state = ''open'' and sees_policy(tenant_id, policy_id)"}}', 'select, insert, update');

-- A letter with one document enclosed. Its id is the message's id, so that a repeat is recognised.
create table document_mails (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  document_id uuid not null,
  customer_id uuid not null,
  -- The key of its texts: `mail-cancellation`.
  wording text not null check (wording ~ '^[a-z-]{1,60}$'),
  params jsonb not null check (jsonb_typeof(params) = 'object'),
  state text not null default 'wanted' check (state in ('wanted', 'sending', 'sent', 'unknown', 'no_address')),
  claimed_at timestamptz,
  provider_ref text,
  sent_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint document_mails_document_fkey foreign key (tenant_id, document_id) references documents (tenant_id, id),
  constraint document_mails_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index document_mails_document on document_mails (tenant_id, document_id);
call protect('document_mails', '{"staff": {"delete": "false"}}', 'select, insert, update');
