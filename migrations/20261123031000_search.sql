-- One search over everything. It runs as a role of its own, because names with a slip of the finger are found by similarity, which
-- no index answers under row-level security. The role sees the searched columns and no others; the function sees the caller's tenant
-- only, answers staff only, and looks only among the kinds of records that it is told the caller may read.
create index parties_name_trgm on parties using gin (tenant_id, name_norm gin_trgm_ops);
create index fulfilment_tasks_order on fulfilment_tasks (tenant_id, order_id);

grant select (tenant_id, id, name_norm) on parties to wakala_search;
grant select on party_terms to wakala_search;
grant select (tenant_id, id, party_id, number) on customers to wakala_search;
grant select (tenant_id, id, customer_id, number, plate_norm) on policies to wakala_search;
grant select (tenant_id, id, customer_id, number, reference, payable_minor) on orders to wakala_search;
grant select (tenant_id, id, customer_id, reference, plate_norm) on quotes to wakala_search;
grant select (tenant_id, id, customer_id, reference, receipt, provider_ref, amount_minor) on payments to wakala_search;
grant select (tenant_id, id, order_id) on fulfilment_tasks to wakala_search;
create policy search on parties for select to wakala_search using (true);
create policy search on party_terms for select to wakala_search using (true);
create policy search on customers for select to wakala_search using (true);
create policy search on policies for select to wakala_search using (true);
create policy search on orders for select to wakala_search using (true);
create policy search on quotes for select to wakala_search using (true);
create policy search on payments for select to wakala_search using (true);
create policy search on fulfilment_tasks for select to wakala_search using (true);

create schema search authorization wakala_search;
set role wakala_search;

-- `terms` are how people are found, `keys` numbers and references as they are stored, `numberplate` without spaces; the amount in minor
-- units. Of every kind at most `most` records, those named exactly first. 10 for what is named, 5 for what belongs to a person
-- named, 1 for a name like it.
create function search.everything(terms text[], keys text[], numberplate text, amount bigint, kinds text[], most int)
returns table (kind text, id uuid, rank int)
language plpgsql stable security definer
set search_path = public, pg_temp set enable_seqscan = off set max_parallel_workers_per_gather = 0
as $$
declare
  t uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
  -- The longest word is the rarest; the others are looked up beside it.
  words text[] := array(select w from unnest(terms) w where w <> '' order by length(w) desc, w limit 5);
  plate_end text := numberplate || chr(1114111);
  people uuid[]; found uuid[]; closeness int := 10;
begin
  if t is null or coalesce(current_setting('app.audience', true), '') <> 'staff' then
    raise exception 'search without tenant or staff' using errcode = '42501';
  end if;
  most := least(greatest(most, 1), 200);

  if cardinality(words) > 0 and kinds && array['customer', 'policy', 'order', 'quote', 'payment'] then
    people := array(
      select distinct f.party_id from (
        -- Of a word that very many have, so many are looked at.
        select w.party_id from (select p.party_id from party_terms p
          where p.tenant_id = t and p.term >= words[1] collate "C" and p.term < (words[1] || chr(1114111)) collate "C"
          order by p.term limit 30000) w
        where not exists (select from unnest(words[2:]) o (word) where not exists (
          select from party_terms b where b.tenant_id = t and b.party_id = w.party_id
            and b.term >= o.word collate "C" and b.term < (o.word || chr(1114111)) collate "C"))
        limit most * 4) f
      limit most);
    if cardinality(people) = 0 and length(words[1]) >= 4 and words[1] !~ '[0-9@]' then
      closeness := 1;
      people := array(select p.id from parties p where p.tenant_id = t and p.name_norm %> array_to_string(words, ' ')
        order by p.name_norm <->> array_to_string(words, ' ') limit least(most, 20));
    end if;
    found := array(select c.id from customers c where c.tenant_id = t and c.party_id = any (people) limit most);
    if 'customer' = any (kinds) then
      return query select 'customer', f, closeness from unnest(found) f;
    end if;
    found := found[1:20];
  end if;
  if 'customer' = any (kinds) then
    return query select 'customer', c.id, 10 from customers c where c.tenant_id = t and c.number = any (keys);
  end if;

  if 'policy' = any (kinds) then
    return query select 'policy', p.id, 10 from policies p where p.tenant_id = t and p.number = any (keys);
    if numberplate <> '' then
      return query select 'policy', p.id, 10 from policies p
        where p.tenant_id = t and p.plate_norm >= numberplate collate "C" and p.plate_norm < plate_end collate "C" limit most;
    end if;
    return query select 'policy', p.id, least(closeness, 5) from unnest(found) f
      cross join lateral (select o.id from policies o where o.tenant_id = t and o.customer_id = f order by o.id desc limit 5) p limit most;
  end if;
  if 'order' = any (kinds) then
    return query select 'order', o.id, 10 from orders o where o.tenant_id = t and o.number = any (keys);
    return query select 'order', o.id, 10 from orders o where o.tenant_id = t and o.reference = any (keys);
    if amount is not null then
      return query select 'order', o.id, 10 from orders o where o.tenant_id = t and o.payable_minor = amount order by o.id desc limit most;
    end if;
    return query select 'order', p.id, least(closeness, 5) from unnest(found) f
      cross join lateral (select o.id from orders o where o.tenant_id = t and o.customer_id = f order by o.id desc limit 5) p limit most;
  end if;
  if 'quote' = any (kinds) then
    return query select 'quote', q.id, 10 from quotes q where q.tenant_id = t and q.reference = any (keys);
    if numberplate <> '' then
      return query select 'quote', q.id, 10 from quotes q
        where q.tenant_id = t and q.plate_norm >= numberplate collate "C" and q.plate_norm < plate_end collate "C" limit most;
    end if;
    return query select 'quote', p.id, least(closeness, 5) from unnest(found) f
      cross join lateral (select o.id from quotes o where o.tenant_id = t and o.customer_id = f order by o.id desc limit 5) p limit most;
  end if;
  if 'payment' = any (kinds) then
    return query select 'payment', p.id, 10 from payments p where p.tenant_id = t and p.reference = any (keys);
    return query select 'payment', p.id, 10 from payments p where p.tenant_id = t and p.receipt = any (keys);
    return query select 'payment', p.id, 10 from payments p where p.tenant_id = t and p.provider_ref = any (keys);
    if amount is not null then
      return query select 'payment', p.id, 10 from payments p where p.tenant_id = t and p.amount_minor = amount order by p.id desc limit most;
    end if;
    return query select 'payment', p.id, least(closeness, 5) from unnest(found) f
      cross join lateral (select o.id from payments o where o.tenant_id = t and o.customer_id = f order by o.id desc limit 5) p limit most;
  end if;
  if 'task' = any (kinds) then
    return query select 'task', k.id, 10 from orders o join fulfilment_tasks k on k.tenant_id = t and k.order_id = o.id
      where o.tenant_id = t and o.number = any (keys) limit most;
  end if;
end $$;
revoke execute on function search.everything from public;
grant usage on schema search to wakala_tenant, wakala_owner;
grant execute on function search.everything to wakala_tenant, wakala_owner;
reset role;

-- What somebody looked for lately.
create index access_entries_searches on access_entries (tenant_id, actor, id desc) where object_type = 'search';
