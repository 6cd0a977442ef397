-- Policies that are not in force, which are few beside those that are.
create index policies_not_active on policies (tenant_id, state, id) where state <> 'active';
