-- Whoever watches the platform sees since when payments have been of unknown outcome, and nothing else of them.
grant select (created_at) on payments to wakala_platform;
