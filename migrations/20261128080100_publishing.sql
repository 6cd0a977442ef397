-- Publishing: who may publish, with which keys, what was handed in, and what proves at every load that a version is what was reviewed.
-- All of it is the platform's; of a publisher tenants see what the catalogue shows.
alter table publishers
  -- The tenant whose staff publish under the handle; none is the platform itself.
  add column of_tenant uuid references tenants (id) constraint publishers_of_tenant_key unique,
  -- Where tenants find help: an address of mail or of a page.
  add column support text check (length(support) between 3 and 300);
revoke select on publishers from wakala_tenant;
grant select (id, handle, name, support, created_at) on publishers to wakala_tenant;

-- With these a publisher's packages are signed. A revoked key signs nothing new; what it signed before was reviewed and stays.
create table publisher_keys (
  id uuid primary key,
  publisher_id uuid not null references publishers (id),
  public_key text not null check (public_key ~ '^ed25519:[A-Za-z0-9+/]{43}=$'),
  name text not null check (length(name) between 1 and 100),
  added_by text not null,
  added_at timestamptz not null,
  revoked_by text,
  revoked_at timestamptz,
  constraint publisher_keys_public_key_key unique (public_key),
  constraint publisher_keys_revoked_check check ((revoked_at is null) = (revoked_by is null))
);
create index publisher_keys_publisher on publisher_keys (publisher_id, added_at);
grant select, insert on publisher_keys to wakala_platform;
grant update (revoked_by, revoked_at) on publisher_keys to wakala_platform;

-- A package that was handed in. Its content lies in the object store under its digest; another one may take its place until it is listed,
-- and then everything that was said of the former one is forgotten.
create table plugin_submissions (
  id uuid primary key,
  publisher_id uuid not null references publishers (id),
  plugin text not null check (length(plugin) <= 100),
  version text not null check (length(version) <= 100),
  kind text not null,
  package_sha256 text not null check (package_sha256 ~ '^[0-9a-f]{64}$'),
  package_bytes bigint not null check (package_bytes > 0),
  manifest text not null,
  publisher_key text not null,
  state text not null default 'draft' check (state in ('draft', 'submitted', 'rejected', 'approved', 'listed')),
  handed_in_by text not null,
  submitted_by text,
  submitted_at timestamptz,
  -- What the machine found in exactly this package.
  report jsonb,
  report_passed boolean,
  reviewed_by text,
  reviewed_at timestamptz,
  review_note text check (length(review_note) <= 2000),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint plugin_submissions_version_key unique (publisher_id, plugin, version),
  -- Nobody reviews what is his own.
  constraint plugin_submissions_reviewer_check check (reviewed_by is null or (reviewed_by <> handed_in_by and reviewed_by <> submitted_by)),
  constraint plugin_submissions_reviewed_check check (state not in ('approved', 'listed') or (reviewed_by is not null and report_passed is true))
);
create index plugin_submissions_waiting on plugin_submissions (submitted_at) where state = 'submitted';
grant select, insert, update on plugin_submissions to wakala_platform;

-- The publisher's signature over the list of a package's files, and the platform's over both. A version without them does not run. Versions
-- of before get theirs when their package is published again; `signature` was what there was until then.
alter table plugin_versions
  add column package_sha256 text check (package_sha256 ~ '^[0-9a-f]{64}$'),
  add column package_index text,
  add column publisher_key text,
  add column publisher_signature text,
  add column counter_signature text,
  -- What the author wrote for people.
  add column readme text,
  add column changelog text,
  alter column signature set default repeat('0', 64);
grant update (package_sha256, package_index, publisher_key, publisher_signature, counter_signature, readme, changelog) on plugin_versions to wakala_platform;
