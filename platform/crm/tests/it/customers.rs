use crm::customers::{CustomerInput, CustomerPatch, CustomerType, Lifecycle, Likeness, ListFilter, service};
use crm::parties::consents::{NewConsent, Purpose};
use kernel::{Kind, Scope, app::Ports, identifiers::IdentifierKind, paging::PageRequest, phone::Phone};
use testkit::World;

pub fn asha() -> CustomerInput {
    CustomerInput {
        first_name: "Asha".into(),
        last_name: "Mwangi".into(),
        date_of_birth: "1990-05-17".into(),
        email: "Asha.Mwangi@example.com".into(),
        phone: "0700 000 101".into(),
        id_number: "12345678".into(),
        kra_pin: "A012345678Z".into(),
        city: "Nakuru".into(),
        ..CustomerInput::default()
    }
}

pub async fn create(world: &World, scope: &Scope, input: CustomerInput) -> crm::customers::Customer {
    let mut tx = scope.begin_write().await.unwrap();
    let customer = service::create(&mut tx, &world.app.sealer, input).await.unwrap();
    tx.commit().await.unwrap();
    customer
}

fn searching(text: &str) -> PageRequest {
    PageRequest { search: Some(text.to_owned()), ..PageRequest::default() }
}

#[tokio::test]
async fn a_customer_reads_back_with_identity_numbers_masked_and_sealed() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let customer = create(&world, &world.staff(&tenant), asha()).await;
    assert_eq!(customer.number, "CUS-2026-00001");
    assert_eq!(customer.phone.as_deref(), Some("+254700000101"));
    assert_eq!(customer.address.city, "Nakuru");

    let mut tx = world.staff(&tenant).begin_read().await.unwrap();
    let masked = service::get(&mut tx, customer.id).await.unwrap().identifiers;
    assert_eq!(masked.iter().map(|i| i.masked.as_str()).collect::<Vec<_>>(), ["••••78Z", "••••678"]);
    let whole = service::reveal_identifier(&mut tx, &world.app.sealer, &customer, IdentifierKind::KeKraPin).await.unwrap();
    assert_eq!(whole.as_deref(), Some("A012345678Z"));
    let stored: Vec<Vec<u8>> =
        sqlx::query_scalar("select sealed from party_identifiers where tenant_id = $1").bind(tenant.id.0).fetch_all(tx.conn()).await.unwrap();
    assert!(!stored.is_empty() && stored.iter().all(|bytes| !bytes.windows(8).any(|w| w == b"12345678")), "numbers are not stored in the clear");
}

