-- A job that runs may take over others like it that still wait: they are deleted, and its own row says what it carries from then on.
grant update (payload) on outbox to wakala_platform;
