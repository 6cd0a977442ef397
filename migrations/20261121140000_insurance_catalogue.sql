-- What a brokerage sells: insurers, categories, products with their dated versions, and the quotes made from them. Everybody may
-- read the catalogue; staff change it. Origin columns say which pack a row was copied from, so that an upgrade can compare.

create table insurers (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  code text not null check (code ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
  name text not null check (length(name) between 1 and 150),
  name_norm text collate "C" not null,
  state text not null default 'active' check (state in ('active', 'inactive')),
  -- Came with the pack and was not confirmed by the brokerage.
  sample boolean not null default false,
  email text not null default '',
  phone text not null default '',
  website text not null default '',
  licence_number text not null default '',
  origin_pack text,
  origin_key text,
  origin_hash text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, id),
  constraint insurers_code_key unique (tenant_id, code)
);
call protect('insurers', '{"customer": {"read": "true"}, "visitor": {"read": "true"}}', 'select, insert, update');

create table insurer_contacts (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  insurer_id uuid not null,
  name text not null check (length(name) between 1 and 150),
  title text not null default '',
  department text not null default '',
  email text not null default '',
  phone text not null default '',
  is_primary boolean not null default false,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint insurer_contacts_insurer_fkey foreign key (tenant_id, insurer_id) references insurers (tenant_id, id)
);
create index insurer_contacts_insurer on insurer_contacts (tenant_id, insurer_id);
call protect('insurer_contacts');

