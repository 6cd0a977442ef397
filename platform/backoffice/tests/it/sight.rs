//! What staff see whose role shows them only their own customers, or their team's. The database decides, on every page.

use axum::http::StatusCode;
use crm::customers::{CustomerId, CustomerInput, service as customers};
use kernel::{Audience, Scope, Sight};
use uuid::Uuid;

use crate::support::{Firm, Site};

/// A customer of this name, assigned to somebody or nobody.
async fn customer(site: &Site, firm: &Firm, name: &str, agent: Option<Uuid>) -> CustomerId {
    let input = CustomerInput {
        first_name: name.into(),
        last_name: "Mfano".into(),
        phone: "0700 000 101".into(),
        assigned_agent: agent,
        ..CustomerInput::default()
    };
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    let made = customers::create(&mut tx, &site.app.sealer, input).await.expect("a customer");
    tx.commit().await.expect("commit");
    made.id
}

async fn user(firm: &Firm, email: &str) -> Uuid {
    let mut tx = firm.scope.begin_read().await.expect("transaction");
    sqlx::query_scalar("select id from users where tenant_id = $1 and email = $2")
        .bind(firm.tenant.id.0)
        .bind(email)
        .fetch_one(tx.conn())
        .await
        .expect("a user")
}

/// From here on the role sees no more than this.
async fn narrow(firm: &Firm, role: &str, sight: Sight) {
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    sqlx::query("update roles set sight = $3 where tenant_id = $1 and key = $2")
        .bind(firm.tenant.id.0)
        .bind(role)
        .bind(sight.as_str())
        .execute(tx.conn())
        .await
        .expect("a role");
    tx.commit().await.expect("commit");
}

#[tokio::test]
async fn who_sees_only_own_customers_finds_no_other_on_any_way() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut agent = site.member(&firm, "agent@example.com", "agent").await;
    narrow(&firm, "agent", Sight::Own).await;
    let own = customer(&site, &firm, "Akinyi", Some(user(&firm, "agent@example.com").await)).await;
    let others = [customer(&site, &firm, "Barasa", Some(Uuid::now_v7())).await, customer(&site, &firm, "Chebet", None).await];

    let list = agent.get("/customers").await;
    assert!(list.has("Akinyi") && !list.has("Barasa") && !list.has("Chebet"), "{}", list.body);
    assert!(agent.get("/search?q=Akinyi").await.has(&own.to_string()));
    for name in ["Barasa", "Chebet"] {
        assert!(!agent.get(&format!("/search?q={name}")).await.has("/customers/0"));
    }
    assert_eq!(agent.get(&format!("/customers/{own}")).await.status, StatusCode::OK);
    for other in others {
        assert_eq!(agent.get(&format!("/customers/{other}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(agent.get(&format!("/customers/{other}/edit")).await.status, StatusCode::NOT_FOUND);
    }
    let mut owner = site.owner(&firm).await;
    let list = owner.get("/customers").await;
    assert!(list.has("Akinyi") && list.has("Barasa") && list.has("Chebet"), "others see what they saw");
}

#[tokio::test]
async fn what_belongs_to_a_customer_out_of_sight_is_out_of_sight_too() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let agent = Uuid::now_v7();
    let (own, other) = (customer(&site, &firm, "Akinyi", Some(agent)).await, customer(&site, &firm, "Barasa", None).await);
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    for id in [own, other] {
        sqlx::query(
            "insert into activities (tenant_id, id, customer_id, kind, subject, happened_at, user_id, created_at, updated_at)
             values ($1, gen_random_uuid(), $2, 'call', 'Renewal', now(), gen_random_uuid(), now(), now())",
        )
        .bind(firm.tenant.id.0)
        .bind(id.0)
        .execute(tx.conn())
        .await
        .expect("an activity");
    }
    tx.commit().await.expect("commit");
    let staff = Scope::person(site.app.db.clone(), firm.tenant.clone(), Audience::Staff { user: agent }, Uuid::now_v7(), site.app.clock.clone());
    for (sight, seen) in [(Sight::All, 2), (Sight::Team, 1), (Sight::Own, 1)] {
        let mut tx = staff.seeing(sight).begin_read().await.expect("transaction");
        let found: i64 = sqlx::query_scalar("select count(*) from activities").fetch_one(tx.conn()).await.expect("a count");
        assert_eq!(found, seen, "{sight}");
    }
    let mut tx = staff.seeing(Sight::Own).begin_write().await.expect("transaction");
    let written = sqlx::query("update activities set subject = 'x' where customer_id = $1").bind(other.0).execute(tx.conn()).await.expect("no row");
    assert_eq!(written.rows_affected(), 0);
}

#[tokio::test]
async fn a_team_sees_each_others_customers_as_long_as_it_is_one() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut owner = site.owner(&firm).await;
    let mut agent = site.member(&firm, "agent@example.com", "agent").await;
    site.member(&firm, "colleague@example.com", "agent").await;
    let (self_id, colleague) = (user(&firm, "agent@example.com").await, user(&firm, "colleague@example.com").await);
    narrow(&firm, "agent", Sight::Team).await;
    customer(&site, &firm, "Akinyi", Some(colleague)).await;
    assert!(!agent.get("/customers").await.has("Akinyi"), "they are in no team yet");

    let key = owner.get("/settings/teams/new").await.hidden("idempotency_key");
    let (one, two) = (self_id.to_string(), colleague.to_string());
    let fields = [("idempotency_key", key.as_str()), ("name", "North"), ("members", one.as_str()), ("members", two.as_str())];
    let made = owner.post("/settings/teams/new", &fields).await;
    assert_eq!(made.location, "/settings/teams", "{}", made.body);
    assert!(agent.get("/customers").await.has("Akinyi"));

    let list = owner.get("/settings/teams").await;
    let start = list.body.find("href=\"/settings/teams/0").unwrap_or_else(|| panic!("a team in {}", list.body)) + 6;
    let href = list.body[start..].split('"').next().unwrap_or_default().to_owned();
    let left = owner.post(&href, &[("name", "North"), ("members", two.as_str())]).await;
    assert_eq!(left.location, "/settings/teams", "{}", left.body);
    assert!(!agent.get("/customers").await.has("Akinyi"));
    let removed = owner.post(&format!("{href}/remove"), &[]).await;
    assert_eq!(removed.flash(), "good.office-teams-removed");
}

