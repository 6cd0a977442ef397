-- A file that is kept aside for the virus scanner and cannot be read waits longer after each attempt, so that others come first.
alter table documents add column scan_attempts smallint not null default 0;
alter table documents add column scan_after timestamptz;
