-- When a plugin last made its provider know what it has to know, in real time; null while settings or version are newer than that.
alter table plugin_installations add column renewed_at timestamptz default now();
alter table plugin_installations alter column renewed_at drop default;
