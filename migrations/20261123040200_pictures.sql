-- Pictures that the portal shows: of a product, of an insurer, of a category. The files lie in the object store under the hash of
-- what was uploaded, in several widths, and never change; the row says which one is shown and what it is of.
create table pictures (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  owner_kind text not null check (owner_kind in ('product', 'insurer', 'category')),
  owner_id uuid not null,
  -- What a reader who cannot see it is told.
  alt jsonb not null check (jsonb_typeof(alt) = 'object'),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  -- Ending of the files that every browser reads; each has a WebP beside it.
  format text not null check (format in ('jpg', 'png')),
  widths integer[] not null check (array_length(widths, 1) between 1 and 10),
  width integer not null check (width > 0),
  height integer not null check (height > 0),
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, id),
  constraint pictures_owner_key unique (tenant_id, owner_kind, owner_id)
);
call protect('pictures', '{"customer": {"read": "true"}, "visitor": {"read": "true"}}');
