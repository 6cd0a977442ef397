-- Opening a business: what was typed and proved before the tenant exists, and where a tenant's defaults came from.

-- Of the platform, not of a tenant. The code itself is never stored: only a keyed hash of it, and the password only as a hash.
create table sign_ups (
  id uuid primary key,
  kind text not null constraint sign_ups_kind_check check (kind in ('brokerage', 'lender')),
  country text not null constraint sign_ups_country_check check (country ~ '^[A-Z]{2}$'),
  pack text not null,
  company_name text not null constraint sign_ups_company_name_check check (length(company_name) between 1 and 200),
  slug text not null,
  owner_name text not null,
  email text not null constraint sign_ups_email_check check (length(email) <= 254),
  email_norm text not null,
  phone_e164 text not null,
  password_hash text not null,
  code_hash text not null,
  code_expires_at timestamptz not null,
  codes_sent integer not null default 1,
  attempts integer not null default 0,
  verified_at timestamptz,
  -- The tenant that came of it; set in the transaction that makes the tenant.
  opened_tenant uuid constraint sign_ups_opened_tenant_key unique references tenants (id),
  opened_at timestamptz,
  completed_at timestamptz,
  created_at timestamptz not null
);
create index sign_ups_email on sign_ups (email_norm, created_at);
create index sign_ups_unfinished on sign_ups (opened_at) where opened_tenant is not null and completed_at is null;
grant select, insert, update, delete on sign_ups to wakala_platform;

-- What a tenant's defaults were copied from: a later version of the pack shows what it changed, and what the tenant did.
create table pack_origins (
  tenant_id uuid not null references tenants (id),
  -- A file of the pack.
  key text not null,
  pack text not null,
  version integer not null,
  hash bytea not null,
  applied_at timestamptz not null default now(),
  primary key (tenant_id, key)
);
call protect('pack_origins', '{"staff": {"insert": "false", "update": "false", "delete": "false"}}', 'select, insert, update');
