-- Where asking a provider for news has come to, and when it was asked last.
alter table plugin_installations
  add column poll_cursor text check (octet_length(poll_cursor) <= 4000),
  add column polled_at timestamptz;
