-- Roles and extensions, run once by an administrator of the cluster (`wakala migrate --bootstrap <admin url>`), safe to repeat.
-- wakala_owner owns the schema and migrates; it never serves. The others own nothing and bypass nothing.
do $$
begin
  if not exists (select from pg_roles where rolname = 'wakala_owner') then create role wakala_owner login noinherit; end if;
  if not exists (select from pg_roles where rolname = 'wakala_tenant') then create role wakala_tenant login noinherit; end if;
  if not exists (select from pg_roles where rolname = 'wakala_platform') then create role wakala_platform login noinherit; end if;
  if not exists (select from pg_roles where rolname = 'wakala_search') then create role wakala_search nologin; end if;
  if not exists (select from pg_roles where rolname = 'wakala_maintenance') then create role wakala_maintenance login noinherit; end if;
end $$;
grant wakala_search to wakala_owner;

-- A statement that hangs must not hold a connection, a lock or a snapshot for ever.
alter role wakala_tenant set statement_timeout = '15s';
alter role wakala_tenant set lock_timeout = '5s';
alter role wakala_tenant set idle_in_transaction_session_timeout = '30s';
-- Storage has no moving parts, so that reading here and there costs little more than reading in order. And one request of one tenant
-- takes one processor, however large the tenant: the others have their share.
alter role wakala_tenant set random_page_cost = 1.1;
alter role wakala_tenant set max_parallel_workers_per_gather = 0;
-- Policies make statements look costly that touch a few rows; compiling them takes longer than they do.
alter role wakala_tenant set jit = off;
alter role wakala_platform set jit = off;
alter role wakala_maintenance set jit = off;
alter role wakala_platform set statement_timeout = '60s';
alter role wakala_platform set lock_timeout = '5s';
alter role wakala_platform set idle_in_transaction_session_timeout = '60s';
