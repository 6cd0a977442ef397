-- Which request wanted a job done, so that the logs of both can be found by one id.
alter table outbox add column request_id uuid;
