-- Tasks are changed at the version that was read, asked for by hand, and sorted by the day they are due.
alter table fulfilment_tasks add column version integer not null default 1;
alter table fulfilment_tasks drop constraint fulfilment_tasks_kind_check;
alter table fulfilment_tasks add constraint fulfilment_tasks_kind_check
  check (kind in ('line_failed', 'payment_reversed', 'instalment_overdue', 'policy_approval', 'by_hand'));
-- What is due on no day comes last, whichever way the list is read.
create index fulfilment_tasks_due_rising on fulfilment_tasks (tenant_id, (coalesce(due_on, 'infinity'::date)), id);
create index fulfilment_tasks_due_falling on fulfilment_tasks (tenant_id, (coalesce(due_on, '-infinity'::date)), id);

-- Whether a member of staff who may log in holds a permission: by its name, or by a pattern of a role as `role_permissions` knows them.
create function staff_may(member uuid, code text) returns boolean language sql stable parallel safe set search_path = public as $$
  select exists (
    select from users u
    join user_roles r on r.tenant_id = u.tenant_id and r.user_id = u.id
    join role_permissions p on p.tenant_id = r.tenant_id and p.role_id = r.role_id
    where u.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid and u.id = member and u.kind = 'staff' and u.status = 'active'
      and (p.permission in ('*', code)
        or (right(p.permission, 2) = '.*' and starts_with(code, left(p.permission, -1)))
        or (left(p.permission, 2) = '*.' and right(code, length(p.permission) - 1) = substr(p.permission, 2))))
$$;
revoke execute on function staff_may from public;
grant execute on function staff_may to wakala_tenant;
