-- A statement that was fetched from its provider is of a whole day, whether or not anything moved on it.
alter table statement_imports add column day date;
create index statement_imports_day on statement_imports (tenant_id, installation_id, day) where day is not null;
