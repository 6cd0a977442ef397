-- Pictures of the firm itself: in front on the start page, its square icon, and its logo on dark ground. Their owner is the tenant.
alter table pictures drop constraint pictures_owner_kind_check;
alter table pictures add constraint pictures_owner_kind_check
  check (owner_kind in ('product', 'insurer', 'category', 'front', 'icon', 'dark-logo'));
alter table pictures add constraint pictures_firm_check check (owner_kind not in ('front', 'icon', 'dark-logo') or owner_id = tenant_id);
