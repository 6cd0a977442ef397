-- What papers call the payable, in capital letters and digits: payers type it as the reference of money that nobody asked them for.
alter table receivables add column payable_number text;
alter table receivables add constraint receivables_payable_number_check check (payable_number ~ '^[0-9A-Z]{1,40}$');
create index receivables_payable_number on receivables (tenant_id, payable_number) where payable_number is not null;
-- Protection binds the owner too; it is lifted for this statement only.
alter table receivables no force row level security;
alter table orders no force row level security;
update receivables r set payable_number = upper(regexp_replace(o.number, '[^0-9A-Za-z]', '', 'g'))
from orders o where r.payable_kind = 'order' and o.tenant_id = r.tenant_id and o.id = r.payable_id;
alter table orders force row level security;
alter table receivables force row level security;

-- Such money may name nothing of ours: it waits among the receipts, with the method by which it came.
alter table unmatched_receipts drop constraint unmatched_receipts_origin_check;
alter table unmatched_receipts add constraint unmatched_receipts_origin_check check (origin in ('report', 'statement', 'arrival'));
alter table unmatched_receipts add column method text;
alter table unmatched_receipts add constraint unmatched_receipts_method_check check ((origin = 'arrival') <= (method is not null));

alter table payments drop constraint payments_origin_check;
alter table payments add constraint payments_origin_check check (origin in ('request', 'statement', 'hand', 'credit', 'arrival'));
