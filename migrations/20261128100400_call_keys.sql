-- The idempotency key that a call carried, by which it is played again; empty for calls of before.
alter table plugin_calls add column key text not null default '' check (length(key) <= 100);
