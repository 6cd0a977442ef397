-- A bank that says no to a card says something else to the payer than a provider that could not take the money.
alter table payments drop constraint payments_failure_check;
alter table payments add constraint payments_failure_check
  check (failure in ('cancelled', 'insufficient_funds', 'declined', 'no_answer', 'wrong_pin', 'limit', 'busy', 'refused', 'other'));
