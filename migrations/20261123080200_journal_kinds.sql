-- Entries of one kind, newest first, and which kinds there are.
create index journal_entries_kind on journal_entries (tenant_id, kind, id);
