-- Settings as they were before an upgrade gave them another shape: whoever goes back to the version before gets them back.
alter table plugin_configurations add column settings_before jsonb check (jsonb_typeof(settings_before) = 'object');
