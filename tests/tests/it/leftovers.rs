//! Rows that one sale does not leave behind: one of each, as their modules would write them, all hanging on rows of the same tenant.

use kernel::{Tenant, platform_tx::PlatformTx};
use sqlx::AssertSqlSafe;

use crate::house::House;

/// `$1` is the tenant.
const ROWS: &[&str] = &[
    "insert into access_entries (tenant_id, id, at, actor, object_type) values ($1, gen_random_uuid(), now(), 'user:1', 'customer')",
    "insert into audit_blocks (tenant_id, number, entries, previous_hash, hash, sealed_at) values ($1, 1, 1, sha256('1'), sha256('2'), now())",
    "insert into challenges (tenant_id, id, user_id, purpose, sent_to, secret_hash, created_at, expires_at)
     select $1, gen_random_uuid(), id, 'sign_in', email, sha256('1'), now(), now() from users where tenant_id = $1 limit 1",
    "insert into second_factors (tenant_id, user_id, secret_sealed, last_step, enrolled_at) select $1, id, '\\x00', 0, now() from users where tenant_id = $1 limit 1",
    "insert into recovery_codes (tenant_id, id, user_id, code_hash, created_at) select $1, gen_random_uuid(), user_id, sha256('1'), now() from second_factors where tenant_id = $1",
    "insert into passkeys (tenant_id, id, user_id, credential_id, credential, name, created_at) select $1, gen_random_uuid(), id, '\\x01', '{}', 'Phone', now() from users where tenant_id = $1 limit 1",
    "insert into passkey_ceremonies (tenant_id, id, purpose, token_hash, state, expires_at) values ($1, gen_random_uuid(), 'enter', sha256('1'), '{}', now())",
    "insert into teams (tenant_id, id, name, created_at) values ($1, gen_random_uuid(), 'North', now())",
    "insert into registrations (tenant_id, id, email, first_name, last_name, password_hash, secret_hash, created_at, expires_at)
     values ($1, gen_random_uuid(), 'asha@example.com', 'Asha', 'Mfano', 'x', sha256('1'), now(), now())",
    "insert into password_history (tenant_id, id, user_id, hash, retired_at) select $1, gen_random_uuid(), id, 'x', now() from users where tenant_id = $1 limit 1",
    "insert into checkouts (tenant_id, id, customer_id, step, created_at, updated_at) select $1, gen_random_uuid(), id, 'details', now(), now() from customers where tenant_id = $1 limit 1",
    "insert into consents (tenant_id, id, party_id, purpose, granted, source, at, actor)
     select $1, gen_random_uuid(), id, 'data_processing', true, 'portal', now(), 'user:1' from parties where tenant_id = $1 limit 1",
    "insert into party_addresses (tenant_id, id, party_id, country, updated_at) select $1, gen_random_uuid(), id, 'KE', now() from parties where tenant_id = $1 limit 1",
    "insert into insurer_contacts (tenant_id, id, insurer_id, name, created_at) select $1, gen_random_uuid(), id, 'Juma Mfano', now() from insurers where tenant_id = $1 limit 1",
    "insert into customer_credits (tenant_id, id, customer_id, amount_minor, currency, reason, source_type, source_id, created_at, updated_at)
     select $1, gen_random_uuid(), id, 100, 'KES', 'overpaid', 'payment', gen_random_uuid(), now(), now() from customers where tenant_id = $1 limit 1",
    "insert into notice_mails (tenant_id, id, customer_id, created_at, updated_at) select $1, gen_random_uuid(), id, now(), now() from customers where tenant_id = $1 limit 1",
    "insert into notices (tenant_id, id, customer_id, kind, topic, href, cause, shown, created_at)
     select $1, gen_random_uuid(), id, 'policy_issued', 'policy', '/account', 'test', true, now() from customers where tenant_id = $1 limit 1",
    "insert into notice_choices (tenant_id, id, customer_id, topic, channel, delivery, updated_at)
     select $1, gen_random_uuid(), id, 'policy', 'email', 'off', now() from customers where tenant_id = $1 limit 1",
    "insert into job_rests (tenant_id, job, until) values ($1, 'tests.thing.polish', now())",
    "insert into reminder_days (tenant_id, day, made_at) values ($1, '2026-01-01', now())",
    "insert into wordings (tenant_id, id, language, key, text, created_at, updated_at, updated_by) values ($1, gen_random_uuid(), 'en', 'test', 'test', now(), now(), 'user:1')",
    "insert into list_views (tenant_id, id, list, owner_id, name, query, shared, created_at, updated_at)
     select $1, gen_random_uuid(), '/customers', id, 'Leads', '[]', true, now(), now() from users where tenant_id = $1 and kind = 'staff' limit 1",
    "insert into list_layouts (tenant_id, id, user_id, list, updated_at)
     select $1, gen_random_uuid(), id, '/customers', now() from users where tenant_id = $1 and kind = 'staff' limit 1",
    "insert into insurer_papers (tenant_id, id, insurer_id, title, file_name, path, mime, content_hash, size_bytes, created_at, created_by)
     select $1, gen_random_uuid(), id, 'Agreement', 'a.pdf', 'papers/a.pdf', 'application/pdf', sha256('1'), 1, now(), 'user:1' from insurers where tenant_id = $1 limit 1",
    "insert into errands (tenant_id, id, user_id, kind, title, list, query, act, form, created_at, updated_at)
     select $1, gen_random_uuid(), id, 'act', 'Test', '/tasks', '[]', '/tasks/settle', '[]', now(), now() from users where tenant_id = $1 and kind = 'staff' limit 1",
    "insert into errand_lines (tenant_id, id, errand_id, user_id, row_id) select $1, gen_random_uuid(), id, user_id, gen_random_uuid() from errands where tenant_id = $1",
    "insert into nominations (tenant_id, id, customer_id, role, created_at, created_by, updated_at, updated_by)
     select $1, gen_random_uuid(), id, 'dependant', now(), 'user:1', now(), 'user:1' from customers where tenant_id = $1 limit 1",
    "insert into nominees (tenant_id, id, nomination_id, customer_id, position, full_name, relation, created_at, updated_at)
     select $1, gen_random_uuid(), id, customer_id, 1, 'Neema Mfano', 'child', now(), now() from nominations where tenant_id = $1",
    "insert into data_requests (tenant_id, id, customer_id, kind, state, requested_at, requested_by, answer_by, updated_at)
     select $1, gen_random_uuid(), id, 'export', 'wanted', now(), 'user:1', current_date, now() from customers where tenant_id = $1 limit 1",
    "insert into refunds (tenant_id, id, number, credit_id, customer_id, amount_minor, currency, reason, state, needs_approval, requested_by, created_at, updated_at)
     select $1, gen_random_uuid(), 'RF-2026-99999', id, customer_id, 50, 'KES', 'test', 'due', true, gen_random_uuid(), now(), now() from customer_credits where tenant_id = $1 limit 1",
    "insert into cancellations (tenant_id, id, policy_id, customer_id, asked_by, reason, from_on, calculation, law_version, collects, refund_minor, netted_minor, commission_minor, currency, created_at, created_by)
     select $1, gen_random_uuid(), id, customer_id, 'customer', 'test', current_date, '{}', 'test', true, 0, 0, 0, 'KES', now(), 'user:1' from policies where tenant_id = $1 limit 1",
    "insert into cancellation_requests (tenant_id, id, policy_id, customer_id, from_on, reason, created_at, updated_at)
     select $1, gen_random_uuid(), id, customer_id, current_date, 'test', now(), now() from policies where tenant_id = $1 limit 1",
    "insert into document_mails (tenant_id, id, document_id, customer_id, wording, params, created_at, updated_at)
     select $1, gen_random_uuid(), id, customer_id, 'mail-test', '{}', now(), now() from documents where tenant_id = $1 and customer_id is not null limit 1",
    "insert into takings (tenant_id, id, number, customer_id, about, method, method_title, amount_minor, currency, received_on, state, above_limit, taken_by, created_at, updated_at)
     select $1, gen_random_uuid(), 'TK-2026-00001', id, 'On account', 'cash', 'Cash', 100, 'KES', current_date, 'to_approve', true, gen_random_uuid(), now(), now() from customers where tenant_id = $1 limit 1",
    "insert into pay_links (tenant_id, id, token_hash, payable_kind, payable_id, customer_id, label, expires_at, created_by, created_at, updated_at)
     select $1, gen_random_uuid(), sha256('1'), 'order', id, customer_id, number, now(), gen_random_uuid(), now(), now() from orders where tenant_id = $1 limit 1",
    "insert into activities (tenant_id, id, customer_id, kind, subject, happened_at, user_id, created_at, updated_at)
     select $1, gen_random_uuid(), id, 'call', 'Renewal', now(), gen_random_uuid(), now(), now() from customers where tenant_id = $1 limit 1",
    "insert into dead_letters (tenant_id, id, queue, job, payload, error, attempts) values ($1, gen_random_uuid(), 'bulk', 'test', '{}', 'test', 1)",
    "insert into insurer_agreements (tenant_id, id, created_at, updated_at) select $1, id, now(), now() from insurers where tenant_id = $1 order by id limit 1",
    "insert into remittances (tenant_id, id, number, insurer_id, commission_netted, held_minor, commission_minor, payable_minor, currency, line_count, due_on, created_at, created_by, updated_at)
     select $1, gen_random_uuid(), 'REM-1', id, true, 100, 10, 100, 'KES', 1, current_date, now(), 'user:1', now() from insurers where tenant_id = $1 order by id limit 1",
    "insert into remittance_lines (tenant_id, id, remittance_id, line_no, journal_line_id, description, business_date, due_on, held_minor, commission_minor, created_at)
     select $1, gen_random_uuid(), r.id, 1, j.id, 'Premium', current_date, current_date, 100, 10, now()
     from remittances r join journal_lines j on j.tenant_id = r.tenant_id where r.tenant_id = $1 order by j.id limit 1",
    "insert into policy_notes (tenant_id, id, policy_id, user_id, text, created_at)
     select $1, gen_random_uuid(), id, gen_random_uuid(), 'test', now() from policies where tenant_id = $1 limit 1",
    "insert into fulfilment_tasks (tenant_id, id, kind, order_id, cause_id, reason, created_at, updated_at)
     select $1, gen_random_uuid(), 'line_failed', id, id, 'test', now(), now() from orders where tenant_id = $1 limit 1",
    "insert into site_entries (tenant_id, id, kind, heading, body, position, created_at, updated_at, updated_by)
     values ($1, gen_random_uuid(), 'testimonial', '{}', '{}', 1, now(), now(), 'user:1')",
    "insert into site_pages (tenant_id, id, code, number, title, body, created_at, updated_at, updated_by)
     values ($1, gen_random_uuid(), 'about', 1, '{}', '{}', now(), now(), 'user:1')",
    "insert into product_reviews (tenant_id, id, product_id, policy_id, customer_id, rating, author, created_at, updated_at, updated_by)
     select $1, gen_random_uuid(), product_id, id, customer_id, 5, 'Asha M.', now(), now(), 'user:1' from policies where tenant_id = $1 limit 1",
    "insert into pictures (tenant_id, id, owner_kind, owner_id, alt, hash, format, widths, width, height, created_at, updated_at, updated_by)
     select $1, gen_random_uuid(), 'product', id, '{}', repeat('0', 64), 'png', '{96}', 96, 96, now(), now(), 'user:1' from products where tenant_id = $1 limit 1",
    "insert into quote_mails (tenant_id, id, quote_id, email, locale, created_at, updated_at)
     select $1, gen_random_uuid(), id, 'asha@example.com', 'en', now(), now() from quotes where tenant_id = $1 limit 1",
    "insert into product_drafts (tenant_id, id, terms, created_at, updated_at, updated_by) select $1, id, '{}', now(), now(), 'user:1' from products where tenant_id = $1 limit 1",
    "insert into handled_events (tenant_id, subscriber, event_id) select $1, 'test', id from events where tenant_id = $1 limit 1",
    "insert into bank_accounts (tenant_id, id, code, name, bank, number, currency, created_at, updated_at)
     values ($1, gen_random_uuid(), 'bank-main-kes', 'Main', 'Mfano Bank', '0100000001', 'KES', now(), now())",
    "insert into payouts (tenant_id, id, number, debt_kind, debt_id, amount_minor, currency, description, way, payee, phone, state, needs_approval, requested_by, created_at, updated_at)
     values ($1, gen_random_uuid(), 'PO-2026-99999', 'refund', gen_random_uuid(), 50, 'KES', 'test', 'mobile', 'Asha Mfano', '+254700000101', 'requested', true, gen_random_uuid(), now(), now())",
    "insert into payout_batches (tenant_id, id, number, bank_account_id, currency, execute_on, state, payout_count, total_minor, created_by, created_at, updated_at)
     select $1, gen_random_uuid(), 'PB-2026-99999', id, 'KES', current_date, 'open', 1, 50, gen_random_uuid(), now(), now() from bank_accounts where tenant_id = $1 limit 1",
    "insert into payout_batch_items (tenant_id, id, batch_id, payout_id, nr, reference, outcome, created_at)
     select $1, gen_random_uuid(), b.id, p.id, 1, p.number, 'open', now() from payout_batches b join payouts p on p.tenant_id = b.tenant_id where b.tenant_id = $1 limit 1",
    "insert into payout_results (tenant_id, id, batch_id, file_name, lines, uploaded_by, created_at)
     select $1, gen_random_uuid(), id, 'answer.csv', '[]', gen_random_uuid(), now() from payout_batches where tenant_id = $1 limit 1",
    "insert into payout_layouts (tenant_id, id, created_at, updated_at) select $1, id, now(), now() from bank_accounts where tenant_id = $1 limit 1",
    "insert into statement_mappings (tenant_id, id, book, mapping, created_at, updated_at)
     values ($1, gen_random_uuid(), 'bank-main-kes', '{}', now(), now())",
    "insert into day_closes (tenant_id, id, day, currency, expected_minor, counted_minor, pieces, state, above_limit, closed_by, created_at, updated_at)
     values ($1, gen_random_uuid(), current_date, 'KES', 0, 0, '{}', 'closed', false, gen_random_uuid(), now(), now())",
    "insert into statement_imports (tenant_id, id, installation_id, method, file_name, file_hash, lines_read, lines_new, imported_at, imported_by)
     values ($1, gen_random_uuid(), gen_random_uuid(), 'mobile', 'statement.csv', sha256('1'), 1, 1, now(), 'user:1')",
    "insert into unmatched_receipts (tenant_id, id, installation_id, origin, origin_id, provider_state, trusted, created_at, updated_at)
     values ($1, gen_random_uuid(), gen_random_uuid(), 'report', gen_random_uuid(), 'received', true, now(), now())",
    "insert into statement_lines (tenant_id, id, import_id, installation_id, method, provider_ref, kind, provider_state, gross_minor, currency, occurred_at, day, state, created_at, updated_at)
     select $1, gen_random_uuid(), id, installation_id, 'mobile', 'R1', 'payment', 'received', 100, 'KES', now(), current_date, 'matched', now(), now() from statement_imports where tenant_id = $1",
    "insert into difference_decisions (tenant_id, id, line_id, decided_as, reason, amount_minor, currency, above_limit, state, created_at, updated_at)
     select $1, gen_random_uuid(), id, 'explained', 'test', 100, 'KES', false, 'to_approve', now(), now() from statement_lines where tenant_id = $1",
    "insert into plugin_installations (tenant_id, id, plugin_id, version_id, granted, created_at, updated_at)
     select $1, gen_random_uuid(), plugin_id, id, '{}', now(), now() from plugin_versions where id = '00000000-0000-0000-0000-0000000000a3'",
    "insert into plugin_consents (tenant_id, id, installation_id, version_id, permissions, agreed_by, agreed_at)
     select $1, gen_random_uuid(), id, version_id, '[]', 'user:1', now() from plugin_installations where tenant_id = $1",
    "insert into plugin_configurations (tenant_id, installation_id, mode, created_at, updated_at, updated_by) select $1, id, 'test', now(), now(), 'user:1' from plugin_installations where tenant_id = $1",
    "insert into plugin_secrets (tenant_id, installation_id, mode, key, sealed, set_at, set_by) select $1, id, 'test', 'key', '\\x00', now(), 'user:1' from plugin_installations where tenant_id = $1",
    "insert into plugin_budgets (tenant_id, installation_id, currency, updated_at, updated_by) select $1, id, 'KES', now(), 'user:1' from plugin_installations where tenant_id = $1",
    "insert into plugin_usage (tenant_id, installation_id, day) select $1, id, current_date from plugin_installations where tenant_id = $1",
    "insert into plugin_tallies (tenant_id, installation_id, version_id, day, step, calls, failures, traps)
     select $1, id, version_id, current_date, 1, 1, 0, 0 from plugin_installations where tenant_id = $1",
    "insert into plugin_circuits (tenant_id, installation_id, failures, reason, updated_at) select $1, id, 1, 'down', now() from plugin_installations where tenant_id = $1",
    "insert into payment_routes (tenant_id, id, place, currency, installation_id, created_at, updated_at)
     select $1, gen_random_uuid(), 1, 'KES', id, now(), now() from plugin_installations where tenant_id = $1",
    "insert into plugin_kv (tenant_id, installation_id, mode, area, key, sealed, bytes, updated_at) select $1, id, 'test', 'state', 'key', '\\x00', 1, now() from plugin_installations where tenant_id = $1",
    "insert into plugin_calls (tenant_id, id, installation_id, version_id, action, mode, attempt, correlation_id, outcome, request, duration_us, queued_us, cpu_us, memory_bytes, host_calls, at)
     select $1, gen_random_uuid(), id, version_id, 'test', 'test', 1, 'test', 'ok', '{}', 1, 1, 1, 1, 1, now() from plugin_installations where tenant_id = $1",
    "insert into plugin_replays (tenant_id, id, call_id, said, requests, log, cpu_ms, wall_ms, memory_kib, played_by, at)
     select $1, gen_random_uuid(), id, '{}', '{}', '{}', 1, 1, 1, 'user:1', now() from plugin_calls where tenant_id = $1",
    "insert into webhook_endpoints (tenant_id, id, name, url, events, state, created_at, updated_at)
     select $1, gen_random_uuid(), 'Books', 'https://books.example.com/', '{}', 'active', now(), now()",
    "insert into webhook_secrets (tenant_id, id, endpoint_id, sealed, created_at) select $1, gen_random_uuid(), id, '\\x00', now() from webhook_endpoints where tenant_id = $1",
    "insert into webhook_messages (tenant_id, id, endpoint_id, event_id, type, body, state, created_at)
     select $1, gen_random_uuid(), id, gen_random_uuid(), 'endpoint.test', '{}', 'waiting', now() from webhook_endpoints where tenant_id = $1",
    "insert into plugin_news (tenant_id, id, installation_id, event_id, type, subject, sequence, state, due_at, created_at)
     select $1, gen_random_uuid(), id, gen_random_uuid(), 'policy.issued', 'policy/1', 1, 'waiting', now(), now() from plugin_installations where tenant_id = $1",
    "insert into dialogues (tenant_id, installation_id, mode, session, number, screen, ended, memory, expires_at)
     select $1, id, 'test', 's1', 0, 'Habari', false, '{}', now() from plugin_installations where tenant_id = $1",
    "insert into sent_messages (tenant_id, id, installation_id, channel, recipient, state, created_at, updated_at)
     select $1, gen_random_uuid(), id, 'sms', '+254***01', 'sent', now(), now() from plugin_installations where tenant_id = $1",
    "insert into received_messages (tenant_id, id, installation_id, channel, sender, text, files, happened_at, created_at)
     select $1, gen_random_uuid(), id, 'sms', '+254700000101', 'Habari', 0, now(), now() from plugin_installations where tenant_id = $1",
    "insert into hook_tokens (tenant_id, id, token_hash, installation_id, webhook, mode, created_at)
     select $1, gen_random_uuid(), sha256($1::text::bytea), id, 'test', 'test', now() from plugin_installations where tenant_id = $1",
    "insert into webhook_deliveries (tenant_id, id, installation_id, webhook, mode, method, path, query, headers, body, source_trusted, signature_verified, received_at)
     select $1, gen_random_uuid(), id, 'test', 'test', 'POST', '/', '', '[]', '\\x00', false, false, now() from plugin_installations where tenant_id = $1",
    "insert into provider_reports (tenant_id, installation_id, mode, report_id, delivery_id, kind, taken_at)
     select $1, installation_id, 'test', 'R1', id, 'payment', now() from webhook_deliveries where tenant_id = $1",
];

