-- Until when an endpoint that takes nothing is left alone, in real time: one that hangs must not hold up what is for others.
alter table webhook_endpoints add column rests_until timestamptz;
