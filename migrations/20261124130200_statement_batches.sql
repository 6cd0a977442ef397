-- Lines of a statement are stored first and judged after, in batches: until then they wait.
alter table statement_lines drop constraint statement_lines_state_check;
alter table statement_lines add constraint statement_lines_state_check check (state in ('waiting', 'matched', 'difference', 'void', 'resolved'));
create index statement_lines_waiting on statement_lines (tenant_id, installation_id, occurred_at) where state = 'waiting';
