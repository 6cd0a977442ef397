-- Of a hundred offices, the most that a version may be offered to by its publisher: what the platform said last.
alter table plugin_versions add column share_limit integer not null default 100 check (share_limit between 0 and 100);
grant update (share_limit) on plugin_versions to wakala_platform;
update plugin_versions set share_limit = share;
