-- no-transaction
-- Policies that are not in force, which are few beside those that are. Without a lock, on books of any size.
create index concurrently if not exists policies_not_active on policies (tenant_id, state, id) where state <> 'active';
