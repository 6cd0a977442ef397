-- Erasure blanks values of the audit log: that something changed stays, what it was does not, nor the salt by which it could be guessed.
alter table audit_values add column blanked_at timestamptz;
alter table audit_values add constraint audit_values_blanked_check check (blanked_at is null or (before is null and after is null and salt = ''));
grant update (before, after, salt, blanked_at) on audit_values to wakala_tenant;

-- What a customer wrote is blanked with the customer; everything else of a cancellation stays as it was agreed.
grant update (reason) on cancellations to wakala_tenant;

-- Nobody's mailbox is filled by strangers who type its address.
alter table quote_mails drop constraint quote_mails_state_check;
alter table quote_mails add constraint quote_mails_state_check check (state in ('wanted', 'sending', 'sent', 'no_address', 'unknown', 'refused'));
create index quote_mails_email on quote_mails (tenant_id, lower(email), created_at);
