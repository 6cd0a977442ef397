-- The day of a line is its entry's: an account stands where its lines up to a day say, and those of large accounts are too many to
-- look up the entry of each. The database writes it, so that no line can differ from its entry.
alter table journal_lines add column business_date date;
alter table journal_lines add constraint journal_lines_day_check check (business_date is not null) not valid;

create function date_journal_line() returns trigger language plpgsql as $$
begin
  select e.business_date into new.business_date from journal_entries e where e.tenant_id = new.tenant_id and e.id = new.entry_id;
  return new;
end $$;
create trigger journal_lines_date before insert on journal_lines for each row execute function date_journal_line();

-- Protection binds the owner too. It is lifted for the steps that follow by policies of their own, since lifting it altogether would
-- lock everybody out of the tables for as long as the lines that are there take.
create policy dating on journal_lines to wakala_owner using (true);
create policy dating on journal_entries for select to wakala_owner using (true);
