-- Contracts with an insurer and other papers about it. Each may end on a day of its own, of which staff are reminded.
create table insurer_papers (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  insurer_id uuid not null,
  title text not null check (length(title) between 1 and 150),
  file_name text not null check (length(file_name) between 1 and 150),
  path text not null,
  mime text not null,
  content_hash bytea not null check (length(content_hash) = 32),
  size_bytes bigint not null check (size_bytes > 0),
  valid_from date,
  valid_until date,
  created_at timestamptz not null,
  created_by text not null,
  -- Taken off the record. The file is kept with it: what was agreed may be asked for later.
  removed_at timestamptz,
  primary key (tenant_id, id),
  constraint insurer_papers_days_check check (valid_until >= valid_from),
  constraint insurer_papers_insurer_fkey foreign key (tenant_id, insurer_id) references insurers (tenant_id, id)
);
create unique index insurer_papers_content_key on insurer_papers (tenant_id, insurer_id, content_hash) where removed_at is null;
create index insurer_papers_until on insurer_papers (tenant_id, valid_until) where removed_at is null and valid_until is not null;
create index insurers_contract_end on insurers (tenant_id, contract_end) where contract_end is not null;
call protect('insurer_papers', '{"staff": {"delete": "false"}}', 'select, insert, update');
