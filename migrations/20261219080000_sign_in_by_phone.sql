-- A customer who proved a phone number may sign in by a code that is sent to it.
alter table challenges drop constraint challenges_purpose_check;
alter table challenges add constraint challenges_purpose_check
  check (purpose in ('verify_phone', 'sign_in', 'sign_in_by_phone', 'reset_password', 'claim_account', 'second_factor'));

create index users_verified_phone on users (tenant_id, phone_e164) where phone_verified_at is not null;