create table product_categories (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  code text not null check (code ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
  -- Class of business, by which the law limits commission.
  line text not null,
  title jsonb not null check (jsonb_typeof(title) = 'object'),
  description jsonb not null check (jsonb_typeof(description) = 'object'),
  icon text not null default '',
  display_order integer not null,
  origin_pack text,
  origin_key text,
  origin_hash text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint product_categories_code_key unique (tenant_id, code)
);
call protect('product_categories', '{"customer": {"read": "true"}, "visitor": {"read": "true"}}', 'select, insert, update');

create table products (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  code text not null check (code ~ '^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$'),
  insurer_id uuid not null,
  category_id uuid not null,
  name jsonb not null check (jsonb_typeof(name) = 'object'),
  name_norm text collate "C" not null,
  description jsonb not null check (jsonb_typeof(description) = 'object'),
  state text not null default 'active' check (state in ('active', 'withdrawn')),
  sample boolean not null default false,
  -- The lowest premium that the current version can give, before levies; null where it cannot be said.
  price_from_minor bigint check (price_from_minor >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- The version that new quotes use.
  current_version_id uuid not null,
  origin_pack text,
  origin_key text,
  origin_hash text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, id),
  constraint products_code_key unique (tenant_id, code),
  constraint products_insurer_fkey foreign key (tenant_id, insurer_id) references insurers (tenant_id, id),
  constraint products_category_fkey foreign key (tenant_id, category_id) references product_categories (tenant_id, id)
);
create index products_category on products (tenant_id, category_id, state);
create index products_insurer on products (tenant_id, insurer_id);
call protect('products', '{"customer": {"read": "true"}, "visitor": {"read": "true"}}', 'select, insert, update');

-- The terms of a product from a date on. Never changed: quotes and policies name the version they were priced by.
create table product_versions (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  product_id uuid not null,
  number integer not null check (number > 0),
  effective_from date not null,
  terms jsonb not null check (jsonb_typeof(terms) = 'object'),
  created_at timestamptz not null,
  created_by text not null,
  primary key (tenant_id, id),
  constraint product_versions_number_key unique (tenant_id, product_id, number),
  constraint product_versions_product_fkey foreign key (tenant_id, product_id) references products (tenant_id, id) deferrable initially deferred
);
alter table products add constraint products_current_version_fkey
  foreign key (tenant_id, current_version_id) references product_versions (tenant_id, id) deferrable initially deferred;
call protect('product_versions', '{"customer": {"read": "true"}, "visitor": {"read": "true"}}', 'select, insert');

-- One request for prices: the answers, who asked, and until when the prices hold. It belongs to a visitor until checkout, then
-- to the customer; from then on the visitor's cookie no longer opens it.
create table quotes (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  reference text not null,
  category_id uuid not null,
  visitor_id uuid,
  customer_id uuid,
  answers jsonb not null check (jsonb_typeof(answers) = 'object'),
  plate_norm text collate "C",
  -- The business day whose law and product versions priced it.
  priced_on date not null,
  -- The last day on which it can be bought.
  valid_until date not null,
  version integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint quotes_reference_key unique (tenant_id, reference),
  constraint quotes_category_fkey foreign key (tenant_id, category_id) references product_categories (tenant_id, id),
  constraint quotes_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index quotes_visitor on quotes (tenant_id, visitor_id, id desc) where visitor_id is not null;
create index quotes_customer on quotes (tenant_id, customer_id, id desc) where customer_id is not null;
create index quotes_plate on quotes (tenant_id, plate_norm) where plate_norm is not null;
call protect('quotes', '{
  "customer": {"read": "customer_id = {customer}", "insert": "customer_id = {customer}", "update": "customer_id = {customer}"},
  "visitor": {"read": "visitor_id = {visitor} and customer_id is null", "insert": "visitor_id = {visitor} and customer_id is null",
              "update": "visitor_id = {visitor} and customer_id is null"}}', 'select, insert, update');

-- What one product answers to a quote. An offer is read by whoever may read its quote.
create table quote_offers (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  quote_id uuid not null,
  product_id uuid not null,
  product_version_id uuid not null,
  -- 1 is the cheapest; declined ones come last.
  rank smallint not null check (rank > 0),
  outcome text not null check (outcome in ('priced', 'declined')),
  declines jsonb not null default '[]' check (jsonb_typeof(declines) = 'array'),
  add_ons text[] not null default '{}',
  lines jsonb not null default '[]' check (jsonb_typeof(lines) = 'array'),
  premium_minor bigint,
  levies_minor bigint,
  total_minor bigint,
  payable_minor bigint,
  sum_insured_minor bigint,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- Product version and law version that priced it.
  rule_version text not null,
  law_version text not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint quote_offers_product_key unique (tenant_id, quote_id, product_id),
  constraint quote_offers_quote_fkey foreign key (tenant_id, quote_id) references quotes (tenant_id, id),
  constraint quote_offers_product_fkey foreign key (tenant_id, product_id) references products (tenant_id, id),
  constraint quote_offers_version_fkey foreign key (tenant_id, product_version_id) references product_versions (tenant_id, id),
  constraint quote_offers_priced_check check ((outcome = 'priced') = (premium_minor is not null and levies_minor is not null and total_minor is not null
    and payable_minor is not null)),
  constraint quote_offers_payable_check check (payable_minor >= 0 and premium_minor >= 0 and levies_minor >= 0)
);
create index quote_offers_quote on quote_offers (tenant_id, quote_id, rank);
call protect('quote_offers', '{
  "customer": {"read": "exists (select 1 from quotes q where q.tenant_id = quote_offers.tenant_id and q.id = quote_offers.quote_id)",
               "insert": "exists (select 1 from quotes q where q.tenant_id = quote_offers.tenant_id and q.id = quote_offers.quote_id)",
               "update": "exists (select 1 from quotes q where q.tenant_id = quote_offers.tenant_id and q.id = quote_offers.quote_id)"},
  "visitor": {"read": "exists (select 1 from quotes q where q.tenant_id = quote_offers.tenant_id and q.id = quote_offers.quote_id)",
              "insert": "exists (select 1 from quotes q where q.tenant_id = quote_offers.tenant_id and q.id = quote_offers.quote_id)",
              "update": "exists (select 1 from quotes q where q.tenant_id = quote_offers.tenant_id and q.id = quote_offers.quote_id)"}}', 'select, insert, update');
