-- A credit that pays a debt is a payment of its own origin.
alter table payments drop constraint payments_origin_check;
alter table payments add constraint payments_origin_check check (origin in ('request', 'statement', 'hand', 'credit'));
