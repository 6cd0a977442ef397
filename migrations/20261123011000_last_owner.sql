-- Somebody can always manage the staff: the last active owner stays active and owner, however many administrators act at once.
-- Whoever takes an owner away waits here for others who do, and then counts anew.
create function keep_an_owner() returns trigger language plpgsql set search_path = public as $$
declare
  concerned boolean;
begin
  if tg_table_name = 'users' then
    select exists (select from user_roles h join roles r on r.tenant_id = h.tenant_id and r.id = h.role_id
                   where h.tenant_id = old.tenant_id and h.user_id = old.id and r.key = 'owner') into concerned;
  else
    select exists (select from roles r where r.tenant_id = old.tenant_id and r.id = old.role_id and r.key = 'owner') into concerned;
  end if;
  -- Who maintains the database erases whole tenants.
  if not concerned or current_user = 'wakala_maintenance' then return null; end if;
  perform pg_advisory_xact_lock(hashtextextended('owner' || old.tenant_id::text, 0));
  if not exists (select from users u
                 join user_roles h on h.tenant_id = u.tenant_id and h.user_id = u.id
                 join roles r on r.tenant_id = h.tenant_id and r.id = h.role_id
                 where u.tenant_id = old.tenant_id and u.status = 'active' and r.key = 'owner') then
    raise exception 'the last active owner cannot go' using errcode = '23514', constraint = 'users_last_owner_check';
  end if;
  return null;
end $$;
create trigger users_last_owner after update of status on users
  for each row when (old.kind = 'staff' and old.status = 'active' and new.status <> 'active') execute function keep_an_owner();
create trigger user_roles_last_owner after delete on user_roles for each row execute function keep_an_owner();

-- The role through whose eyes this session looks at the back office; it changes nothing meanwhile.
alter table sessions add column preview_role uuid;
alter table sessions add constraint sessions_preview_role_fkey foreign key (tenant_id, preview_role) references roles (tenant_id, id)
  on delete set null (preview_role);
