-- Run inside the database, by an administrator. Extensions live in public so that every role finds their operators.
create extension if not exists btree_gin schema public;
create extension if not exists pg_trgm schema public;
create extension if not exists fuzzystrmatch schema public;
create extension if not exists hstore schema public;
grant create on schema public to wakala_owner;
grant usage on schema public to wakala_tenant, wakala_platform, wakala_search, wakala_maintenance;
