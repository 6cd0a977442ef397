//! Every interface of every kind, called through a guest that answers with what it was asked: each field arrives, and comes back.

use std::sync::Arc;

use plugin_host::manifest::Manifest;
use plugin_host::model::ai::{CompletionRequest, Tool, Turn};
use plugin_host::model::collections::{Deduction, Line, Mandate, Schedule};
use plugin_host::model::events::Event;
use plugin_host::model::identity::{CheckRequest, Consent};
use plugin_host::model::insurance::{BindRequest, CertificateRequest, Change, Confirmation, Notice, QuoteRequest};
use plugin_host::model::messaging::{Address, Choice, Message, TemplateUse};
use plugin_host::model::{Account, Fields, File, Inbound, Money, Party, PluginError};
use plugin_host::{Answer, CallFailure, CallSpec, LogLevel, Plugin, PluginHost, TrapKind};
use uuid::Uuid;

use crate::support::{Installation, config, folder, guest, spec};

const MANIFEST: &str = r#"
    id = "example.conformance"
    version = "1.0.0"
    publisher = "tests"
    kind = "messaging"
    wit = "wakala:messaging@1.0"
    license = "Apache-2.0"
    [display]
    name = "Conformance"
    summary = "Answers with what it was asked."
    [capabilities]
    lookups = ["ussd-menu"]
    [messaging]
    channels = ["sms"]
"#;

struct World {
    _host: PluginHost,
    plugin: Arc<Plugin>,
    manifest: Arc<Manifest>,
    installation: Arc<Installation>,
}

impl World {
    async fn new() -> Self {
        let host = PluginHost::new(config(folder("compiled"))).expect("a host");
        let manifest = Arc::new(Manifest::parse(MANIFEST).expect("a manifest"));
        let plugin = host.prepare(&guest::conformance(), &manifest).await.expect("a plugin");
        Self { _host: host, plugin, manifest, installation: Installation::new("nothing", "") }
    }

    fn spec(&self) -> CallSpec {
        spec(&self.manifest, &self.installation, Uuid::from_u128(1))
    }
}

fn answered<T>(answer: Answer<T>) -> T {
    answer.outcome.expect("no failure").expect("no plugin error")
}

fn declined<T>(answer: Answer<T>) -> PluginError {
    match answer.outcome.expect("no failure") {
        Ok(_) => panic!("it agreed"),
        Err(error) => error,
    }
}