/// A plugin of the catalogue, which belongs to no tenant; installations refer to it.
const CATALOGUE: &[&str] = &[
    "insert into publishers (id, handle, name) values ('00000000-0000-0000-0000-0000000000a1', 'isolation-test', 'Test') on conflict do nothing",
    "insert into plugins (id, publisher_id, name, kind) values ('00000000-0000-0000-0000-0000000000a2', '00000000-0000-0000-0000-0000000000a1', 'test.isolation', 'events') on conflict do nothing",
    "insert into plugin_versions (id, plugin_id, version, component_sha256, component_bytes, manifest, signature, state, published_at)
     values ('00000000-0000-0000-0000-0000000000a3', '00000000-0000-0000-0000-0000000000a2', '1.0.0', repeat('0', 64), 1, '', repeat('0', 64), 'yanked', '2000-01-01') on conflict do nothing",
];

/// Writes one of each.
pub async fn leave(house: &House, tenant: &std::sync::Arc<Tenant>) {
    let mut tx = PlatformTx::begin(&house.app.db, "tests.isolation").await.expect("the test database");
    for sql in CATALOGUE {
        sqlx::query(AssertSqlSafe(*sql)).execute(tx.conn()).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    tx.commit().await.expect("commit");
    let mut tx = house.system(tenant).begin_write().await.expect("a transaction");
    for sql in ROWS {
        let done = sqlx::query(AssertSqlSafe(*sql)).bind(tenant.id.0).execute(tx.conn()).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert_eq!(done.rows_affected(), 1, "{sql}");
    }
    tx.commit().await.expect("commit");
}
