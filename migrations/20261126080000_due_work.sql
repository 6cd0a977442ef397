-- Schedules give a job to the tenants that have something due. They find them in rows that say so, or leave out those whose job rests.

-- A job that knows when it next has something to do for a tenant rests until then.
create table job_rests (
  tenant_id uuid not null references tenants (id),
  job text not null,
  until timestamptz not null,
  primary key (tenant_id, job)
);
call protect('job_rests');
call open_to_platform('job_rests', 'select');

-- One unknown time zone would fail what is asked for all tenants at once.
alter table tenants add constraint tenants_time_zone_check check (timestamptz '2000-01-01 00:00:00Z' at time zone time_zone is not null);

-- Tenants that work, with the day that it is for them at a moment. Not inlined, so that the day reaches the indexes of other tables.
create function working_tenants(moment timestamptz) returns table (id uuid, today date)
language sql stable set search_path = public as $$
  select t.id, (moment at time zone t.time_zone)::date from tenants t where t.state <> 'closed'
$$;
revoke execute on function working_tenants from public;
grant execute on function working_tenants to wakala_platform;

-- Which tenants sell at all, or have agreed on the end of a policy: their ids, and nothing of the rows.
grant select (tenant_id) on policies, cancellations to wakala_platform;
create policy platform on policies for select to wakala_platform using (true);
create policy platform on cancellations for select to wakala_platform using (true);

call show_work_to_platform('orders', 'state, valid_until', 'state = ''open''');
call show_work_to_platform('receivables', 'state, instalment, due_on', 'state = ''open'' and instalment > 1');
call show_work_to_platform('notices', 'user_id, held', 'held');
call show_work_to_platform('notice_mails', 'user_id, day', 'day is not null');
call show_work_to_platform('plugin_installations', 'mode', 'mode = ''live''');
call show_work_to_platform('webhook_deliveries', 'state, received_at', 'state = ''received''');
call show_work_to_platform('data_requests', 'kind, state, until, kept_until', 'state in (''wanted'', ''ready'', ''restricted'')');
call show_work_to_platform('errands', 'format, parts, file_bytes, finished_at, expires_at', 'finished_at is not null');

-- Besides files that wait for the virus scanner, those that were removed.
grant select (removed_at) on documents to wakala_platform;
alter policy platform on documents using (state in ('held', 'removed'));
