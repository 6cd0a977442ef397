-- Selling: carts, checkouts, orders and their lines, and what they become: policies with terms, versions and premium lines.

-- An offer that somebody means to buy. It belongs to a visitor until checkout, then to the customer. One risk, that is one quote,
-- is bought once.
create table cart_items (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  visitor_id uuid,
  customer_id uuid,
  quote_id uuid not null,
  offer_id uuid not null,
  -- None: the day chosen at checkout.
  starts_on date,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint cart_items_owner_check check (visitor_id is not null or customer_id is not null),
  constraint cart_items_quote_key unique (tenant_id, quote_id),
  constraint cart_items_quote_fkey foreign key (tenant_id, quote_id) references quotes (tenant_id, id),
  constraint cart_items_offer_fkey foreign key (tenant_id, offer_id) references quote_offers (tenant_id, id),
  constraint cart_items_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index cart_items_visitor on cart_items (tenant_id, visitor_id) where visitor_id is not null;
create index cart_items_customer on cart_items (tenant_id, customer_id) where customer_id is not null;
call protect('cart_items', '{
  "customer": {"read": "customer_id = {customer}", "insert": "customer_id = {customer}", "update": "customer_id = {customer}", "delete": "customer_id = {customer}"},
  "visitor": {"read": "visitor_id = {visitor} and customer_id is null", "insert": "visitor_id = {visitor} and customer_id is null",
              "update": "visitor_id = {visitor} and customer_id is null", "delete": "visitor_id = {visitor} and customer_id is null"}}');

create table orders (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  number text not null,
  customer_id uuid not null,
  state text not null default 'open' check (state in ('open', 'paid', 'fulfilled', 'partly_fulfilled', 'cancelled', 'expired')),
  -- Who collects the premium, as it was chosen when the order was placed.
  collection_mode text not null check (collection_mode in ('insurer_collects', 'collect_and_remit', 'credit')),
  -- Where the insurer collects: what the customer quotes when paying, and what staff looked at to confirm it.
  reference text check (reference ~ '^[0-9A-HJKMNP-TV-Z]{12}$'),
  receipt_confirmed_at timestamptz,
  receipt_confirmed_by uuid,
  receipt_note text,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  payable_minor bigint not null check (payable_minor > 0),
  -- The last day on which it can be paid: the earliest end of its quotes.
  valid_until date not null,
  paid_at timestamptz,
  closed_reason text,
  version integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint orders_number_key unique (tenant_id, number),
  constraint orders_reference_key unique (tenant_id, reference),
  constraint orders_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index orders_customer on orders (tenant_id, customer_id, id desc);
create index orders_open on orders (tenant_id, valid_until) where state = 'open';
call protect('orders', '{"customer": {"read": "customer_id = {customer}", "insert": "customer_id = {customer} and state = ''open'' and receipt_confirmed_at is null"}}', 'select, insert, update');

-- A line freezes an offer: what it says is what is issued, whatever becomes of quote and product.
create table order_lines (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  order_id uuid not null,
  customer_id uuid not null,
  line_no smallint not null check (line_no > 0),
  quote_id uuid not null,
  offer_id uuid not null,
  product_id uuid not null,
  product_version_id uuid not null,
  insurer_id uuid not null,
  product_name jsonb not null,
  insurer_name text not null,
  category_code text not null,
  category_title jsonb not null,
  -- Class of business.
  business_line text not null,
  answers jsonb not null check (jsonb_typeof(answers) = 'object'),
  plate_norm text collate "C",
  add_ons text[] not null default '{}',
  premium_lines jsonb not null check (jsonb_typeof(premium_lines) = 'array'),
  premium_minor bigint not null check (premium_minor >= 0),
  levies_minor bigint not null check (levies_minor >= 0),
  total_minor bigint not null,
  payable_minor bigint not null check (payable_minor > 0),
  commission_minor bigint not null check (commission_minor >= 0),
  sum_insured_minor bigint,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  rule_version text not null,
  law_version text not null,
  starts_on date not null,
  term_months integer not null check (term_months > 0),
  state text not null default 'open' check (state in ('open', 'fulfilled', 'failed', 'closed')),
  policy_id uuid,
  failure text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint order_lines_number_key unique (tenant_id, order_id, line_no),
  constraint order_lines_order_fkey foreign key (tenant_id, order_id) references orders (tenant_id, id),
  constraint order_lines_offer_fkey foreign key (tenant_id, offer_id) references quote_offers (tenant_id, id),
  constraint order_lines_product_fkey foreign key (tenant_id, product_id) references products (tenant_id, id),
  constraint order_lines_version_fkey foreign key (tenant_id, product_version_id) references product_versions (tenant_id, id),
  constraint order_lines_insurer_fkey foreign key (tenant_id, insurer_id) references insurers (tenant_id, id),
  constraint order_lines_policy_check check ((state = 'fulfilled') = (policy_id is not null))
);
-- A risk is bought once: while an order for it is open or done, there is no second one.
create unique index order_lines_quote_key on order_lines (tenant_id, quote_id) where state in ('open', 'fulfilled', 'failed');
call protect('order_lines', '{"customer": {"read": "customer_id = {customer}", "insert": "customer_id = {customer} and state = ''open''"}}', 'select, insert, update');

-- How far a purchase has come, so that it can be taken up again on another day or device.
create table checkouts (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  visitor_id uuid,
  customer_id uuid,
  step text not null check (step in ('details', 'documents', 'payment', 'confirmation')),
  starts_on date,
  order_id uuid,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint checkouts_owner_check check (visitor_id is not null or customer_id is not null),
  constraint checkouts_order_check check ((step = 'confirmation') = (order_id is not null)),
  constraint checkouts_order_fkey foreign key (tenant_id, order_id) references orders (tenant_id, id),
  constraint checkouts_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create unique index checkouts_visitor_key on checkouts (tenant_id, visitor_id) where customer_id is null and order_id is null;
create unique index checkouts_customer_key on checkouts (tenant_id, customer_id) where order_id is null and customer_id is not null;
call protect('checkouts', '{
  "customer": {"read": "customer_id = {customer}", "insert": "customer_id = {customer}", "update": "customer_id = {customer}"},
  "visitor": {"read": "visitor_id = {visitor} and customer_id is null", "insert": "visitor_id = {visitor} and customer_id is null",
              "update": "visitor_id = {visitor} and customer_id is null"}}');

create table policies (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  number text not null,
  customer_id uuid not null,
  insurer_id uuid not null,
  product_id uuid not null,
  category_code text not null,
  business_line text not null,
  plate_norm text collate "C",
  -- pending: issued, its period has not begun.
  state text not null check (state in ('pending', 'active', 'expired', 'cancelled')),
  insurer_policy_number text,
  order_id uuid not null,
  order_line_id uuid not null,
  -- The term that holds, or is the next to.
  current_term_id uuid not null,
  cancelled_at timestamptz,
  cancel_reason text,
  version integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint policies_number_key unique (tenant_id, number),
  constraint policies_order_line_key unique (tenant_id, order_line_id),
  constraint policies_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  constraint policies_insurer_fkey foreign key (tenant_id, insurer_id) references insurers (tenant_id, id),
  constraint policies_product_fkey foreign key (tenant_id, product_id) references products (tenant_id, id),
  constraint policies_order_fkey foreign key (tenant_id, order_id) references orders (tenant_id, id),
  constraint policies_order_line_fkey foreign key (tenant_id, order_line_id) references order_lines (tenant_id, id),
  constraint policies_cancelled_check check ((state = 'cancelled') = (cancelled_at is not null))
);
create index policies_customer on policies (tenant_id, customer_id, id desc);
create index policies_plate on policies (tenant_id, plate_norm) where plate_norm is not null;
-- Whether the caller sees the policy, by the policy's own rules.
create function sees_policy(tenant uuid, policy uuid) returns boolean language plpgsql stable parallel safe as $$
begin
  return exists (select from policies p where p.tenant_id = tenant and p.id = policy);
end $$;
call protect('policies', '{"staff": {"delete": "false"}, "customer": {"read": "customer_id = {customer}"}}', 'select, insert, update');
alter table order_lines add constraint order_lines_policy_fkey foreign key (tenant_id, policy_id) references policies (tenant_id, id) deferrable initially deferred;

-- A period of cover: both days included, from an hour of the first to the end of the last.
create table policy_terms (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  policy_id uuid not null,
  sequence smallint not null check (sequence > 0),
  starts_on date not null,
  starts_at time not null,
  ends_on date not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint policy_terms_sequence_key unique (tenant_id, policy_id, sequence),
  constraint policy_terms_policy_fkey foreign key (tenant_id, policy_id) references policies (tenant_id, id),
  constraint policy_terms_period_check check (ends_on >= starts_on)
);
create index policy_terms_ends on policy_terms (tenant_id, ends_on);
call protect('policy_terms', '{"customer": {"read": "sees_policy(tenant_id, policy_id)"}}', 'select, insert, update');
alter table policies add constraint policies_current_term_fkey foreign key (tenant_id, current_term_id) references policy_terms (tenant_id, id) deferrable initially deferred;

-- What is covered from a day on, and what it costs. A change of cover is a new version.
create table policy_versions (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  policy_id uuid not null,
  term_id uuid not null,
  sequence smallint not null check (sequence > 0),
  effective_from date not null,
  product_version_id uuid not null,
  rule_version text not null,
  law_version text not null,
  answers jsonb not null check (jsonb_typeof(answers) = 'object'),
  add_ons text[] not null default '{}',
  sum_insured_minor bigint,
  premium_minor bigint not null,
  levies_minor bigint not null,
  total_minor bigint not null,
  payable_minor bigint not null,
  commission_minor bigint not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- The insurer's own certificate, entered by staff.
  insurer_certificate text,
  certified_on date,
  certified_at timestamptz,
  -- Counts the issues of this version's document.
  document_revision integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint policy_versions_sequence_key unique (tenant_id, policy_id, sequence),
  constraint policy_versions_policy_fkey foreign key (tenant_id, policy_id) references policies (tenant_id, id),
  constraint policy_versions_term_fkey foreign key (tenant_id, term_id) references policy_terms (tenant_id, id),
  constraint policy_versions_product_fkey foreign key (tenant_id, product_version_id) references product_versions (tenant_id, id)
);
call protect('policy_versions', '{"customer": {"read": "sees_policy(tenant_id, policy_id)"}}', 'select, insert, update');

-- Whether the caller sees the version, by the version's own rules.
create function sees_policy_version(tenant uuid, version uuid) returns boolean language plpgsql stable parallel safe as $$
begin
  return exists (select from policy_versions v where v.tenant_id = tenant and v.id = version);
end $$;

create table premium_lines (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  version_id uuid not null,
  line_no smallint not null,
  kind text not null check (kind in ('premium', 'add_on', 'loading', 'discount', 'levy', 'duty', 'rounding')),
  code text not null,
  label jsonb not null,
  base_minor bigint,
  rate numeric,
  amount_minor bigint not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  primary key (tenant_id, id),
  constraint premium_lines_line_key unique (tenant_id, version_id, line_no),
  constraint premium_lines_version_fkey foreign key (tenant_id, version_id) references policy_versions (tenant_id, id)
);
call protect('premium_lines', '{"staff": {"update": "false", "delete": "false"}, "customer": {"read": "sees_policy_version(tenant_id, version_id)"}}', 'select, insert');

-- What staff have to put right: a paid line that could not be issued, money that was taken back after a policy was issued.
create table fulfilment_tasks (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  kind text not null check (kind in ('line_failed', 'payment_reversed')),
  order_id uuid not null,
  -- The line, or the payment.
  cause_id uuid not null,
  reason text not null,
  state text not null default 'open' check (state in ('open', 'done')),
  done_at timestamptz,
  done_by uuid,
  done_note text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint fulfilment_tasks_cause_key unique (tenant_id, kind, cause_id),
  constraint fulfilment_tasks_order_fkey foreign key (tenant_id, order_id) references orders (tenant_id, id)
);
create index fulfilment_tasks_open on fulfilment_tasks (tenant_id, id) where state = 'open';
call protect('fulfilment_tasks', '{"staff": {"delete": "false"}}', 'select, insert, update');

-- The one mail of an order. Its id is the message's id, so that a repeat is recognised.
create table order_mails (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  order_id uuid not null,
  state text not null default 'wanted' check (state in ('wanted', 'sending', 'sent', 'unknown', 'no_address')),
  -- Since when a worker sends it. After a while it is taken to have died, and the message is sent again under the same id.
  claimed_at timestamptz,
  provider_ref text,
  sent_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint order_mails_order_key unique (tenant_id, order_id),
  constraint order_mails_order_fkey foreign key (tenant_id, order_id) references orders (tenant_id, id)
);
call protect('order_mails', '{"staff": {"insert": "false", "update": "false", "delete": "false"}}', 'select, insert, update');
