-- Waiting jobs are found by queue, so that what waits in one is not read for another; and tenant by tenant, where so many wait that
-- those of one could hide the others'.
-- First what takes the strictest lock, so that no running pump waits for this and this for it.
drop index outbox_waiting;
create index outbox_due on outbox (queue, run_at) where moved_at is null;
create index outbox_turns on outbox (queue, tenant_id, run_at) where moved_at is null;
