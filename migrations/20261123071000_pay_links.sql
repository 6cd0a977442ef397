-- Links by which a debt is paid without logging in.

create table pay_links (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  token_hash bytea not null check (length(token_hash) = 32),
  payable_kind text not null check (payable_kind ~ '^[a-z_]{1,40}$'),
  payable_id uuid not null,
  customer_id uuid not null,
  label text not null check (length(label) between 1 and 100),
  expires_at timestamptz not null,
  opened_at timestamptz,
  times_opened integer not null default 0 check (times_opened >= 0),
  withdrawn_at timestamptz,
  created_by uuid not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint pay_links_token_key unique (tenant_id, token_hash),
  constraint pay_links_opened_check check ((opened_at is null) = (times_opened = 0))
);
create index pay_links_payable on pay_links (tenant_id, payable_id, id);
call protect('pay_links', '{"staff": {"delete": "false"}}', 'select, insert, update');
