-- Paying by instalments: how many an insurer allows, the plan of an order, and one receivable an instalment.

-- In how many parts a premium of this insurer may be paid; one: in full before cover.
alter table insurers add column most_instalments smallint not null default 1 check (most_instalments between 1 and 12);

alter table checkouts add column plan text not null default 'full' check (plan in ('full', 'two', 'three', 'monthly'));
alter table orders add column plan text not null default 'full' check (plan in ('full', 'two', 'three', 'monthly'));

-- Counts the parts in which a line is paid; the first is due before cover.
alter table receivables add column instalment smallint not null default 1 check (instalment between 1 and 99);
alter table receivables drop constraint receivables_line_key;
alter table receivables add constraint receivables_line_key unique (tenant_id, payable_kind, payable_id, line_id, instalment);

alter table fulfilment_tasks drop constraint fulfilment_tasks_kind_check;
alter table fulfilment_tasks add constraint fulfilment_tasks_kind_check check (kind in ('line_failed', 'payment_reversed', 'instalment_overdue'));
