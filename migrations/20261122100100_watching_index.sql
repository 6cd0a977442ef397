-- no-transaction
-- Few, and asked for several times a minute. Without a lock, on books of any size.
create index concurrently if not exists payments_unknown on payments (created_at) where state = 'unknown';
