-- What a member of staff made of a list: searches under a name, and which columns stand where.

-- `list` is the path of the page, `query` what its address asks for.
create table list_views (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  list text not null check (length(list) between 1 and 200),
  owner_id uuid not null,
  name text not null check (length(name) between 1 and 60),
  query text not null check (length(query) <= 2000),
  shared boolean not null default false,
  version integer not null default 1,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint list_views_owner_fkey foreign key (tenant_id, owner_id) references users (tenant_id, id)
);
create index list_views_list on list_views (tenant_id, list, owner_id);
call protect('list_views', '{"staff": {"read": "shared or owner_id = {user}", "insert": "owner_id = {user}", "update": "owner_id = {user}", "delete": "owner_id = {user}"}}');

-- `columns` names them in order; one that is not shown has a `-` before it.
create table list_layouts (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  user_id uuid not null,
  list text not null check (length(list) between 1 and 200),
  columns text[] not null default '{}' check (cardinality(columns) <= 40),
  default_view uuid,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint list_layouts_user_list_key unique (tenant_id, user_id, list),
  constraint list_layouts_user_fkey foreign key (tenant_id, user_id) references users (tenant_id, id),
  constraint list_layouts_view_fkey foreign key (tenant_id, default_view) references list_views (tenant_id, id)
);
call protect('list_layouts', '{"staff": {"read": "user_id = {user}", "insert": "user_id = {user}", "update": "user_id = {user}", "delete": "user_id = {user}"}}');
