-- A line may be a price for each of a number of seats, travellers or employees: `units` times `base_minor`.
alter table premium_lines add column units bigint check (units >= 0);
