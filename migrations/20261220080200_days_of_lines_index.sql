-- no-transaction
-- All that a balance on a day is added up from. Without a lock, on books of any size.
create index concurrently if not exists journal_lines_day on journal_lines (tenant_id, account_id, business_date, id) include (amount_minor);
