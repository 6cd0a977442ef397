-- Who sees to a task, and until when.
alter table fulfilment_tasks add column assigned_to uuid;
alter table fulfilment_tasks add column due_on date;
alter table fulfilment_tasks add constraint fulfilment_tasks_assigned_fkey foreign key (tenant_id, assigned_to) references users (tenant_id, id);
create index fulfilment_tasks_assigned on fulfilment_tasks (tenant_id, assigned_to, id) where assigned_to is not null;
create index fulfilment_tasks_due on fulfilment_tasks (tenant_id, due_on, id) where state = 'open' and due_on is not null;
