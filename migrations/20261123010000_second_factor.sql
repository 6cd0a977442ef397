-- A second factor beside the password: codes of an app, and codes on paper for when the phone is gone. Like everything that could
-- be used to sign in, they are read by the system audience alone.

create table second_factors (
  tenant_id uuid not null references tenants (id),
  user_id uuid not null,
  secret_sealed bytea not null,
  -- The newest step of time whose code was used. Neither it nor an older one is accepted again.
  last_step bigint not null,
  enrolled_at timestamptz not null,
  primary key (tenant_id, user_id),
  constraint second_factors_user_fkey foreign key (tenant_id, user_id) references users (tenant_id, id)
);
call protect('second_factors', '{"staff": {"read": "false", "insert": "false", "update": "false", "delete": "false"}}');

-- Keyed hashes; each code opens the door once.
create table recovery_codes (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  user_id uuid not null,
  code_hash bytea not null,
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (tenant_id, id),
  constraint recovery_codes_code_key unique (tenant_id, user_id, code_hash),
  constraint recovery_codes_factor_fkey foreign key (tenant_id, user_id) references second_factors (tenant_id, user_id) on delete cascade
);
call protect('recovery_codes', '{"staff": {"read": "false", "insert": "false", "update": "false", "delete": "false"}}');

-- Somebody whose password was right and whose second factor is awaited holds the token of such a challenge.
alter table challenges drop constraint challenges_purpose_check;
alter table challenges add constraint challenges_purpose_check
  check (purpose in ('verify_phone', 'sign_in', 'reset_password', 'claim_account', 'second_factor'));

-- When the person behind a session last proved to be there: at the log-in, or before something grave. None: not since this exists.
alter table sessions add column confirmed_at timestamptz;

-- Whether the tenant demands a second factor of this member of staff, who has none. Asked with every request of staff.
create function second_factor_missing(tenant uuid, member uuid) returns boolean
language sql stable set search_path = public as $$
  select exists (select from tenant_settings s
                 where s.tenant_id = tenant and s.key = 'identity.second_factor'
                   and ((s.value -> 'everybody') = 'true'::jsonb
                        or exists (select from user_roles u join roles r on r.tenant_id = u.tenant_id and r.id = u.role_id
                                   where u.tenant_id = tenant and u.user_id = member and s.value -> 'roles' ? r.key)))
     and not exists (select from second_factors f where f.tenant_id = tenant and f.user_id = member)
$$;
revoke execute on function second_factor_missing from public;
grant execute on function second_factor_missing to wakala_tenant;
