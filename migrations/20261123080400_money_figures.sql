-- What was due in a period, and what waits for staff, without reading whole tables.
create index receivables_due_on on receivables (tenant_id, due_on);
create index statement_lines_open on statement_lines (tenant_id) where state = 'difference';
create index unmatched_receipts_open on unmatched_receipts (tenant_id) where state = 'open';
create index customer_credits_open on customer_credits (tenant_id) where state = 'open';