#[tokio::test]
async fn customers_are_found_by_every_key_people_use() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let scope = world.staff(&tenant);
    let customer = create(&world, &scope, asha()).await;
    create(
        &world,
        &scope,
        CustomerInput {
            first_name: "Brian".into(),
            email: "brian@example.com".into(),
            phone: "0700000102".into(),
            id_number: "87654321".into(),
            kra_pin: String::new(),
            ..asha()
        },
    )
    .await;

    let mut tx = scope.begin_read().await.unwrap();
    for text in ["ash", "mwangi asha", "ASHA.MW", "0700 000 101", "+254700000101", "700000101", "cus-2026-00001"] {
        let found = service::list(&mut tx, &searching(text), &ListFilter::default()).await.unwrap();
        assert_eq!(found.results.iter().map(|r| r.id).collect::<Vec<_>>(), [customer.id], "{text}");
    }
    assert_eq!(service::list(&mut tx, &searching("mwangi"), &ListFilter::default()).await.unwrap().count, 2);
    assert_eq!(service::list(&mut tx, &searching("sha"), &ListFilter::default()).await.unwrap().count, 0, "only beginnings of words");
    assert_eq!(service::list(&mut tx, &searching("%"), &ListFilter::default()).await.unwrap().count, 2, "nothing to look for is no condition");
    assert_eq!(service::find_by_email(&mut tx, "asha.MWANGI@example.COM").await.unwrap()[0].id, customer.id);
    assert_eq!(service::find_by_phone(&mut tx, &Phone::parse("0700000101", "KE").unwrap()).await.unwrap()[0].id, customer.id);
    let by_id = service::find_by_identifier(&mut tx, &world.app.sealer, IdentifierKind::KeNationalId, "1234 5678").await.unwrap();
    assert_eq!(by_id[0].id, customer.id);
    assert!(service::find_by_email(&mut tx, "nobody").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_search_by_several_words_finds_who_has_them_all() {
    let world = World::new(Ports::new());
    let (tenant, other) = (world.brokerage().await, world.brokerage().await);
    let scope = world.staff(&tenant);
    let mut made = Vec::new();
    for (first_name, last_name, phone) in [
        ("Wanjiku", "Mfano", "0700000101"),
        ("Wangari", "Mfano", "0700000102"),
        ("Wanjiku", "Jaribio", "0700000103"),
        ("Mfano", "Mfano", "0700000104"),
    ] {
        let input = CustomerInput { first_name: first_name.into(), last_name: last_name.into(), phone: phone.into(), ..CustomerInput::default() };
        made.push(create(&world, &scope, input.clone()).await.id);
        create(&world, &world.staff(&other), input).await;
    }
    let [wanjiku, wangari, jaribio, mfano] = made[..] else { panic!("four customers") };

    let mut tx = scope.begin_read().await.unwrap();
    for (text, expected) in [
        ("wanjiku mfano", vec![wanjiku]),
        ("mfano wanjiku", vec![wanjiku]),
        ("wan mfa", vec![wangari, wanjiku]),
        ("wan wanjiku", vec![jaribio, wanjiku]),
        ("mfano mfano", vec![mfano, wangari, wanjiku]),
        ("mfano mf m", vec![mfano, wangari, wanjiku]),
        ("wan wang mfano", vec![wangari]),
        ("wanjiku jaribio cus-2026", vec![jaribio]),
        ("wanjiku wangari", vec![]),
        ("wanjiku nobody", vec![]),
        ("nobody wanjiku mfano", vec![]),
    ] {
        let found = service::list(&mut tx, &searching(text), &ListFilter::default()).await.unwrap();
        assert_eq!(found.results.iter().map(|row| row.id).collect::<Vec<_>>(), expected, "{text}: the newest first, of this tenant only");
        assert_eq!(found.count, i64::try_from(expected.len()).unwrap(), "{text}");
    }
    for (sort, expected) in [("name", [wangari, wanjiku]), ("-number", [wangari, wanjiku])] {
        let request = PageRequest { sort: Some(sort.to_owned()), ..searching("wan mfano") };
        let found = service::list(&mut tx, &request, &ListFilter::default()).await.unwrap();
        assert_eq!(found.results.iter().map(|row| row.id).collect::<Vec<_>>(), expected, "{sort}");
    }
    let first = service::list(&mut tx, &PageRequest { page_size: Some(1), ..searching("wan mfano") }, &ListFilter::default()).await.unwrap();
    let next = PageRequest { page_size: Some(1), cursor: first.next.clone(), ..searching("wan mfano") };
    let second = service::list(&mut tx, &next, &ListFilter::default()).await.unwrap();
    assert_eq!([first.results[0].id, second.results[0].id], [wangari, wanjiku]);
    assert!(first.next.is_some() && second.next.is_none());
    let churned = ListFilter { lifecycle: Some(Lifecycle::Churned), ..ListFilter::default() };
    assert_eq!(service::list(&mut tx, &searching("wan mfano"), &churned).await.unwrap().count, 0);
}

#[tokio::test]
async fn lists_narrow_by_lifecycle_and_type() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let scope = world.staff(&tenant);
    let customer = create(&world, &scope, asha()).await;
    let mut tx = scope.begin_write().await.unwrap();
    service::bought(&mut tx, customer.id).await.unwrap();
    service::bought(&mut tx, customer.id).await.unwrap();
    let count = async |tx: &mut kernel::TenantTx, filter: ListFilter| service::list(tx, &PageRequest::default(), &filter).await.unwrap().count;
    assert_eq!(count(&mut tx, ListFilter { lifecycle: Some(Lifecycle::Customer), ..ListFilter::default() }).await, 1);
    assert_eq!(count(&mut tx, ListFilter { lifecycle: Some(Lifecycle::Prospect), ..ListFilter::default() }).await, 0);
    assert_eq!(count(&mut tx, ListFilter { customer_type: Some(CustomerType::Corporate), ..ListFilter::default() }).await, 0);
    let after = service::get(&mut tx, customer.id).await.unwrap();
    assert_eq!(after.version, customer.version + 1, "the second time changed nothing");
}

