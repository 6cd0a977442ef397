-- Lists can be sorted by these columns: each index ends with what tells rows of the same value apart.
drop index parties_name;
create index parties_name on parties (tenant_id, name_norm, id);
create index quotes_until on quotes (tenant_id, valid_until, id);
create index orders_until on orders (tenant_id, valid_until, id);
create index orders_amount on orders (tenant_id, payable_minor, id);
drop index policy_terms_ends;
create index policy_terms_ends on policy_terms (tenant_id, ends_on, id);
-- From the last days of terms to their policies.
create index policies_term on policies (tenant_id, current_term_id);
create index payments_amount on payments (tenant_id, amount_minor, id);
create index receivables_amount on receivables (tenant_id, amount_minor, id);
create index receivables_due_all on receivables (tenant_id, due_on, id);
create index customer_credits_amount on customer_credits (tenant_id, amount_minor, id);
create index products_name on products (tenant_id, name_norm, id);
create index products_updated on products (tenant_id, updated_at, id);
create index insurers_name on insurers (tenant_id, name_norm, id);
