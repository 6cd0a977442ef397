-- What an offer costs together with another kind of cover of the same insurer, kept from the moment it is quoted.
alter table quote_offers add column bundled jsonb check (jsonb_typeof(bundled) = 'object');