#[tokio::test]
async fn a_change_names_its_version_and_keeps_what_it_does_not_name() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let scope = world.staff(&tenant);
    let customer = create(&world, &scope, asha()).await;
    let patch = CustomerPatch {
        version: customer.version,
        last_name: Some("Otieno".into()),
        alt_phone: Some("0700000103".into()),
        ..CustomerPatch::default()
    };
    let mut tx = scope.begin_write().await.unwrap();
    let after = service::update(&mut tx, &world.app.sealer, customer.id, patch.clone()).await.unwrap();
    assert_eq!(
        (after.display_name.as_str(), after.email.as_deref(), after.alt_phone.as_deref()),
        ("Asha Otieno", Some("Asha.Mwangi@example.com"), Some("+254700000103"))
    );
    assert_eq!(after.identifiers.len(), 2);
    let again = service::update(&mut tx, &world.app.sealer, customer.id, patch).await.unwrap_err();
    assert!(again.is("customer.changed") && again.kind == Kind::Precondition, "{again}");
    tx.commit().await.unwrap();

    let mut tx = scope.begin_read().await.unwrap();
    assert_eq!(service::list(&mut tx, &searching("otieno"), &ListFilter::default()).await.unwrap().count, 1);
    assert_eq!(service::list(&mut tx, &searching("asha mwangi@"), &ListFilter::default()).await.unwrap().count, 0);
    let fields: Vec<String> = sqlx::query_scalar(
        "select v.field from audit_values v join audit_entries e on e.tenant_id = v.tenant_id and e.id = v.entry_id
         where e.tenant_id = $1 and e.object_id = $2 and e.action = 'crm.customer.update' order by v.field",
    )
    .bind(tenant.id.0)
    .bind(customer.id.0)
    .fetch_all(tx.conn())
    .await
    .unwrap();
    assert_eq!(fields, ["alt_phone", "name"], "the audit names what changed and nothing else");
}

#[tokio::test]
async fn the_name_of_a_verified_customer_is_not_simply_overwritten() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let scope = world.staff(&tenant);
    let customer = create(&world, &scope, asha()).await;
    let mut tx = scope.begin_write().await.unwrap();
    sqlx::query("update customers set kyc = 'verified' where tenant_id = $1 and id = $2")
        .bind(tenant.id.0)
        .bind(customer.id.0)
        .execute(tx.conn())
        .await
        .unwrap();
    let renaming = CustomerPatch { version: customer.version, first_name: Some("Mary".into()), ..CustomerPatch::default() };
    assert!(service::update(&mut tx, &world.app.sealer, customer.id, renaming).await.unwrap_err().is("customer.verified"));
    let moving = CustomerPatch { version: customer.version, city: Some("Kisumu".into()), ..CustomerPatch::default() };
    assert_eq!(service::update(&mut tx, &world.app.sealer, customer.id, moving).await.unwrap().address.city, "Kisumu");
}

#[tokio::test]
async fn possible_duplicates_say_why_and_the_surest_comes_first() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let scope = world.staff(&tenant);
    let customer = create(&world, &scope, asha()).await;
    let namesake =
        CustomerInput { email: "other@example.com".into(), phone: "0700000104".into(), id_number: String::new(), kra_pin: String::new(), ..asha() };
    let namesake = create(&world, &scope, namesake).await;
    let same_id = CustomerInput {
        first_name: "A".into(),
        last_name: "M".into(),
        email: String::new(),
        phone: "0700000105".into(),
        kra_pin: String::new(),
        ..asha()
    };
    let same_id = create(&world, &scope, same_id).await;
    let mut tx = scope.begin_read().await.unwrap();
    let found = service::possible_duplicates(&mut tx, customer.id).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|d| (d.customer.id, d.because)).collect();
    assert_eq!(found, [(same_id.id, vec![Likeness::Identifier]), (namesake.id, vec![Likeness::Name])]);
}

#[tokio::test]
async fn consents_keep_their_history_and_the_newest_is_in_force() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let customer = create(&world, &world.staff(&tenant), asha()).await;
    let own = world.customer(&tenant, customer.id.0);
    let mut tx = own.begin_write().await.unwrap();
    for granted in [true, true, false] {
        let consent = NewConsent { purpose: Purpose::MarketingSms, granted, source: "portal".into(), wording: "sms-1".into() };
        service::record_consent(&mut tx, customer.id, consent).await.unwrap();
    }
    let history = service::consent_history(&mut tx, customer.id).await.unwrap();
    assert_eq!(history.iter().map(|c| c.granted).collect::<Vec<_>>(), [false, true], "repeating changes nothing");
    assert!(!crm::parties::consents::granted(&mut tx, customer.party, Purpose::MarketingSms).await.unwrap());
    assert!(!crm::parties::consents::granted(&mut tx, customer.party, Purpose::MarketingEmail).await.unwrap(), "never asked is not granted");
    tx.commit().await.unwrap();
    let mut tx = world.staff(&tenant).begin_write().await.unwrap();
    assert!(
        sqlx::query("update consents set granted = true where tenant_id = $1").bind(tenant.id.0).execute(tx.conn()).await.is_err(),
        "history is not rewritten"
    );
}
