-- Documents: files that customers upload, PDFs that the platform issues, and the templates they are made from. The bytes lie in
-- the object store; a row says what they are, whose they are and whether they still count.

create table document_templates (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  -- As the file is called: `risk-note.typ`.
  name text not null check (name ~ '^[a-z0-9-]{1,44}\.typ$'),
  source text not null check (length(source) between 1 and 500000),
  -- Where the copy came from and what it was then, so that an upgrade can tell the tenant's changes from the pack's.
  origin text not null,
  origin_hash bytea not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint document_templates_name_key unique (tenant_id, name)
);
call protect('document_templates');

create table documents (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  origin text not null check (origin in ('issued', 'uploaded')),
  kind text not null check (kind ~ '^[a-z_]{1,40}$'),
  -- In whose portal it is shown; none: for staff only.
  customer_id uuid,
  -- What it is about: a policy, a payment, an order.
  subject_kind text check (subject_kind ~ '^[a-z_]{1,40}$'),
  subject_id uuid,
  -- Counts the issues of one kind for one subject; the highest that is finished is the one that counts.
  revision integer not null default 1 check (revision > 0),
  number text,
  title text not null check (length(title) between 1 and 200),
  file_name text not null check (length(file_name) between 1 and 200),
  -- Below the tenant's prefix in the object store.
  path text not null,
  mime text not null,
  -- None while it is being prepared.
  sha256 bytea,
  size_bytes bigint check (size_bytes > 0),
  -- preparing: number and code are taken, the file is being made. replaced: a later revision counts.
  state text not null check (state in ('preparing', 'current', 'replaced', 'cancelled')),
  cancelled_at timestamptz,
  cancel_reason text,
  -- Of an upload: whether staff compared it with the original, or with what the customer said.
  verified_at timestamptz,
  verified_by uuid,
  -- What anybody may check about an issued document, and by which code: sixteen symbols without separators.
  verification_code text collate "C",
  public_facts jsonb,
  issued_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint documents_code_key unique (tenant_id, verification_code),
  constraint documents_path_key unique (tenant_id, path),
  constraint documents_file_check check (state = 'preparing' or (sha256 is not null and size_bytes is not null)),
  constraint documents_subject_check check ((subject_kind is null) = (subject_id is null)),
  constraint documents_issued_check check (origin = 'uploaded'
    or (subject_id is not null and number is not null and verification_code is not null and public_facts is not null and issued_at is not null))
);
-- One issue is recorded once, however often it is asked for.
create unique index documents_issue_key on documents (tenant_id, subject_kind, subject_id, kind, revision) where origin = 'issued';
-- The same file sent twice for the same purpose is one document.
create unique index documents_upload_key on documents (tenant_id, customer_id, kind, subject_kind, subject_id, sha256) nulls not distinct
  where origin = 'uploaded';
create index documents_customer on documents (tenant_id, customer_id, id desc);
create index documents_subject on documents (tenant_id, subject_kind, subject_id, id);
call protect('documents', '{"customer": {"read": "customer_id = {customer} and state <> ''preparing''", "insert": "customer_id = {customer} and origin = ''uploaded'' and verified_at is null"}, "staff": {"delete": "false"}}', 'select, insert, update');
