-- Amounts on either side, which the journal is searched by.
create index journal_lines_any_amount on journal_lines (tenant_id, abs(amount_minor));
-- Days and payments of one book.
create index statement_lines_book_day on statement_lines (tenant_id, method, day);
create index payments_method on payments (tenant_id, method, id);
