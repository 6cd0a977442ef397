use insurance::{
    catalogue,
    fulfilment::{self, TaskFilter, TaskKind, TaskState},
    orders::{LineState, OrderState, service},
    policies::{self, PolicyState},
};
use kernel::{jobs::JobError, paging::PageRequest};
use ledger::{
    accounts::Account,
    journal::{self, Entry, Line},
};

use crate::{
    sale::Sale,
    shop::{answers, car},
};

/// Everything that one paid order of so many cars must have left behind, and nothing else.
async fn assert_one_of_each(sale: &Sale, cars: i64) {
    let counts = [
        ("policies", sale.count("select count(*) from policies where tenant_id = $1").await, cars),
        ("terms", sale.count("select count(*) from policy_terms where tenant_id = $1").await, cars),
        ("versions", sale.count("select count(*) from policy_versions where tenant_id = $1").await, cars),
        ("risk notes", sale.count("select count(*) from documents where tenant_id = $1 and kind = 'risk_note' and state = 'current'").await, cars),
        ("receipts", sale.count("select count(*) from documents where tenant_id = $1 and kind = 'receipt' and state = 'current'").await, 1),
        ("rows of documents", sale.count("select count(*) from documents where tenant_id = $1").await, cars + 1),
        ("postings of policies", sale.count("select count(*) from journal_entries where tenant_id = $1 and kind = 'policy_issued'").await, cars),
        ("postings of payments", sale.count("select count(*) from journal_entries where tenant_id = $1 and kind = 'payment_received'").await, 1),
        ("events", sale.count("select count(*) from events where tenant_id = $1 and type = 'policy.issued'").await, cars),
        ("mails", sale.count("select count(*) from order_mails where tenant_id = $1 and state = 'sent'").await, 1),
        ("tasks", sale.count("select count(*) from fulfilment_tasks where tenant_id = $1").await, 0),
        ("last number", sale.count("select last from number_series where tenant_id = $1 and series = 'POL'").await, cars),
    ];
    for (what, found, expected) in counts {
        assert_eq!(found, expected, "{what}");
    }
    let mails = sale.messages.all();
    assert_eq!(mails.iter().map(|mail| (mail.to.as_str(), mail.attachments.len() as i64)).collect::<Vec<_>>(), [("amani@example.com", cars + 1)]);
    assert!(mails[0].attachments.iter().all(|file| file.bytes.starts_with(b"%PDF-")));
    let expected: Vec<(String, i64)> = [
        ("clearing", 4_524_300),
        ("commission_income", -450_000),
        ("levy", -20_250),
        ("premium_held", -4_050_000),
        ("rounding", -50),
        ("stamp_duty", -4_000),
    ]
    .into_iter()
    .map(|(kind, minor)| (kind.to_owned(), minor * cars))
    .collect();
    assert_eq!(sale.books().await, expected, "the customer's credit is used up, everybody's part is held");
}

#[tokio::test]
async fn a_paid_order_becomes_policies_documents_a_receipt_balanced_postings_and_one_mail() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A", "KDB 456B"]).await;
    sale.pay(&order).await;
    sale.work().await;
    assert_eq!(sale.order_now(&order).await.state, OrderState::Fulfilled);
    assert_one_of_each(&sale, 2).await;

    let mut tx = sale.own().begin_read().await.unwrap();
    let mine = policies::service::list_own(&mut tx, &policies::PolicyFilter::default(), &PageRequest::default()).await.unwrap();
    assert_eq!(
        mine.results.iter().map(|row| (row.number.as_str(), row.state)).collect::<Vec<_>>(),
        [("POL-2026-00002", PolicyState::Active), ("POL-2026-00001", PolicyState::Active)]
    );
    assert_eq!((mine.results[0].starts_on.to_string(), mine.results[0].ends_on.to_string()), ("2026-11-23".into(), "2027-11-22".into()));
    let customer = crm::customers::service::get(&mut tx, sale.customer.id).await.unwrap();
    assert_eq!(customer.lifecycle, crm::customers::Lifecycle::Customer);
}

