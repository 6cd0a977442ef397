-- What people are told: notices of staff and customers, the mails that carry them, and what each person wants to hear of.

-- A mail that carries one notice, or the daily digest of one member of staff. It is claimed before it is sent, so that it is sent once.
create table notice_mails (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  user_id uuid,
  customer_id uuid,
  -- The business day of a digest; none for a mail of one notice.
  day date,
  state text not null default 'wanted' check (state in ('wanted', 'sending', 'sent', 'unknown', 'no_address')),
  claimed_at timestamptz,
  provider_ref text,
  sent_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint notice_mails_reader_check check (num_nonnulls(user_id, customer_id) = 1),
  constraint notice_mails_claim_check check ((state = 'sending') = (claimed_at is not null)),
  constraint notice_mails_day_key unique (tenant_id, user_id, day),
  constraint notice_mails_user_fkey foreign key (tenant_id, user_id) references users (tenant_id, id),
  constraint notice_mails_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index notice_mails_customer on notice_mails (tenant_id, customer_id) where customer_id is not null;
call protect('notice_mails', '{"staff": {"read": "false", "insert": "false", "update": "false", "delete": "false"}}', 'select, insert, update, delete');

create table notices (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  -- Whose it is: one member of staff, or one customer.
  user_id uuid,
  customer_id uuid,
  kind text not null constraint notices_kind_check check (kind ~ '^[a-z_]{3,40}$'),
  topic text not null check (topic in ('policy', 'payment', 'claim', 'document', 'work', 'system', 'marketing')),
  subject_kind text check (subject_kind ~ '^[a-z_]{1,40}$'),
  subject_id uuid,
  -- Values of the text, which is worded in the reader's language when it is read.
  params jsonb not null default '{}' check (jsonb_typeof(params) = 'object'),
  href text not null check (href ~ '^/[^/\\]' or href = '/'),
  -- What it tells of, once per reader: an event, or a due date and a step.
  cause text not null check (length(cause) between 1 and 200),
  -- Stands in the list; otherwise it only goes by mail.
  shown boolean not null,
  -- Waits for the reader's next digest.
  held boolean not null default false,
  mail_id uuid,
  created_at timestamptz not null,
  read_at timestamptz,
  archived_at timestamptz,
  primary key (tenant_id, id),
  constraint notices_reader_check check (num_nonnulls(user_id, customer_id) = 1),
  constraint notices_cause_key unique nulls not distinct (tenant_id, cause, user_id, customer_id),
  constraint notices_user_fkey foreign key (tenant_id, user_id) references users (tenant_id, id),
  constraint notices_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  constraint notices_mail_fkey foreign key (tenant_id, mail_id) references notice_mails (tenant_id, id)
);
create index notices_user on notices (tenant_id, user_id, id desc) where user_id is not null;
create index notices_customer on notices (tenant_id, customer_id, id desc) where customer_id is not null;
create index notices_unread_user on notices (tenant_id, user_id) where read_at is null and archived_at is null and user_id is not null;
create index notices_unread_customer on notices (tenant_id, customer_id) where read_at is null and archived_at is null and customer_id is not null;
create index notices_held on notices (tenant_id, user_id) where held;
create index notices_mail on notices (tenant_id, mail_id) where mail_id is not null;
create index notices_standing on notices (tenant_id, created_at) where archived_at is null;
call protect('notices', '{"staff": {"read": "user_id = {user}", "insert": "false", "update": "user_id = {user}", "delete": "false"},
  "customer": {"read": "customer_id = {customer}", "update": "customer_id = {customer}"}}', 'select, insert, update, delete');

-- What a person chose; where nothing was chosen the defaults hold.
create table notice_choices (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  user_id uuid,
  customer_id uuid,
  topic text not null check (topic in ('policy', 'payment', 'claim', 'document', 'work', 'system', 'marketing')),
  channel text not null check (channel in ('in_app', 'email')),
  delivery text not null check (delivery in ('off', 'each', 'daily')),
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint notice_choices_reader_check check (num_nonnulls(user_id, customer_id) = 1),
  -- A digest is for staff, and by mail.
  constraint notice_choices_daily_check check (delivery <> 'daily' or (channel = 'email' and user_id is not null)),
  constraint notice_choices_reader_key unique nulls not distinct (tenant_id, user_id, customer_id, topic, channel),
  constraint notice_choices_user_fkey foreign key (tenant_id, user_id) references users (tenant_id, id),
  constraint notice_choices_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index notice_choices_customer on notice_choices (tenant_id, customer_id) where customer_id is not null;
call protect('notice_choices', '{"staff": {"read": "user_id = {user}", "insert": "user_id = {user}", "update": "user_id = {user}", "delete": "user_id = {user}"},
  "customer": {"read": "customer_id = {customer}", "insert": "customer_id = {customer}", "update": "customer_id = {customer}"}}');

-- Business days whose reminders were made.
create table reminder_days (
  tenant_id uuid not null references tenants (id),
  day date not null,
  made_at timestamptz not null,
  primary key (tenant_id, day)
);
call protect('reminder_days', '{"staff": {"read": "false", "insert": "false", "update": "false", "delete": "false"}}', 'select, insert, delete');

-- A tenant's own words in place of a text of the platform, by language and key.
create table wordings (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  language text not null check (language ~ '^[a-z]{2,3}$'),
  key text not null check (key ~ '^[a-z][a-z0-9-]{0,119}$'),
  text text not null check (length(text) between 1 and 4000),
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, id),
  constraint wordings_key_key unique (tenant_id, language, key)
);
call protect('wordings');
