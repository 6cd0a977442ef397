-- Money above the limit that nobody expected is given to a debt or a customer by two people as well.
alter table difference_decisions add column receipt_id uuid;
alter table difference_decisions add column credit_to uuid;
alter table difference_decisions add column debt text check (length(debt) between 1 and 60);
alter table difference_decisions drop constraint difference_decisions_about_check;
alter table difference_decisions add constraint difference_decisions_about_check check (num_nonnulls(line_id, payment_id, receipt_id) = 1);
alter table difference_decisions drop constraint difference_decisions_decided_as_check;
alter table difference_decisions add constraint difference_decisions_decided_as_check
  check (decided_as in ('explained', 'charge', 'transfer', 'cash', 'returned', 'commission', 'taken_back', 'debt', 'credit'));
alter table difference_decisions add constraint difference_decisions_given_check
  check ((decided_as = 'debt') = (debt is not null) and (decided_as = 'credit') = (credit_to is not null) and (decided_as in ('debt', 'credit')) = (receipt_id is not null));
alter table difference_decisions add constraint difference_decisions_receipt_fkey foreign key (tenant_id, receipt_id) references unmatched_receipts (tenant_id, id);
create unique index difference_decisions_receipt on difference_decisions (tenant_id, receipt_id) where state = 'to_approve';
