-- People who sign in: users of a tenant, what they may do, their sessions, and the one-time codes they are sent.
-- Whatever could be used to sign in (password hashes, token hashes, sealed codes) is read by the system audience alone.

create table users (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  kind text not null constraint users_kind_check check (kind in ('staff', 'customer')),
  -- As typed, and as compared.
  email text not null constraint users_email_check check (length(email) <= 254),
  email_norm text not null,
  first_name text not null constraint users_first_name_check check (length(first_name) <= 100),
  last_name text not null default '' constraint users_last_name_check check (length(last_name) <= 100),
  phone_e164 text,
  -- The record of another module that this person is: a customer, say. Identity does not look behind it.
  subject_kind text,
  subject_id uuid,
  status text not null default 'active' constraint users_status_check check (status in ('active', 'suspended', 'inactive')),
  email_verified_at timestamptz,
  phone_verified_at timestamptz,
  last_login_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  constraint users_kind_email_norm_key unique (tenant_id, kind, email_norm),
  constraint users_subject_check check ((subject_kind is null) = (subject_id is null))
);
create index users_subject on users (tenant_id, subject_id) where subject_id is not null;
call protect('users', '{"customer": {"read": "id = {user}", "update": "id = {user}"}}', 'select, insert, update');

-- No row: the user signs in by code, or has not chosen a password yet.
create table passwords (
  tenant_id uuid not null references tenants (id),
  user_id uuid not null,
  hash text not null,
  set_at timestamptz not null,
  primary key (tenant_id, user_id),
  foreign key (tenant_id, user_id) references users (tenant_id, id)
);
call protect('passwords', '{"staff": {"read": "false", "insert": "false", "update": "false", "delete": "false"}}');

-- Hashes of earlier passwords, which must not come back.
create table password_history (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  user_id uuid not null,
  hash text not null,
  retired_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references users (tenant_id, id)
);
create index password_history_user on password_history (tenant_id, user_id, id);
call protect('password_history', '{"staff": {"read": "false", "insert": "false", "update": "false", "delete": "false"}}', 'select, insert, delete');

create table roles (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  key text not null constraint roles_key_check check (key ~ '^[a-z][a-z0-9-]{1,39}$'),
  name text not null,
  description text not null default '',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  constraint roles_key_key unique (tenant_id, key)
);
call protect('roles');

-- A permission as its module names it, `area.*` for all that begin so, `*.verb` for all that end so, or `*` for all.
create table role_permissions (
  tenant_id uuid not null references tenants (id),
  role_id uuid not null,
  permission text not null constraint role_permissions_permission_check check (permission ~ '^(\*|\*\.[a-z_]+|([a-z_]+\.)+(\*|[a-z_]+))$'),
  primary key (tenant_id, role_id, permission),
  foreign key (tenant_id, role_id) references roles (tenant_id, id)
);
call protect('role_permissions');

create table user_roles (
  tenant_id uuid not null references tenants (id),
  user_id uuid not null,
  role_id uuid not null,
  granted_by text not null,
  granted_at timestamptz not null default now(),
  primary key (tenant_id, user_id, role_id),
  foreign key (tenant_id, user_id) references users (tenant_id, id),
  foreign key (tenant_id, role_id) references roles (tenant_id, id)
);
call protect('user_roles');

-- A browser that is signed in, or a family of refresh tokens of an application. Everybody sees and ends only his own.
create table sessions (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  user_id uuid not null,
  channel text not null constraint sessions_channel_check check (channel in ('browser', 'api')),
  -- SHA-256 of the browser's cookie; none for an application.
  token_hash bytea,
  address text not null,
  user_agent text not null,
  idle_seconds integer not null constraint sessions_idle_seconds_check check (idle_seconds > 0),
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_because text,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint sessions_token_hash_key unique (tenant_id, token_hash),
  constraint sessions_token_hash_check check ((channel = 'browser') = (token_hash is not null)),
  foreign key (tenant_id, user_id) references users (tenant_id, id)
);
create index sessions_user on sessions (tenant_id, user_id, id);
create index sessions_expiry on sessions (tenant_id, expires_at);
call protect('sessions', '{"staff": {"read": "user_id = {user}", "insert": "false", "update": "user_id = {user}", "delete": "false"}, "customer": {"read": "user_id = {user}", "update": "user_id = {user}"}}');

-- Refresh tokens of one session, each used once. The sealed successor answers a repeat of the same rotation and is blanked soon.
create table refresh_tokens (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  session_id uuid not null,
  token_hash bytea not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  successor_sealed bytea,
  primary key (tenant_id, id),
  constraint refresh_tokens_token_hash_key unique (tenant_id, token_hash),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id) on delete cascade
);
create index refresh_tokens_session on refresh_tokens (tenant_id, session_id);
create index refresh_tokens_expiry on refresh_tokens (tenant_id, expires_at);
call protect('refresh_tokens', '{"staff": {"read": "false", "insert": "false", "update": "false", "delete": "false"}}');

-- What a person must prove: that an address or a number is theirs. The secret is sealed until it was sent, then only its hash stays.
create table challenges (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  user_id uuid not null,
  purpose text not null
    constraint challenges_purpose_check check (purpose in ('verify_phone', 'sign_in', 'reset_password', 'claim_account')),
  sent_to text not null,
  secret_hash bytea not null,
  secret_sealed bytea,
  attempts integer not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  sent_at timestamptz,
  used_at timestamptz,
  primary key (tenant_id, id),
  constraint challenges_secret_hash_key unique (tenant_id, secret_hash),
  foreign key (tenant_id, user_id) references users (tenant_id, id)
);
create index challenges_open on challenges (tenant_id, user_id, purpose, id) where used_at is null;
create index challenges_expiry on challenges (tenant_id, expires_at);
call protect('challenges', '{"staff": {"read": "false", "insert": "false", "update": "false", "delete": "false"}}');

-- Customers who registered and have not proved their address yet. The user is made when the code comes back, from the row that
-- the code belongs to: nobody can prepare an account for somebody else's address.
create table registrations (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  email text not null constraint registrations_email_check check (length(email) <= 254),
  first_name text not null,
  last_name text not null,
  phone_e164 text,
  password_hash text not null,
  secret_hash bytea not null,
  secret_sealed bytea,
  attempts integer not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  sent_at timestamptz,
  used_at timestamptz,
  primary key (tenant_id, id)
);
create index registrations_expiry on registrations (tenant_id, expires_at);
call protect('registrations', '{"staff": {"read": "false", "insert": "false", "update": "false", "delete": "false"}}');
