-- The brokerage's own accounts at banks, how each bank writes its statements, and which entry of the journal a line of a statement
-- brought to its end.

create table bank_accounts (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  -- Names its clearing account in the journal and its lines in statements; never changes.
  code text not null check (code ~ '^bank-[a-z0-9-]{1,50}$'),
  name text not null check (length(name) between 1 and 100),
  bank text not null check (length(bank) between 1 and 100),
  number text not null check (length(number) between 1 and 40),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  state text not null default 'active' check (state in ('active', 'closed')),
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint bank_accounts_code_key unique (tenant_id, code),
  constraint bank_accounts_number_key unique (tenant_id, number, currency)
);
call protect('bank_accounts', '{"staff": {"delete": "false"}}', 'select, insert, update');

-- Which column of a CSV statement holds what, per book: the code of a bank account or a payment method.
create table statement_mappings (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  book text not null check (length(book) between 1 and 60),
  mapping jsonb not null check (jsonb_typeof(mapping) = 'object'),
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint statement_mappings_book_key unique (tenant_id, book)
);
call protect('statement_mappings', '{"staff": {"delete": "false"}}', 'select, insert, update');

-- Money that was on its way between two accounts arrives once.
alter table statement_lines add column clears_entry_id uuid;
alter table statement_lines add constraint statement_lines_clears_fkey foreign key (tenant_id, clears_entry_id) references journal_entries (tenant_id, id);
create unique index statement_lines_clears_key on statement_lines (tenant_id, clears_entry_id) where clears_entry_id is not null;
create index journal_lines_amount on journal_lines (tenant_id, account_id, amount_minor);
