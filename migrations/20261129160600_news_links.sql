-- Addresses that plugins made, by what they are about.
create index plugin_news_links on plugin_news (tenant_id, subject, sequence) where links <> '[]';
