-- People and organisations, and the roles they play. A party is who somebody is; a customer is one role of a party. Contact
-- points, identifiers, addresses and consents belong to the party, so that a second role of the same person shares them.

create table parties (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  kind text not null check (kind in ('person', 'organisation')),
  -- What lists and documents show: first and last name, or the organisation's name.
  display_name text not null check (length(display_name) between 1 and 200),
  -- Lower case, single spaces, for comparing names.
  name_norm text collate "C" not null,
  first_name text,
  last_name text,
  date_of_birth date,
  gender text check (gender in ('female', 'male', 'other')),
  occupation text,
  organisation_name text,
  industry text,
  version integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, id),
  constraint parties_names_check check (case kind when 'person' then first_name is not null and last_name is not null
    else organisation_name is not null end)
);
create index parties_name on parties (tenant_id, name_norm);

-- The customer role. Created before its party's other tables, whose rules for the customer's own portal name it.
create table customers (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  party_id uuid not null,
  number text not null,
  customer_type text not null check (customer_type in ('individual', 'corporate')),
  lifecycle text not null check (lifecycle in ('lead', 'prospect', 'customer', 'churned')),
  source text not null check (source in ('portal', 'walk_in', 'referral', 'phone', 'agent', 'import')),
  assigned_agent uuid,
  kyc text not null default 'none' check (kyc in ('none', 'pending', 'verified', 'rejected')),
  preferred_contact text check (preferred_contact in ('email', 'sms', 'whatsapp', 'phone')),
  notes text not null default '',
  custom jsonb not null default '{}' check (jsonb_typeof(custom) = 'object'),
  version integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, id),
  constraint customers_party_fkey foreign key (tenant_id, party_id) references parties (tenant_id, id),
  constraint customers_party_key unique (tenant_id, party_id),
  constraint customers_number_key unique (tenant_id, number)
);
create index customers_lifecycle on customers (tenant_id, lifecycle, id desc);
create index customers_agent on customers (tenant_id, assigned_agent, id desc) where assigned_agent is not null;
-- The party behind the calling customer.
create function own_party() returns uuid language plpgsql stable parallel safe as $$
begin
  return (select c.party_id from customers c where c.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and c.id = nullif(current_setting('app.customer_id', true), '')::uuid);
end $$;
call protect('customers', '{"customer": {"read": "id = {customer}", "update": "id = {customer}"}}', 'select, insert, update');
call protect('parties', '{"customer": {"read": "id = own_party()", "update": "id = own_party()"}}', 'select, insert, update');

-- Ways to reach a party. `value_norm` is what look-ups compare: a lower-case address, or a number in E.164.
create table contact_points (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  party_id uuid not null,
  kind text not null check (kind in ('email', 'phone')),
  value text not null,
  value_norm text collate "C" not null,
  -- 1 is the one that messages go to.
  rank smallint not null check (rank between 1 and 9),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint contact_points_party_fkey foreign key (tenant_id, party_id) references parties (tenant_id, id),
  constraint contact_points_rank_key unique (tenant_id, party_id, kind, rank)
);
create index contact_points_value on contact_points (tenant_id, kind, value_norm);
call protect('contact_points', '{"customer": {"read": "party_id = own_party()", "insert": "party_id = own_party()", "update": "party_id = own_party()", "delete": "party_id = own_party()"}}');

-- Identity numbers: sealed, with a keyed hash to find them by and a mask to recognise them by.
create table party_identifiers (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  party_id uuid not null,
  kind text not null check (kind in ('ke_national_id', 'ke_kra_pin', 'ke_alien_id', 'na_id', 'passport', 'company_registration')),
  sealed bytea not null,
  lookup_hash bytea not null,
  masked text not null,
  verified_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint party_identifiers_party_fkey foreign key (tenant_id, party_id) references parties (tenant_id, id),
  constraint party_identifiers_kind_key unique (tenant_id, party_id, kind)
);
create index party_identifiers_lookup on party_identifiers (tenant_id, kind, lookup_hash);
call protect('party_identifiers', '{"customer": {"read": "party_id = own_party()"}}');

create table party_addresses (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  party_id uuid not null,
  kind text not null default 'postal' check (kind in ('postal', 'physical')),
  line text not null default '',
  city text not null default '',
  county text not null default '',
  postal_code text not null default '',
  country text not null check (country ~ '^[A-Z]{2}$'),
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint party_addresses_party_fkey foreign key (tenant_id, party_id) references parties (tenant_id, id),
  constraint party_addresses_kind_key unique (tenant_id, party_id, kind)
);
call protect('party_addresses', '{"customer": {"read": "party_id = own_party()", "insert": "party_id = own_party()", "update": "party_id = own_party()"}}');

-- What a party agreed to and took back, in order: the newest row of a purpose is in force, none is ever changed.
create table consents (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  party_id uuid not null,
  purpose text not null check (purpose in ('data_processing', 'marketing_email', 'marketing_sms', 'marketing_whatsapp', 'marketing_phone')),
  granted boolean not null,
  -- Where it was given or taken: a page, a call, an import.
  source text not null check (length(source) between 1 and 100),
  -- Which wording the party saw.
  wording text not null default '',
  at timestamptz not null,
  actor text not null,
  primary key (tenant_id, id),
  constraint consents_party_fkey foreign key (tenant_id, party_id) references parties (tenant_id, id)
);
create index consents_party on consents (tenant_id, party_id, purpose, id desc);
call protect('consents', '{"staff": {"update": "false", "delete": "false"}, "customer": {"read": "party_id = own_party()", "insert": "party_id = own_party()"}}', 'select, insert');

-- The words a party is found by, for searches by prefix: names, e-mail address, numbers.
create table party_terms (
  tenant_id uuid not null references tenants (id),
  party_id uuid not null,
  term text collate "C" not null check (length(term) between 1 and 254),
  primary key (tenant_id, party_id, term),
  constraint party_terms_party_fkey foreign key (tenant_id, party_id) references parties (tenant_id, id)
);
create index party_terms_term on party_terms (tenant_id, term, party_id);
call protect('party_terms', '{"customer": {"read": "party_id = own_party()", "insert": "party_id = own_party()", "delete": "party_id = own_party()"}}', 'select, insert, delete');