#[tokio::test]
async fn a_customer_made_in_limited_sight_is_the_makers_and_goes_to_nobody_out_of_sight() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut agent = site.member(&firm, "agent@example.com", "agent").await;
    narrow(&firm, "agent", Sight::Own).await;
    let form = agent.get("/customers/new").await;
    let key = form.hidden("idempotency_key");
    let stranger = user(&firm, "owner@example.com").await.to_string();
    let fields = |agent: &str| {
        [
            ("idempotency_key", key.clone()),
            ("customer_type", "individual".to_owned()),
            ("first_name", "Akinyi".to_owned()),
            ("last_name", "Mfano".to_owned()),
            ("date_of_birth", "1990-05-01".to_owned()),
            ("phone", "0700 000 101".to_owned()),
            ("lifecycle", "lead".to_owned()),
            ("source", "walk_in".to_owned()),
            ("assigned_agent", agent.to_owned()),
        ]
    };
    let given = fields(&stranger);
    let given: Vec<(&str, &str)> = given.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(agent.post("/customers/new", &given).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = fields("");
    let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let made = agent.post("/customers/new", &kept).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    assert!(agent.get(&made.location).await.has("Akinyi"));
}

#[tokio::test]
async fn a_role_says_what_it_sees_and_nobody_gives_a_wider_sight_than_the_own() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut owner = site.owner(&firm).await;
    let key = owner.get("/settings/roles/new").await.hidden("idempotency_key");
    let fields = [("idempotency_key", key.as_str()), ("name", "Field agent"), ("sight", "own"), ("permissions_crm", "crm.customer.read")];
    let made = owner.post("/settings/roles/new", &fields).await;
    assert_eq!(made.location, "/settings/roles/field-agent", "{}", made.body);
    assert!(owner.get(&made.location).await.has("Customers who are assigned to the person"));
    assert!(owner.get("/settings/roles/field-agent/edit").await.has("value=\"own\" required checked"));

    narrow(&firm, "admin", Sight::Team).await;
    let mut admin = site.member(&firm, "admin@example.com", "admin").await;
    let version = admin.get("/settings/roles/field-agent/edit").await.hidden("version");
    let wider = [("version", version.as_str()), ("name", "Field agent"), ("sight", "all"), ("permissions_crm", "crm.customer.read")];
    assert!(admin.post("/settings/roles/field-agent/edit", &wider).await.has("may do more than you may"));
    let team = [("version", version.as_str()), ("name", "Field agent"), ("sight", "team"), ("permissions_crm", "crm.customer.read")];
    let saved = admin.post("/settings/roles/field-agent/edit", &team).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
}

#[tokio::test]
async fn who_sees_only_some_customers_closes_no_day() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut cashier = site.member(&firm, "cashier@example.com", "agent").await;
    assert_eq!(cashier.get("/till/close").await.status, StatusCode::OK);
    narrow(&firm, "agent", Sight::Team).await;
    // Whoever was admitted within the last second keeps what was known then.
    let mut cashier = site.member(&firm, "new.cashier@example.com", "agent").await;
    for path in ["/till/close", "/till/bank"] {
        assert_eq!(cashier.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn money_that_nobody_is_known_to_have_sent_is_seen_by_those_who_see_everybody() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let agent = Uuid::now_v7();
    let own = customer(&site, &firm, "Akinyi", Some(agent)).await;
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    for owner in [Some(own.0), None] {
        sqlx::query(
            "insert into unmatched_receipts (tenant_id, id, installation_id, origin, origin_id, provider_state, trusted, customer_id, created_at, updated_at)
             values ($1, gen_random_uuid(), gen_random_uuid(), 'report', gen_random_uuid(), 'received', true, $2, now(), now())",
        )
        .bind(firm.tenant.id.0)
        .bind(owner)
        .execute(tx.conn())
        .await
        .expect("a receipt");
    }
    tx.commit().await.expect("commit");
    let staff = Scope::person(site.app.db.clone(), firm.tenant.clone(), Audience::Staff { user: agent }, Uuid::now_v7(), site.app.clock.clone());
    for (sight, seen) in [(Sight::All, 2), (Sight::Team, 1), (Sight::Own, 1)] {
        let mut tx = staff.seeing(sight).begin_read().await.expect("transaction");
        let found: i64 = sqlx::query_scalar("select count(*) from unmatched_receipts").fetch_one(tx.conn()).await.expect("a count");
        assert_eq!(found, seen, "{sight}");
    }
}
