-- Prices change by date. A product starts as a draft that is not on sale yet; its versions say themselves from when they count.
alter table products drop constraint products_state_check, add constraint products_state_check check (state in ('draft', 'active', 'withdrawn'));

-- The lowest premium that the version can give, before levies; null where it cannot be said.
alter table product_versions add column price_from_minor bigint check (price_from_minor >= 0);
alter table product_versions add column reason text not null default '' check (length(reason) <= 500);
-- Protection binds the owner too; it is lifted for this statement only.
alter table product_versions no force row level security;
alter table products no force row level security;
update product_versions v set price_from_minor = p.price_from_minor from products p where p.tenant_id = v.tenant_id and p.current_version_id = v.id;
alter table products force row level security;
alter table product_versions force row level security;
alter table products drop column current_version_id, drop column price_from_minor;
create index product_versions_in_force on product_versions (tenant_id, product_id, effective_from desc, number desc);

-- The version of a product that counts on a day: the latest date up to it, and of one date the one that came last.
create function version_in_force(tenant uuid, product uuid, day date) returns uuid language sql stable parallel safe as $$
  select v.id from product_versions v where v.tenant_id = tenant and v.product_id = product and v.effective_from <= day
  order by v.effective_from desc, v.number desc limit 1
$$;

-- Terms that staff work on, at most one a product; it has the product's id.
create table product_drafts (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  terms jsonb not null check (jsonb_typeof(terms) = 'object'),
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, id),
  constraint product_drafts_product_fkey foreign key (tenant_id, id) references products (tenant_id, id)
);
call protect('product_drafts');

-- Past quotes of one product, newest first.
create index quote_offers_product on quote_offers (tenant_id, product_id, id desc);

-- What a brokerage agrees with an insurer.
alter table insurers add column kind text not null default 'underwriter' check (kind in ('underwriter', 'reinsurer', 'broker'));
alter table insurers add column address text not null default '' check (length(address) <= 300);
alter table insurers add column registration_number text not null default '' check (length(registration_number) <= 60);
alter table insurers add column contract_start date;
alter table insurers add column contract_end date;
alter table insurers add constraint insurers_contract_check check (contract_end >= contract_start);
-- In hundredths of a percent, so that 12.5 % is 1250.
alter table insurers add column default_commission_basis_points integer check (default_commission_basis_points between 0 and 10000);