#[tokio::test]
async fn doing_everything_twice_changes_nothing() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A", "KDB 456B"]).await;
    sale.pay(&order).await;
    sale.work().await;
    sale.work_again().await;
    assert_one_of_each(&sale, 2).await;
    assert_eq!(sale.messages.calls(), 1);
}

#[tokio::test]
async fn workers_that_die_at_any_wait_leave_one_of_each() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A", "KDB 456B"]).await;
    sale.pay(&order).await;
    sale.work_dying().await;
    assert_eq!(sale.order_now(&order).await.state, OrderState::Fulfilled);
    assert_one_of_each(&sale, 2).await;
}

#[tokio::test]
async fn two_workers_with_the_same_news_fulfil_once() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A", "KDB 456B"]).await;
    sale.pay(&order).await;
    let scope = sale.system();
    sale.work().await;
    let (one, two) = tokio::join!(fulfilment::fulfil(&scope, order.id), fulfilment::fulfil(&scope, order.id));
    assert_eq!((one.unwrap(), two.unwrap()), (OrderState::Fulfilled, OrderState::Fulfilled));
    sale.work().await;
    assert_one_of_each(&sale, 2).await;
}

#[tokio::test]
async fn a_store_and_a_post_office_that_are_away_delay_and_lose_nothing() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A"]).await;
    sale.pay(&order).await;
    sale.objects.fail_next(2);
    sale.messages.fail_next(2);
    sale.work().await;
    assert_eq!(sale.messages.calls(), 3, "two refusals, then one that was taken");
    assert_one_of_each(&sale, 1).await;
}

#[tokio::test]
async fn what_was_paid_is_honoured_though_product_and_quote_are_gone() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A"]).await;
    let mut tx = sale.staff().begin_write().await.unwrap();
    let line = service::lines(&mut tx, order.id).await.unwrap().remove(0);
    catalogue::service::withdraw(&mut tx, line.product, "no longer agreed").await.unwrap();
    tx.commit().await.unwrap();
    sale.advance_days(20);
    sale.pay(&order).await;
    sale.work().await;
    assert_eq!(sale.order_now(&order).await.state, OrderState::Fulfilled);
    let mut tx = sale.own().begin_read().await.unwrap();
    let lines = service::lines(&mut tx, order.id).await.unwrap();
    let policy = policies::service::get(&mut tx, lines[0].policy.unwrap()).await.unwrap();
    let term = policies::service::term(&mut tx, &policy).await.unwrap();
    assert_eq!(term.starts_on.to_string(), "2026-12-13", "cover is not dated back before the money");
    assert_eq!(term.starts_at.to_string(), "12:00:00", "nor before the hour in Nairobi at which it came");
}

