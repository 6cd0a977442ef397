-- What customers ask about their own data: a copy of everything, or their deletion.
create table data_requests (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  kind text not null check (kind in ('export', 'erasure')),
  -- restricted: erased but for what the law keeps.
  state text not null check (state in ('wanted', 'ready', 'restricted', 'done', 'withdrawn')),
  requested_at timestamptz not null,
  requested_by text not null,
  -- By when the law wants an answer.
  answer_by date not null,
  -- Of a deletion: when it happens. Of a copy: until when it can be downloaded.
  until timestamptz,
  -- Of a deletion: until when the law keeps records.
  kept_until date,
  -- Of a copy: below the tenant's prefix in the object store.
  path text,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint data_requests_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  constraint data_requests_until_check check (kind = 'export' or until is not null),
  constraint data_requests_ready_check check (state <> 'ready' or (path is not null and until is not null)),
  constraint data_requests_restricted_check check (state <> 'restricted' or kept_until is not null)
);
-- One open request of a kind.
create unique index data_requests_open_key on data_requests (tenant_id, customer_id, kind) where state in ('wanted', 'ready', 'restricted');
create index data_requests_customer on data_requests (tenant_id, customer_id, kind, id desc);
call protect('data_requests', '{"customer": {"read": "customer_id = {customer}", "insert": "customer_id = {customer}", "update": "customer_id = {customer} and kind = ''erasure'' and state in (''wanted'', ''withdrawn'')"}}', 'select, insert, update');
