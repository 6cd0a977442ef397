-- Why a payment failed, as a class that people can be told in words; the provider's own code and text stand beside it for staff.
alter table payments add column failure text check (failure in ('cancelled', 'insufficient_funds', 'no_answer', 'wrong_pin', 'limit', 'busy', 'refused', 'other'));
