-- Old calls and notes are removed for whoever has plugins, whatever mode they are in: the platform's role sees which tenants these are.
alter policy platform on plugin_installations using (true);
