-- What a brokerage says on its portal beside its products: what customers say of it, questions with their answers, and pages.

create table site_entries (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  kind text not null check (kind in ('testimonial', 'question')),
  -- A question about one product stands on its page; the others stand on the start page.
  product_id uuid,
  -- Who speaks, or what is asked.
  heading jsonb not null check (jsonb_typeof(heading) = 'object'),
  -- What is said, or answered.
  body jsonb not null check (jsonb_typeof(body) = 'object'),
  position integer not null check (position > 0),
  state text not null default 'draft' check (state in ('draft', 'published')),
  -- Deleted; undoing it brings the entry back as it was.
  archived_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, id),
  constraint site_entries_product_check check (product_id is null or kind = 'question'),
  constraint site_entries_product_fkey foreign key (tenant_id, product_id) references products (tenant_id, id)
);
create index site_entries_kind on site_entries (tenant_id, kind, position);
create index site_entries_product on site_entries (tenant_id, product_id) where product_id is not null;
call protect('site_entries', '{
  "customer": {"read": "state = ''published'' and archived_at is null"},
  "visitor": {"read": "state = ''published'' and archived_at is null"}}', 'select, insert, update');

-- A page in one wording. A published wording never changes: people agreed to it. At most one of a page is being written.
create table site_pages (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  code text not null check (code in ('about', 'complaints', 'terms', 'privacy', 'cookies')),
  number integer not null check (number > 0),
  title jsonb not null check (jsonb_typeof(title) = 'object'),
  body jsonb not null check (jsonb_typeof(body) = 'object'),
  published_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, id),
  constraint site_pages_number_key unique (tenant_id, code, number)
);
create unique index site_pages_draft_key on site_pages (tenant_id, code) where published_at is null;
call protect('site_pages', '{"customer": {"read": "published_at is not null"}, "visitor": {"read": "published_at is not null"}}');
