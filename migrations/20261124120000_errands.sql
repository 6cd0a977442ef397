-- What staff asked for that takes longer than a page may: a long file, an act on many rows. It is done in the background, step by
-- step; each step is written down together with what it did, so that a worker that dies is followed by another.

-- `list` is the path of the list that it is about, `query` what its address asks for; `act` and `form` are where the act is sent and with what.
create table errands (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  user_id uuid not null,
  kind text not null check (kind in ('file', 'act')),
  title text not null check (length(title) between 1 and 200),
  list text not null check (list ~ '^/[^/\\]' and length(list) <= 200),
  query text not null check (length(query) <= 4000),
  act text check (act ~ '^/[^/\\]' and length(act) <= 200),
  form text check (length(form) <= 20000),
  format text check (format in ('csv', 'xlsx')),
  columns text[] not null default '{}' check (cardinality(columns) <= 40),
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'stopped', 'failed')),
  -- How far the list was read: where its next page begins, in how many parts, how many rows, and whether to the end.
  cursor text,
  parts integer not null default 0,
  rows integer not null default 0,
  gathered boolean not null default false,
  -- Of a file: how large it is, and until when it is kept.
  file_bytes bigint,
  expires_at timestamptz,
  -- The code of what ended it.
  failure text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  finished_at timestamptz,
  primary key (tenant_id, id),
  constraint errands_kind_parts_check check (case kind when 'file' then format is not null and act is null else act is not null and format is null end),
  constraint errands_finished_check check ((finished_at is not null) = (state in ('done', 'stopped', 'failed'))),
  constraint errands_user_fkey foreign key (tenant_id, user_id) references users (tenant_id, id)
);
create index errands_user on errands (tenant_id, user_id, id desc);
create index errands_finished on errands (tenant_id, finished_at) where finished_at is not null;
call protect('errands', '{"staff": {"read": "user_id = {user}", "insert": "user_id = {user}", "update": "user_id = {user}", "delete": "false"}}');

-- A row that an act is about, and what became of it. It is settled in the transaction of the act itself, so that no row is done twice.
create table errand_lines (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  errand_id uuid not null,
  user_id uuid not null,
  row_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'refused')),
  name text not null default '' check (length(name) <= 300),
  href text not null default '' check (length(href) <= 200),
  reason text not null default '' check (length(reason) <= 1000),
  settled_at timestamptz,
  primary key (tenant_id, id),
  constraint errand_lines_row_key unique (tenant_id, errand_id, row_id),
  constraint errand_lines_settled_check check ((settled_at is null) = (state = 'waiting')),
  constraint errand_lines_errand_fkey foreign key (tenant_id, errand_id) references errands (tenant_id, id)
);
create index errand_lines_state on errand_lines (tenant_id, errand_id, state, id);
call protect('errand_lines', '{"staff": {"read": "user_id = {user}", "insert": "false", "update": "user_id = {user}", "delete": "false"}}');
