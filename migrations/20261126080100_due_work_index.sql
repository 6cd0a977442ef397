-- no-transaction
-- Few: later parts that are not paid. Asked for each tenant several times an hour. Without a lock, on books of any size.
create index concurrently if not exists receivables_later_due on receivables (tenant_id, due_on) where state = 'open' and instalment > 1;
