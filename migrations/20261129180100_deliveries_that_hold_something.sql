-- Finds what is to be blanked without passing by all that was blanked before.
create index webhook_deliveries_contents on webhook_deliveries (tenant_id, id) where state <> 'received' and headers <> '[]';
