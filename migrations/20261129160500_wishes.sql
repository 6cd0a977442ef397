-- What somebody who wrote, or has its provider tell us, wants or does not want to get.
alter table received_messages add column wish text check (wish in ('stop', 'resume'));
