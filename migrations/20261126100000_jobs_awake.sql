-- What ended a job's rest keeps a run that is under way, and did not see it, from beginning another one.
alter table job_rests add column awake_until timestamptz not null default '-infinity';
