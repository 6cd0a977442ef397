-- Uploads are looked at by a virus scanner where there is one. While it does not answer they are kept aside, and nobody gets them.
alter table documents drop constraint documents_state_check;
alter table documents add constraint documents_state_check
  check (state in ('preparing', 'current', 'replaced', 'cancelled', 'removed', 'erased', 'held', 'refused'));
alter table documents add constraint documents_held_check check (state not in ('held', 'refused') or origin = 'uploaded');
create index documents_held on documents (tenant_id, id) where state = 'held';
call show_work_to_platform('documents', 'state', 'state = ''held''');
