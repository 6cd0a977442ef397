-- Rows of a statement's file that could not be read, with what is wrong with each. The others were taken.
alter table statement_imports add column unread jsonb not null default '[]' check (jsonb_typeof(unread) = 'array');
