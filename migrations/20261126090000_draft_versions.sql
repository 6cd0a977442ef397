-- The row of a draft stays when it is published or discarded, without terms: versions count on from one draft to the next, so that an
-- edit which began at an earlier one is refused.
alter table product_drafts alter column terms drop not null;
