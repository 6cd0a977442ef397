-- Number plates as they are written, beside the form in which they are compared. Rows from before have only the latter.
alter table quotes add column plate text check (length(plate) between 1 and 20);
alter table order_lines add column plate text check (length(plate) between 1 and 20);
alter table policies add column plate text check (length(plate) between 1 and 20);
