//! Every table of tenants is protected the same way, whoever wrote its migration.

use kernel::platform_tx::PlatformTx;

/// Rows of a question to the catalogue that should have no answer: each is a complaint.
async fn complaints(question: &'static str) -> Vec<String> {
    let db = testkit::database();
    let mut tx = PlatformTx::begin(&db, "tests.schema").await.expect("the test database");
    sqlx::query_scalar(question).fetch_all(tx.conn()).await.expect("the catalogue answers")
}

const NONE: Vec<String> = Vec::new();

#[tokio::test]
async fn roles_have_every_setting_that_their_bootstrap_gives_them() {
    assert_eq!(wakala::database::missing_settings(&testkit::database()).await.expect("the catalogue answers"), NONE);
}

#[tokio::test]
async fn row_level_security_is_enabled_and_forced_on_every_tenant_table() {
    let found = complaints(
        "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)
           and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
           and c.relname <> 'tenants' order by 1",
    )
    .await;
    assert_eq!(found, NONE);
}

#[tokio::test]
async fn every_tenant_table_has_its_permissive_and_all_four_restrictive_policies_for_the_tenants_role_alone() {
    let found = complaints(
        "with tables as (
           select c.oid, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = 'public' and c.relkind in ('r', 'p')
             and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
         ), wanted (name, kind, command) as (values ('tenant', 'PERMISSIVE', 'ALL'), ('audience_read', 'RESTRICTIVE', 'SELECT'),
           ('audience_insert', 'RESTRICTIVE', 'INSERT'), ('audience_update', 'RESTRICTIVE', 'UPDATE'), ('audience_delete', 'RESTRICTIVE', 'DELETE'))
         select t.relname || ' lacks ' || w.name from tables t cross join wanted w
         where not exists (select from pg_policies p where p.schemaname = 'public' and p.tablename = t.relname and p.policyname = w.name
           and p.permissive = w.kind and p.cmd = w.command and p.roles = array['wakala_tenant'::name]) order by 1",
    )
    .await;
    assert_eq!(found, NONE);
}

#[tokio::test]
async fn no_other_policy_opens_a_table_to_the_tenants_role() {
    let found = complaints(
        "select tablename || ': ' || policyname from pg_policies where schemaname = 'public' and ('wakala_tenant' = any(roles) or 'public' = any(roles))
         and permissive = 'PERMISSIVE' and policyname <> 'tenant' order by 1",
    )
    .await;
    assert_eq!(found, NONE);
}

#[tokio::test]
async fn primary_and_unique_keys_begin_with_the_tenant() {
    let found = complaints(
        "select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
         where n.nspname = 'public' and i.indisunique and a.attname <> 'tenant_id'
           and exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id' and not t.attisdropped)
           and not exists (select from pg_attribute h where h.attrelid = c.oid and h.attnum = any(i.indkey) and h.attname in ('token_hash')) order by 1",
    )
    .await;
    assert_eq!(found, NONE, "a key that does not begin with the tenant tells one tenant what another has");
}

#[tokio::test]
async fn references_between_tenant_tables_carry_the_tenant() {
    let found = complaints(
        "select con.conname::text from pg_constraint con join pg_class c on c.oid = con.conrelid join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and con.contype = 'f'
           and exists (select from pg_attribute a where a.attrelid = con.conrelid and a.attname = 'tenant_id' and not a.attisdropped)
           and exists (select from pg_attribute a where a.attrelid = con.confrelid and a.attname = 'tenant_id' and not a.attisdropped)
           and not exists (select from unnest(con.conkey) with ordinality k (num, pos)
             join unnest(con.confkey) with ordinality f (num, pos) using (pos)
             join pg_attribute ka on ka.attrelid = con.conrelid and ka.attnum = k.num
             join pg_attribute fa on fa.attrelid = con.confrelid and fa.attnum = f.num
             where ka.attname = 'tenant_id' and fa.attname = 'tenant_id') order by 1",
    )
    .await;
    assert_eq!(found, NONE, "foreign keys are checked without policies, so each must name the tenant");
}

