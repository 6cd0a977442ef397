-- What belongs to no customer yet is seen by those who see all customers: money that nobody is known to have sent, and what visitors
-- asked the price of. Whoever sees only some would else see what may be anybody's.
do $$
declare
  tbl text;
begin
  foreach tbl in array array['unmatched_receipts', 'quotes'] loop
    execute format('drop policy sight on %I', tbl);
    execute format('create policy sight on %I as restrictive for all to wakala_tenant using (
      (select coalesce(current_setting(''app.sight'', true), '''') = '''')
      or exists (select from customers c where c.tenant_id = %I.tenant_id and c.id = customer_id))', tbl, tbl);
  end loop;
end $$;
