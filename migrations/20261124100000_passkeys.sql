-- Passkeys: a key pair on a device or in a password manager, unlocked there by finger, face or PIN. What lies here is the public
-- half. Like everything that is used to sign in, it is read by the system audience alone.

create table passkeys (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  user_id uuid not null,
  -- As the device calls it.
  credential_id bytea not null,
  -- Public key, counter of uses, and what the device said of itself.
  credential jsonb not null,
  name text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  primary key (tenant_id, id),
  constraint passkeys_credential_id_key unique (tenant_id, credential_id),
  constraint passkeys_user_fkey foreign key (tenant_id, user_id) references users (tenant_id, id)
);
create index passkeys_user_idx on passkeys (tenant_id, user_id, id);
call protect('passkeys', '{"staff": {"read": "false", "insert": "false", "update": "false", "delete": "false"}}');

-- A question that a device is asked. It is answered once, and taken away with that.
create table passkey_ceremonies (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  -- Of whoever may answer; none where the answer says who it is.
  user_id uuid,
  purpose text not null,
  token_hash bytea not null,
  state jsonb not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id),
  constraint passkey_ceremonies_token_hash_key unique (tenant_id, token_hash),
  constraint passkey_ceremonies_user_fkey foreign key (tenant_id, user_id) references users (tenant_id, id),
  constraint passkey_ceremonies_purpose_check check (purpose in ('register', 'prove', 'enter'))
);
create index passkey_ceremonies_expires_at_idx on passkey_ceremonies (tenant_id, expires_at);
call protect('passkey_ceremonies', '{"staff": {"read": "false", "insert": "false", "update": "false", "delete": "false"}}');

-- Codes on paper stand beside an app or a passkey.
alter table recovery_codes drop constraint recovery_codes_factor_fkey;
alter table recovery_codes add constraint recovery_codes_user_fkey foreign key (tenant_id, user_id) references users (tenant_id, id);

create or replace function second_factor_missing(tenant uuid, member uuid) returns boolean
language sql stable set search_path = public as $$
  select exists (select from tenant_settings s
                 where s.tenant_id = tenant and s.key = 'identity.second_factor'
                   and ((s.value -> 'everybody') = 'true'::jsonb
                        or exists (select from user_roles u join roles r on r.tenant_id = u.tenant_id and r.id = u.role_id
                                   where u.tenant_id = tenant and u.user_id = member and s.value -> 'roles' ? r.key)))
     and not exists (select from second_factors f where f.tenant_id = tenant and f.user_id = member)
     and not exists (select from passkeys p where p.tenant_id = tenant and p.user_id = member)
$$;
