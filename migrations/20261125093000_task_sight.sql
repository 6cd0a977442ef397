-- A task is seen with the order that it is about, as what belongs to a customer is with the customer. Lists join the order, but their
-- counts and what is done with one task do not.
create policy sight on fulfilment_tasks as restrictive for all to wakala_tenant using (
  (select coalesce(current_setting('app.sight', true), '') = '')
  or exists (select from orders o where o.tenant_id = fulfilment_tasks.tenant_id and o.id = fulfilment_tasks.order_id));
