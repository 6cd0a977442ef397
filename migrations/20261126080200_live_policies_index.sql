-- no-transaction
-- Policies that are not over are gone through once a day, stretch by stretch. Without a lock, on books of any size.
create index concurrently if not exists policies_live on policies (tenant_id, id) where state in ('pending', 'active');