#[tokio::test]
async fn a_line_that_cannot_be_issued_is_credit_and_a_task_and_does_not_hold_up_the_others() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A", "KDB 456B"]).await;
    let mut tx = sale.system().begin_write().await.unwrap();
    let lines = service::lines(&mut tx, order.id).await.unwrap();
    // Something else has posted under the first line's name: its policy can never be posted.
    let one = kernel::money::Money::new(1, order.payable.currency);
    let stray = Entry {
        kind: "stray",
        description: "stray".into(),
        source: ("order_line", lines[0].id.0),
        business_date: sale.system().today(),
        lines: Line::transfer(Account::write_off(), Account::rounding(), one).unwrap(),
    };
    journal::post(&mut tx, stray).await.unwrap();
    tx.commit().await.unwrap();
    sale.pay(&order).await;
    sale.work().await;
    sale.work_again().await;

    assert_eq!(sale.order_now(&order).await.state, OrderState::PartlyFulfilled);
    let mut tx = sale.staff().begin_read().await.unwrap();
    let states: Vec<_> = service::lines(&mut tx, order.id).await.unwrap().into_iter().map(|line| line.state).collect();
    assert_eq!(states, [LineState::Failed, LineState::Fulfilled]);
    let open = TaskFilter { state: Some(TaskState::Open), ..TaskFilter::default() };
    let tasks = fulfilment::tasks(&mut tx, &open, &PageRequest::default()).await.unwrap().results;
    assert_eq!(
        tasks.iter().map(|task| (task.kind, task.cause, task.reason.as_str())).collect::<Vec<_>>(),
        [(TaskKind::LineFailed, lines[0].id.0, "journal.already_posted")]
    );
    let owed = ledger::credits::balances(&mut tx, sale.customer.id.0).await.unwrap();
    assert_eq!(
        owed.iter().map(|money| money.minor).filter(|minor| *minor != 0).collect::<Vec<_>>(),
        [4_524_300],
        "the failed line's money is the customer's"
    );
    assert_eq!(sale.count("select count(*) from customer_credits where tenant_id = $1 and source_type = 'order_line'").await, 1);
    assert_eq!(sale.count("select count(*) from policies where tenant_id = $1").await, 1);
    assert_eq!(sale.messages.all()[0].attachments.len(), 2, "what could be issued is sent");
    drop(tx);

    let mut tx = sale.staff().begin_write().await.unwrap();
    fulfilment::settle_task(&mut tx, tasks[0].id, "money returned").await.unwrap();
    assert!(fulfilment::tasks(&mut tx, &open, &PageRequest::default()).await.unwrap().results.is_empty());
    let done = fulfilment::task(&mut tx, tasks[0].id).await.unwrap();
    assert_eq!((done.state, done.done_note.as_deref(), done.order_number), (TaskState::Done, Some("money returned"), order.number.clone()));
    let of = |search: &str| PageRequest { search: Some(search.to_owned()), ..PageRequest::default() };
    for (search, count) in [(order.number.as_str(), 1), (sale.customer.display_name.as_str(), 1), ("nobody", 0)] {
        assert_eq!(fulfilment::tasks(&mut tx, &TaskFilter::default(), &of(search)).await.unwrap().count, count, "{search}");
    }
}

#[tokio::test]
async fn other_lines_than_motor_get_a_certificate() {
    let sale = Sale::open().await;
    let mut new = car();
    new.asked = insurance::quotes::Asked::Category("personal-accident".into());
    new.answers = answers(&[("date_of_birth", "1990-05-17"), ("occupation_class", "1"), ("capital_sum", "1,000,000")]);
    sale.add(&sale.own(), new).await;
    let order = sale.try_order().await.unwrap();
    sale.pay(&order).await;
    sale.work().await;
    assert_eq!(
        sale.count("select count(*) from documents where tenant_id = $1 and kind = 'certificate' and state = 'current' and number = 'CC-2026-00001'")
            .await,
        1
    );
    assert_eq!(sale.messages.all()[0].attachments.len(), 2);
}

/// One risk of every category that has products, besides private cars.
const RISKS: &[(&str, &[(&str, &str)])] = &[
    (
        "motorcycle",
        &[
            ("plate", "KMFB 123A"),
            ("make", "Bajaj"),
            ("model", "Boxer"),
            ("year", "2024"),
            ("body", "motorcycle"),
            ("use", "boda_boda"),
            ("value", "150,000"),
        ],
    ),
    (
        "motor-psv",
        &[
            ("plate", "KDC 345C"),
            ("make", "Toyota"),
            ("model", "HiAce"),
            ("year", "2019"),
            ("use", "matatu"),
            ("seats", "14"),
            ("value", "2,500,000"),
        ],
    ),
    (
        "commercial-comprehensive",
        &[
            ("plate", "KDD 456D"),
            ("make", "Isuzu"),
            ("model", "NPR"),
            ("year", "2020"),
            ("value", "3,000,000"),
            ("use", "general_cartage"),
            ("body", "lorry"),
            ("tonnage", "up_to_8"),
        ],
    ),
    (
        "commercial-third-party",
        &[
            ("plate", "KDE 567E"),
            ("make", "Isuzu"),
            ("model", "D-Max"),
            ("year", "2018"),
            ("use", "own_goods"),
            ("body", "pickup"),
            ("tonnage", "up_to_3"),
        ],
    ),
    (
        "health-individual",
        &[("date_of_birth", "1988-03-01"), ("spouse", "yes"), ("children", "2"), ("inpatient_limit", "1m"), ("outpatient_limit", "50k")],
    ),
    ("health-group", &[("employees", "12"), ("dependants", "20"), ("average_age", "30_39"), ("inpatient_limit", "1m"), ("outpatient_limit", "none")]),
    ("home", &[("construction", "permanent"), ("contents", "800,000"), ("portable", "150,000"), ("domestic_workers", "1")]),
    (
        "business",
        &[("trade", "shop"), ("place", "Moi Avenue, Nairobi"), ("construction", "permanent"), ("equipment", "500,000"), ("stock", "2,000,000")],
    ),
    ("travel", &[("region", "europe"), ("days", "10"), ("travellers", "2"), ("oldest", "1985-01-01"), ("purpose", "leisure")]),
    ("personal-accident-group", &[("members", "40"), ("group", "students"), ("capital_sum", "250k")]),
    ("work-injury", &[("business", "School"), ("employees", "10"), ("wages_office", "3,600,000"), ("wages_light", "600,000")]),
    ("marine-cargo", &[("cover", "single"), ("by", "sea"), ("goods", "general"), ("packing", "container"), ("value", "2,000,000"), ("clauses", "a")]),
];

