-- held: nothing goes out and nothing that arrives is looked at until it goes on. removed: uninstalled; what was agreed, called and
-- received stays as proof, everything else is erased.
alter table plugin_installations drop constraint plugin_installations_mode_check;
alter table plugin_installations
  add constraint plugin_installations_mode_check check (mode in ('test', 'live', 'disabled', 'held', 'removed'));

-- What was uninstalled may be installed again.
alter table plugin_installations drop constraint plugin_installations_plugin_id_key;
create unique index plugin_installations_plugin_id_key on plugin_installations (tenant_id, plugin_id) where mode <> 'removed';
