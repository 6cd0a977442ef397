-- Payouts are found by what statements of their providers call them, and by the payment that goes back with them.
create index payouts_receipt on payouts (tenant_id, receipt) where receipt is not null;
create index payouts_named on payouts (tenant_id, provider_ref) where provider_ref is not null;
create index payouts_payment on payouts (tenant_id, payment_id) where payment_id is not null;
