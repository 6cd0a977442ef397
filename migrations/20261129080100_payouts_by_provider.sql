-- Payouts that a provider carries out: back by the payment with which the money came, or to an account.

alter table payouts drop constraint payouts_way_check;
alter table payouts add constraint payouts_way_check check (way in ('bank', 'mobile', 'original'));
alter table payouts
  -- The payment that is given back.
  add column payment_id uuid,
  -- Who carries this try out, and the method whose clearing account the money leaves.
  add column installation_id uuid,
  add column method text check (length(method) between 1 and 60),
  -- By which the provider knows this try: the same for every call about it, never the same for two tries.
  add column key uuid,
  add column provider_ref text check (length(provider_ref) between 1 and 300),
  -- The provider has it or may have it: it is asked from then on, and never told again.
  add column handed boolean not null default false,
  add column in_flight_since timestamptz,
  add column ask_at timestamptz,
  add column asks integer not null default 0;
alter table payouts add constraint payouts_payment_fkey foreign key (tenant_id, payment_id) references payments (tenant_id, id);
alter table payouts drop constraint payouts_destination_check;
alter table payouts add constraint payouts_destination_check check (
  case way when 'bank' then bank is not null and account is not null when 'mobile' then phone is not null else payment_id is not null end);
alter table payouts add constraint payouts_provider_check check (
  (key is null) = (installation_id is null) and (key is null) = (method is null) and (key is not null or not handed and in_flight_since is null and ask_at is null));
create unique index payouts_key_key on payouts (tenant_id, key) where key is not null;
create index payouts_provider_ref on payouts (tenant_id, installation_id, provider_ref) where provider_ref is not null;
create index payouts_ask on payouts (tenant_id, ask_at) where ask_at is not null;
call show_work_to_platform('payouts', 'state, ask_at', 'state in (''sent'', ''unknown'')');

-- A refund may go back by the payment with which the money came.
alter table refunds drop constraint refunds_method_check;
alter table refunds add constraint refunds_method_check check (method in ('bank_transfer', 'cash', 'mobile_money', 'original'));