#[tokio::test]
async fn amounts_are_whole_numbers_and_states_are_texts() {
    let found = complaints(
        "select c.relname || '.' || a.attname || ' is ' || format_type(a.atttypid, a.atttypmod) from pg_attribute a join pg_class c on c.oid = a.attrelid
         join pg_namespace n on n.oid = c.relnamespace join pg_type t on t.oid = a.atttypid
         where n.nspname = 'public' and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
           and (t.typtype = 'e' or t.typname in ('float4', 'float8', 'money', 'citext') or (t.typname = 'numeric' and a.attname like '%minor%')) order by 1",
    )
    .await;
    assert_eq!(found, NONE);
}

// Sorting samples of them would cost more than everything else that the server keeps statistics of.
#[tokio::test]
async fn no_statistics_are_kept_of_documents_and_files_that_no_index_holds() {
    let found = complaints(
        "select c.relname || '.' || a.attname from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where n.nspname = 'public' and c.relkind = 'r' and a.atttypid in ('jsonb'::regtype, 'bytea'::regtype) and a.attstattarget is distinct from 0
           and not exists (select from pg_index i where i.indrelid = c.oid and a.attnum = any (i.indkey)) order by 1",
    )
    .await;
    assert_eq!(found, NONE);
}

// Grants are read from the catalogue itself: the information schema shows a role only its own.
#[tokio::test]
async fn nothing_is_granted_to_everybody() {
    let found = complaints(
        "select c.relname || ' ' || a.privilege_type from pg_class c join pg_namespace n on n.oid = c.relnamespace cross join aclexplode(c.relacl) a
         where n.nspname = 'public' and a.grantee = 0 and c.relname not like 'pg_%' order by 1",
    )
    .await;
    assert_eq!(found, NONE);
}

#[tokio::test]
async fn serving_roles_own_nothing_and_bypass_nothing() {
    let found = complaints(
        "select rolname::text from pg_roles where rolname in ('wakala_tenant', 'wakala_platform', 'wakala_maintenance', 'wakala_search', 'wakala_owner')
         and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb
           or (rolname <> 'wakala_owner' and exists (select from pg_class where relowner = pg_roles.oid and relkind in ('r', 'p')))) order by 1",
    )
    .await;
    assert_eq!(found, NONE);
}

#[tokio::test]
async fn what_must_not_change_cannot_be_changed_or_removed() {
    let found = complaints(
        "select t || ' ' || p from unnest(array['events', 'audit_entries', 'audit_values', 'audit_blocks', 'access_entries', 'journal_entries', 'journal_lines',
           'payment_steps', 'allocations', 'statement_imports', 'product_versions', 'premium_lines', 'plugin_consents']) t
         cross join unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) p where has_table_privilege('wakala_tenant', t, p) order by 1",
    )
    .await;
    assert_eq!(found, NONE);
}

// Whole tables of work, and the addresses that providers call, are open to it by their nature.
#[tokio::test]
async fn of_what_tenants_keep_the_platforms_role_reads_no_more_than_ids_states_figures_and_days() {
    let found = complaints(
        "select c.relname || '.' || a.attname from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname not in ('events', 'outbox', 'job_rests', 'hook_tokens')
           and exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id' and not t.attisdropped)
           and has_column_privilege('wakala_platform', c.oid, a.attnum, 'select')
           and format_type(a.atttypid, null) not in ('uuid', 'boolean', 'smallint', 'integer', 'bigint', 'date', 'timestamp with time zone')
           and a.attname not in ('state', 'kind', 'mode', 'format') order by 1",
    )
    .await;
    assert_eq!(found, NONE);
}

#[tokio::test]
async fn a_fresh_connection_carries_no_tenant() {
    let found = complaints("select name from (values ('app.tenant_id'), ('app.audience'), ('app.customer_id')) s (name) where coalesce(current_setting(name, true), '') <> ''").await;
    assert_eq!(found, NONE);
}
