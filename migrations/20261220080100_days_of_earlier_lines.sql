-- no-transaction
-- Nobody waits for this: nobody else ever changes a line.
update journal_lines l set business_date = e.business_date
from journal_entries e where e.tenant_id = l.tenant_id and e.id = l.entry_id and l.business_date is null;
alter table journal_lines validate constraint journal_lines_day_check;
