-- Quotes are taken along by a link. Who follows it on another device gets a copy of the quote with the same prices and the same end.
alter table quotes add column copied_from uuid;
alter table quotes add constraint quotes_copied_fkey foreign key (tenant_id, copied_from) references quotes (tenant_id, id);
create index quotes_copied on quotes (tenant_id, copied_from) where copied_from is not null;

-- Mails that carry such a link, each sent once.
create table quote_mails (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  quote_id uuid not null,
  email text not null check (length(email) between 3 and 254),
  -- Language of the mail.
  locale text not null check (length(locale) between 2 and 12),
  state text not null default 'wanted' check (state in ('wanted', 'sending', 'sent', 'no_address', 'unknown')),
  claimed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint quote_mails_quote_fkey foreign key (tenant_id, quote_id) references quotes (tenant_id, id)
);
create index quote_mails_quote on quote_mails (tenant_id, quote_id);
call protect('quote_mails', '{
  "customer": {"read": "exists (select 1 from quotes q where q.tenant_id = quote_mails.tenant_id and q.id = quote_mails.quote_id)",
               "insert": "exists (select 1 from quotes q where q.tenant_id = quote_mails.tenant_id and q.id = quote_mails.quote_id)"},
  "visitor": {"read": "exists (select 1 from quotes q where q.tenant_id = quote_mails.tenant_id and q.id = quote_mails.quote_id)",
              "insert": "exists (select 1 from quotes q where q.tenant_id = quote_mails.tenant_id and q.id = quote_mails.quote_id)"}}', 'select, insert, update');