#[tokio::test]
async fn every_line_is_sold_from_the_questions_to_its_papers() {
    let sale = Sale::open().await;
    let mut expected = Vec::new();
    for cartful in RISKS.chunks(6) {
        for (category, given) in cartful {
            let mut new = car();
            new.asked = insurance::quotes::Asked::Category((*category).into());
            new.answers = answers(given);
            let quote = sale.add(&sale.own(), new).await;
            expected.push(quote.offers[0].premium().unwrap_or_else(|| panic!("{category}")).lines.clone());
        }
        let order = sale.try_order().await.unwrap();
        sale.pay(&order).await;
        sale.work().await;
        assert_eq!(sale.order_now(&order).await.state, OrderState::Fulfilled);
    }

    let mut tx = sale.own().begin_read().await.unwrap();
    let mine = policies::service::list_own(&mut tx, &policies::PolicyFilter::default(), &PageRequest::default()).await.unwrap();
    let mut kept = Vec::new();
    for row in &mine.results {
        let record = policies::service::record(&mut tx, row.id).await.unwrap();
        assert_eq!(record.documents.len(), 1, "{}", record.policy.policy_number);
        kept.push(record.policy.breakdown);
    }
    assert!(kept.iter().flatten().any(|line| line.units == Some(14)), "a price for each seat");
    assert!(expected.iter().all(|lines| kept.contains(lines)) && kept.len() == expected.len(), "every policy keeps its price line by line");
    drop(tx);
    assert_eq!(sale.count("select count(*) from documents where tenant_id = $1 and kind = 'risk_note' and state = 'current'").await, 4);
    assert_eq!(sale.count("select count(*) from documents where tenant_id = $1 and kind = 'certificate' and state = 'current'").await, 8);
}

#[tokio::test]
async fn a_customer_without_an_address_gets_everything_but_the_mail() {
    let sale = Sale::open().await;
    let mut tx = sale.staff().begin_write().await.unwrap();
    let patch = crm::customers::CustomerPatch { version: sale.customer.version, email: Some(String::new()), ..Default::default() };
    crm::customers::service::update(&mut tx, &sale.shop.world.app.sealer, sale.customer.id, patch).await.unwrap();
    tx.commit().await.unwrap();
    let order = sale.order(&["KDA 123A"]).await;
    sale.pay(&order).await;
    sale.work().await;
    assert!(sale.messages.all().is_empty());
    assert_eq!(sale.count("select count(*) from order_mails where tenant_id = $1 and state = 'no_address'").await, 1);
    assert_eq!(sale.count("select count(*) from documents where tenant_id = $1 and state = 'current'").await, 2);
}

#[tokio::test]
async fn news_of_other_payables_is_none_of_ours() {
    let sale = Sale::open().await;
    let error = fulfilment::fulfil(&sale.system(), insurance::orders::OrderId::new()).await.unwrap_err();
    assert!(error.is("order.not_found") && matches!(JobError::from(error), JobError::Fail(_)));
}
