-- What staff decided on jobs that were given up, and why.
alter table dead_letters add column state text not null default 'open' check (state in ('open', 'retried', 'dismissed'));
alter table dead_letters add column note text check (length(note) between 1 and 500);
create index dead_letters_open on dead_letters (tenant_id, id) where state = 'open';
