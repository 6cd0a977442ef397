-- Policies whose premium is nothing to remit: nobody approved them yet, or nobody did before they ended.
create index policies_uncounted on policies (tenant_id, id) where approval in ('waiting', 'declined');
create index remittance_lines_policy on remittance_lines (tenant_id, policy_id) where released_at is null;
