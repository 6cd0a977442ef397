-- Messages to tenants' own systems have a queue of their own: receivers that take their time hold up no other work.
alter table outbox drop constraint outbox_queue_check;
alter table outbox add constraint outbox_queue_check check (queue in ('money', 'documents', 'messages', 'webhooks', 'bulk'));