fn money(minor: i64) -> Money {
    Money { minor, currency: "KES".to_owned() }
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn person() -> Party {
    Party { fields: fields(&[("ke-national-id", "30000042")]), ..Party::default() }
}

fn message(text: &str) -> Message {
    Message {
        id: format!("id of {text}"),
        channel: "sms".to_owned(),
        sender: None,
        addresses: vec![Address { role: "to".to_owned(), value: "+254700000101".to_owned(), name: None, extra: Vec::new() }],
        in_reply_to: None,
        subject: None,
        text: Some(text.to_owned()),
        html: None,
        template: Some(TemplateUse { name: "premium_due".to_owned(), language: "en".to_owned(), params: Vec::new(), extra: Vec::new() }),
        choices: vec![Choice { id: "1".to_owned(), title: "Pay".to_owned(), description: None, group: None, url: None, extra: Vec::new() }],
        files: Vec::new(),
        tags: fields(&[("tenant", "demo")]),
        extra: Vec::new(),
    }
}

#[tokio::test]
async fn a_batch_of_messages_half_fails() {
    let world = World::new().await;
    let batch = vec![message("hello"), message("refuse"), message("doubt")];
    let results = answered(world.plugin.send(world.spec(), batch).await);
    let taken = results[0].as_ref().expect("taken");
    assert_eq!(taken.provider_ref.as_deref(), Some("+254700000101"));
    assert_eq!((taken.parts, taken.cost.as_deref()), (Some(1), Some("premium_due")));
    assert_eq!(taken.extra, fields(&[("tenant", "demo")]));
    assert_eq!(results[1], Err(PluginError::Rejected { code: "opted-out".to_owned(), message: "id of refuse".to_owned() }));
    assert_eq!(results[2], Err(PluginError::UnknownOutcome("id of doubt".to_owned())));
    let page = answered(world.plugin.templates(world.spec(), Some("next".to_owned())).await);
    assert_eq!((page.templates[0].params.as_slice(), page.next.as_deref()), (["body.1".to_owned()].as_slice(), Some("next")));
}

#[tokio::test]
async fn a_dialogue_is_asked_for_its_next_screen() {
    let world = World::new().await;
    let request = |typed: &str| Inbound {
        name: "ussd".to_owned(),
        subject: Some("session".to_owned()),
        method: "POST".to_owned(),
        path: String::new(),
        query: String::new(),
        headers: Vec::new(),
        body: typed.as_bytes().to_vec(),
        source_ip: "192.0.2.7".to_owned(),
        received_ms: 0,
        extra: Vec::new(),
    };
    let screen = async |typed: &str| {
        let handled = answered(world.plugin.handle_webhook(world.spec(), request(typed)).await);
        String::from_utf8(handled.reply.expect("a reply").body).expect("text")
    };
    assert_eq!(screen("1").await, "CON ussd session 1");
    assert_eq!(screen("0").await, "END ussd session 0");
    // What callers are shown is the tenant's, which has to agree.
    let ungranted = CallSpec { grants: Arc::default(), ..world.spec() };
    let refused = declined(world.plugin.handle_webhook(ungranted, request("1")).await);
    assert_eq!(refused, PluginError::Unsupported("the tenant has not granted the look-up ussd-menu".to_owned()));
}

#[tokio::test]
async fn an_insurer_quotes_binds_and_changes() {
    let world = World::new().await;
    let quote = QuoteRequest {
        product: "MOTOR".to_owned(),
        cover: "COMP".to_owned(),
        starts: "2026-10-03".to_owned(),
        ends: "2027-10-02".to_owned(),
        currency: "KES".to_owned(),
        sum_insured: Some(money(85_000_000)),
        insured: person(),
        risk: "{\"year\":2019}".to_owned(),
        answers: "{}".to_owned(),
        extra: Vec::new(),
    };
    let offers = answered(world.plugin.quote(world.spec(), quote).await);
    assert_eq!(offers.len(), 1);
    assert_eq!((offers[0].provider_ref.as_str(), &offers[0].total), ("MOTOR/COMP", &Some(money(85_000_000))));
    assert_eq!(offers[0].parts[0].amount, money(85_000_000));
    assert_eq!(offers[0].reasons, ["2026-10-03", "2027-10-02", "KES", "{\"year\":2019}", "{}"]);
    assert_eq!(offers[0].extra, person().fields);

    let bind = BindRequest {
        offer_ref: "Q-9".to_owned(),
        reference: "P-42".to_owned(),
        total: money(3_419_300),
        payment_reference: None,
        insured: person(),
        extra: Vec::new(),
    };
    let policy = answered(world.plugin.bind(world.spec(), bind).await);
    assert_eq!((policy.provider_ref.as_str(), policy.number.as_deref(), policy.total), ("Q-9", Some("P-42"), Some(money(3_419_300))));
    assert_eq!(answered(world.plugin.policy(world.spec(), Some("Q-9".to_owned()), "P-42".to_owned()).await).state, "active");
    assert_eq!(declined(world.plugin.policy(world.spec(), None, "P-42".to_owned()).await), PluginError::Unsupported("P-42".to_owned()));

    let change = Change {
        policy_ref: "Q-9".to_owned(),
        reference: "E-1".to_owned(),
        effective: "2026-12-01".to_owned(),
        risk: "{}".to_owned(),
        sum_insured: Some(money(-100)),
        reason: "sold".to_owned(),
        extra: Vec::new(),
    };
    let price = answered(world.plugin.quote_change(world.spec(), change.clone()).await);
    assert_eq!((price.total, price.reasons.len()), (Some(money(-100)), 4));
    assert_eq!(answered(world.plugin.endorse(world.spec(), change, Some("O-1".to_owned())).await).number.as_deref(), Some("O-1"));
    let ended = answered(world.plugin.end_policy(world.spec(), "Q-9".to_owned(), "2026-12-31".to_owned(), "sold".to_owned()).await);
    assert_eq!((ended.state.as_str(), ended.ends.as_deref(), ended.number.as_deref()), ("cancelled", Some("2026-12-31"), Some("sold")));
}

#[tokio::test]
async fn a_claim_is_reported_and_added_to() {
    let world = World::new().await;
    let notice = Notice {
        policy_ref: "Q-9".to_owned(),
        policy_number: "P-42".to_owned(),
        reference: "C-17".to_owned(),
        kind: "collision".to_owned(),
        occurred_ms: 1,
        place: "Nairobi".to_owned(),
        description: "A bump".to_owned(),
        estimate: Some(money(6_000_000)),
        details: "{\"abstract\":\"OB 1\"}".to_owned(),
        files: Vec::new(),
        extra: Vec::new(),
    };
    let claim = answered(world.plugin.notify_claim(world.spec(), notice).await);
    assert_eq!((claim.number.as_deref(), claim.approved), (Some("P-42"), Some(money(6_000_000))));
    assert_eq!(claim.message.as_deref(), Some("{\"abstract\":\"OB 1\"}"));
    let photo =
        File { blob: "b".to_owned(), kind: "photo".to_owned(), name: "1.jpg".to_owned(), content_type: "image/jpeg".to_owned(), extra: Vec::new() };
    let supplied = answered(world.plugin.supply_claim(world.spec(), "C".to_owned(), "as asked".to_owned(), vec![photo]).await);
    assert_eq!((supplied.message.as_deref(), supplied.extra), (Some("as asked"), fields(&[("photo", "1.jpg")])));
    assert_eq!(answered(world.plugin.claim(world.spec(), None, "C-17".to_owned()).await).message.as_deref(), Some("C-17"));
}

#[tokio::test]
async fn a_certificate_is_issued_once_staff_settled_the_doubt() {
    let world = World::new().await;
    let request = CertificateRequest {
        kind: "C".to_owned(),
        cover: "100".to_owned(),
        insurer: "15".to_owned(),
        policy_number: "P-42".to_owned(),
        starts: "2026-10-03".to_owned(),
        ends: "2027-10-02".to_owned(),
        sum_insured: None,
        insured: person(),
        risk: "{}".to_owned(),
        extra: Vec::new(),
    };
    let findings = answered(world.plugin.precheck_certificate(world.spec(), request.clone()).await);
    assert_eq!((findings[0].code.as_str(), findings[0].blocking), ("registry-mismatch", true));
    let doubtful = answered(world.plugin.issue_certificate(world.spec(), request).await);
    assert_eq!((doubtful.state.as_str(), doubtful.findings.len(), doubtful.number), ("needs-confirmation", 1, None));
    let settled = |approved: bool| Confirmation {
        approved,
        by: "Asha Demo".to_owned(),
        facts: fields(&[("logbook-verified", "true")]),
        comment: "seen".to_owned(),
        extra: Vec::new(),
    };
    let issued = answered(world.plugin.confirm_certificate(world.spec(), "C".to_owned(), settled(true)).await);
    assert_eq!((issued.number.as_deref(), issued.subject), (Some("Asha Demo"), fields(&[("logbook-verified", "true")])));
    let refused = declined(world.plugin.confirm_certificate(world.spec(), "C".to_owned(), settled(false)).await);
    assert_eq!(refused, PluginError::Rejected { code: "data".to_owned(), message: "seen".to_owned() });
    let found = answered(world.plugin.validate_certificate(world.spec(), None, fields(&[("registration", "KDA000A")])).await);
    assert_eq!(found[0].subject, fields(&[("registration", "KDA000A")]));
    let document = world.plugin.certificate_document(world.spec(), "C1".to_owned()).await;
    let made = document.created_blobs.clone();
    assert_eq!(made, [answered(document).blob]);
    assert_eq!(answered(world.plugin.cancel_certificate(world.spec(), "C1".to_owned(), "sold".to_owned()).await).state, "cancelled");
}

fn line(reference: &str, minor: i64) -> Line {
    Line {
        reference: Some(reference.to_owned()),
        provider_ref: None,
        mandate: "M1".to_owned(),
        mandate_ref: None,
        amount: money(minor),
        due: "2026-10-25".to_owned(),
        state: "submitted".to_owned(),
        collected: None,
        paid_on: None,
        code: None,
        reason: None,
        extra: Vec::new(),
    }
}

#[tokio::test]
async fn a_mandate_is_registered_and_its_lines_are_collected() {
    let world = World::new().await;
    let mandate = Mandate {
        reference: "M1".to_owned(),
        provider_ref: None,
        scheme: "endo".to_owned(),
        debtor: person(),
        account: Account { kind: "bank".to_owned(), fields: fields(&[("number", "62000000042")]), extra: Vec::new() },
        amount: money(45_000),
        first_amount: Some(money(12_000)),
        maximum: Some(money(54_000)),
        frequency: "monthly".to_owned(),
        collection_day: 25,
        first_on: "2026-10-25".to_owned(),
        count: Some(11),
        tracking_days: 3,
        state: "pending".to_owned(),
        message: None,
        extra: Vec::new(),
    };
    let registered = answered(world.plugin.register_mandate(world.spec(), mandate.clone()).await);
    let expected = Mandate { provider_ref: Some("key-0123456789abcdef".to_owned()), state: "active".to_owned(), ..mandate.clone() };
    assert_eq!(registered, expected);
    assert_eq!(declined(world.plugin.amend_mandate(world.spec(), mandate).await), PluginError::Unsupported("M1".to_owned()));
    let standing = answered(world.plugin.mandate_standing(world.spec(), "M1".to_owned(), None).await);
    assert_eq!((standing.mandate.state.as_str(), standing.lines[0].reference.as_deref()), ("active", None));
    let cancelled = answered(world.plugin.cancel_mandate(world.spec(), "M1".to_owned(), None, "paid off".to_owned()).await);
    assert_eq!((cancelled.state.as_str(), cancelled.message.as_deref()), ("cancelled", Some("paid off")));

    let submitted = answered(world.plugin.submit_run(world.spec(), "R1".to_owned(), vec![line("a", 100), line("b", 0)]).await);
    assert_eq!(submitted.refused.iter().map(|refusal| refusal.reference.as_str()).collect::<Vec<_>>(), ["b"]);
    let results = answered(world.plugin.run_results(world.spec(), "R1".to_owned(), None, vec![line("a", 100)], None).await);
    assert_eq!((results.lines[0].state.as_str(), &results.lines[0].collected), ("collected", &Some(money(100))));
}

#[tokio::test]
async fn an_employers_answer_is_read_from_its_file() {
    let world = World::new().await;
    let deduction = Deduction { reference: "D1".to_owned(), mandate: "L7".to_owned(), employee: person(), amount: money(500), extra: Vec::new() };
    let schedule =
        Schedule { employer: person(), period: "2026-10".to_owned(), due: "2026-10-31".to_owned(), deductions: vec![deduction], extra: Vec::new() };
    assert_eq!(answered(world.plugin.submit_schedule(world.spec(), schedule).await).provider_ref, "2026-10 1");
    let document = world.plugin.certificate_document(world.spec(), "seven b".to_owned()).await;
    let file = answered(document).blob;
    let read = answered(world.plugin.schedule_answers(world.spec(), "S1".to_owned(), Some(file), None).await);
    assert_eq!(read.settlement.map(|sum| sum.minor), Some(7));
    assert_eq!(read.settlement_ref.as_deref(), Some("S1"));
}

#[tokio::test]
async fn a_check_says_field_by_field_what_matches() {
    let world = World::new().await;
    let request = CheckRequest {
        kind: "national-id".to_owned(),
        country: "KE".to_owned(),
        subject: person(),
        account: None,
        files: Vec::new(),
        consent: Some(Consent { given_ms: 1, purpose: "cover".to_owned(), text_version: "1".to_owned(), extra: Vec::new() }),
        extra: Vec::new(),
    };
    let result = answered(world.plugin.run_check(world.spec(), request).await);
    assert_eq!((result.verdict.as_deref(), result.confidence, result.message.as_deref()), (Some("match"), Some(100), Some("cover")));
    assert_eq!((result.fields[0].name.as_str(), result.fields[0].value.as_deref()), ("ke-national-id", Some("30000042")));
    let pending = answered(world.plugin.query_check(world.spec(), None, "key".to_owned()).await);
    assert_eq!((pending.state.as_str(), pending.message.as_deref()), ("pending", Some("key")));
}

#[tokio::test]
async fn a_model_asks_for_a_tool() {
    let world = World::new().await;
    let said = |text: &str| Turn {
        role: "user".to_owned(),
        text: text.to_owned(),
        files: Vec::new(),
        tool_calls: Vec::new(),
        answers: None,
        extra: Vec::new(),
    };
    let request = CompletionRequest {
        model: Some("small".to_owned()),
        turns: vec![said("hello"), said("what is due?")],
        tools: vec![Tool { name: "due".to_owned(), description: "What is due.".to_owned(), parameters: "{}".to_owned(), extra: Vec::new() }],
        tool_choice: "auto".to_owned(),
        answer_schema: None,
        max_tokens: 100,
        temperature: None,
        extra: Vec::new(),
    };
    let answer = answered(world.plugin.complete(world.spec(), request).await);
    assert_eq!((answer.turn.text.as_str(), answer.finish.as_str(), answer.model.as_str()), ("what is due?", "tool-calls", "small"));
    assert_eq!((answer.turn.tool_calls[0].name.as_str(), answer.input_tokens, answer.output_tokens), ("due", None, Some(100)));
}

#[tokio::test]
async fn an_event_is_told_with_what_was_answered_before() {
    let world = World::new().await;
    let event = |earlier_ref: Option<String>| Event {
        id: "E1".to_owned(),
        kind: "policy.issued".to_owned(),
        version: 1,
        occurred_ms: 1,
        subject: "policy/P-42".to_owned(),
        sequence: 2,
        data: "{}".to_owned(),
        files: Vec::new(),
        earlier_ref,
        extra: Vec::new(),
    };
    let first = answered(world.plugin.tell(world.spec(), event(None)).await);
    assert_eq!((first.provider_ref.as_deref(), first.links[0].url.as_str()), (Some("E1"), "https://example.com/policy/P-42"));
    let second = answered(world.plugin.tell(world.spec(), event(Some("there".to_owned()))).await);
    assert_eq!(second.provider_ref.as_deref(), Some("there"));
}

#[tokio::test]
async fn what_every_kind_answers_comes_back_whole() {
    let world = World::new().await;
    let report = answered(world.plugin.check(world.spec()).await);
    assert_eq!((report.summary.as_str(), report.warnings), ("en-KE", vec!["test".to_owned()]));
    assert_eq!(report.values, fields(&[("attempt", "1"), ("live", "false")]));
    assert_eq!(declined(world.plugin.deactivate(world.spec()).await), PluginError::Unsupported("it was never active".to_owned()));
    assert_eq!(answered(world.plugin.migrate_config(world.spec(), "1.0.0".to_owned(), "{}".to_owned()).await), "1.0.0 {}");
    let batch = answered(world.plugin.poll(world.spec(), None).await);
    assert_eq!((batch.events.len(), batch.more, batch.cursor.as_deref()), (1, true, Some("first")));
}

#[tokio::test]
async fn a_panic_says_in_the_log_where_and_why() {
    let world = World::new().await;
    let broken = world.plugin.migrate_config(world.spec(), String::new(), "{}".to_owned()).await;
    assert!(matches!(broken.outcome, Err(CallFailure::Trap { kind: TrapKind::Unreachable, .. })), "{:?}", broken.outcome);
    let [line] = &broken.logs[..] else { panic!("{:?}", broken.logs) };
    assert_eq!(line.level, LogLevel::Error);
    assert!(line.message.contains("conformance/src/lib.rs:") && line.message.ends_with("no version to come from"), "{}", line.message);
}
