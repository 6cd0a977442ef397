-- What customers say of products that they bought, once a policy. Everybody reads what staff published.
create table product_reviews (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  product_id uuid not null,
  policy_id uuid not null,
  customer_id uuid not null,
  rating smallint not null check (rating between 1 and 5),
  body text not null default '' check (length(body) <= 2000),
  -- As the portal shows it: first name and initial.
  author text not null check (length(author) between 1 and 60),
  state text not null default 'waiting' check (state in ('waiting', 'published', 'hidden')),
  -- Why it is hidden.
  reason text not null default '' check (length(reason) <= 500),
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, id),
  constraint product_reviews_policy_key unique (tenant_id, policy_id),
  constraint product_reviews_hidden_check check (state <> 'hidden' or reason <> ''),
  constraint product_reviews_product_fkey foreign key (tenant_id, product_id) references products (tenant_id, id),
  constraint product_reviews_policy_fkey foreign key (tenant_id, policy_id) references policies (tenant_id, id),
  constraint product_reviews_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index product_reviews_product on product_reviews (tenant_id, product_id, state, id desc);
create index product_reviews_customer on product_reviews (tenant_id, customer_id);
call protect('product_reviews', '{
  "customer": {"read": "state = ''published'' or customer_id = {customer}", "insert": "customer_id = {customer} and state = ''waiting''",
               "update": "customer_id = {customer}", "delete": "customer_id = {customer}"},
  "visitor": {"read": "state = ''published''"}}');

-- How often a product was bought, for the order of the shelf.
alter table products add column sold bigint not null default 0 check (sold >= 0);
-- Protection binds the owner too; it is lifted for this statement only.
alter table products no force row level security;
alter table policies no force row level security;
update products p set sold = bought.times
from (select tenant_id, product_id, count(*) as times from policies group by tenant_id, product_id) bought
where bought.tenant_id = p.tenant_id and bought.product_id = p.id;
alter table policies force row level security;
alter table products force row level security;
