-- The language in which a customer reads mails and documents, once the customer chose one; BCP 47.
alter table customers add column locale text check (locale ~ '^[a-z]{2,3}(-[A-Z]{2})?$');
