-- A customer takes an upload back, and may change that decision for a while. What is removed is kept out of every list; after the
-- while its file is deleted and nothing but the row remains.
alter table documents drop constraint documents_state_check;
alter table documents add constraint documents_state_check check (state in ('preparing', 'current', 'replaced', 'cancelled', 'removed', 'erased'));
alter table documents add column removed_at timestamptz;
alter table documents add constraint documents_removed_check check ((removed_at is not null) = (state in ('removed', 'erased')));
create index documents_removed on documents (tenant_id, removed_at) where state = 'removed';
-- Uploads that staff have not looked at yet.
create index documents_unchecked on documents (tenant_id, id desc) where origin = 'uploaded' and state = 'current' and verified_at is null;
