//! Every route of the API, tried by everybody who must not use it. The list is the one that the router is made from, so a new route
//! is tried the day it is written.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use axum::http::StatusCode;
use identity::PermissionCatalogue;
use kernel::routes::{Access, Face, Route};
use serde::Deserialize;
use uuid::Uuid;

use crate::house::{Host, House};

/// A place as it could be asked for: every parameter has a value of the likeliest form.
fn place(route: &Route) -> String {
    let segments = route.path.split('/').map(|segment| if segment.starts_with('{') { Uuid::nil().to_string() } else { segment.to_owned() });
    format!("/api/v1{}", segments.collect::<Vec<_>>().join("/"))
}

fn of_the_api(house: &House) -> Vec<Route> {
    let routes: Vec<Route> = house.table.iter().filter(|route| route.face == Face::Api).cloned().collect();
    assert!(routes.len() > 50, "the table of routes is read");
    routes
}

fn name(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

#[tokio::test]
async fn without_credentials_only_public_routes_answer() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    let mut wrong = Vec::new();
    for route in of_the_api(&house).iter().filter(|route| route.access != Access::Public) {
        for host in [Host::Portal, Host::Office] {
            let (status, _) = house.ask(&tenant, host, &route.method, &place(route), None, None).await;
            if status != StatusCode::UNAUTHORIZED {
                wrong.push(format!("{} on {host:?}: {status}", name(route)));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn a_token_of_another_tenant_opens_nothing_not_even_what_is_public() {
    let house = House::open().await;
    let (ours, theirs) = (house.brokerage().await, house.brokerage().await);
    let staff = house.staff(&theirs, &house.permissions).await;
    let (_, _, customer) = house.customer(&theirs).await;
    let (status, _) = house.ask(&theirs, Host::Office, "GET", "/api/v1/admin/quotes", Some(&staff), None).await;
    assert_eq!(status, StatusCode::OK, "the token is good where it belongs");
    let mut wrong = Vec::new();
    for route in of_the_api(&house) {
        for (host, token) in [(Host::Office, &staff), (Host::Portal, &customer)] {
            let (status, body) = house.ask(&ours, host, &route.method, &place(&route), Some(token), None).await;
            if status != StatusCode::UNAUTHORIZED {
                wrong.push(format!("{} on {host:?}: {status} {body}", name(&route)));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn customers_and_staff_do_not_enter_by_each_others_doors() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    let staff = house.staff(&tenant, &house.permissions).await;
    let (_, _, customer) = house.customer(&tenant).await;
    let mut wrong = Vec::new();
    for route in of_the_api(&house) {
        let path = place(&route);
        let (from, token) = match route.access {
            Access::Staff(_) | Access::AnyStaff => (Host::Portal, &customer),
            Access::Customer => (Host::Office, &staff),
            Access::Public | Access::SignedIn => continue,
        };
        let (status, _) = house.ask(&tenant, from, &route.method, &path, Some(token), None).await;
        if status != StatusCode::FORBIDDEN {
            wrong.push(format!("{}: {status}", name(&route)));
        }
        let other = if from == Host::Portal { Host::Office } else { Host::Portal };
        let (status, _) = house.ask(&tenant, other, &route.method, &path, Some(token), None).await;
        if status != StatusCode::UNAUTHORIZED {
            wrong.push(format!("{} on the other host: {status}", name(&route)));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn every_permission_but_the_one_that_is_wanted_is_not_enough_and_that_one_is() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    let mut by_permission: BTreeMap<&str, Vec<Route>> = BTreeMap::new();
    for route in of_the_api(&house) {
        if let Access::Staff(permission) = route.access {
            by_permission.entry(permission).or_default().push(route);
        }
    }
    let mut wrong = Vec::new();
    for (permission, routes) in by_permission {
        assert!(house.permissions.contains(permission), "{permission} is wanted, but no module declares it");
        let others: BTreeSet<&str> = house.permissions.iter().copied().filter(|code| *code != permission).collect();
        let (without, with) = (house.staff(&tenant, &others).await, house.staff(&tenant, &[permission].into()).await);
        for route in routes {
            let (status, body) = house.ask(&tenant, Host::Office, &route.method, &place(&route), Some(&without), None).await;
            if status != StatusCode::FORBIDDEN {
                wrong.push(format!("{} without {permission}: {status} {body}", name(&route)));
            }
            let (status, body) = house.ask(&tenant, Host::Office, &route.method, &place(&route), Some(&with), None).await;
            if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) || status.is_server_error() {
                wrong.push(format!("{} with {permission}: {status} {body}", name(&route)));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn pages_of_people_who_are_signed_in_ask_others_to_sign_in() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    let mut wrong = Vec::new();
    for route in house.table.iter().filter(|route| route.access != Access::Public && route.method == "GET") {
        let host = match route.face {
            Face::Portal => Host::Portal,
            Face::Office => Host::Office,
            Face::Platform | Face::Api | Face::Hook => continue,
        };
        let path = place(route).trim_start_matches("/api/v1").to_owned();
        let (status, _) = house.ask(&tenant, host, "GET", &path, None, None).await;
        if !status.is_redirection() {
            wrong.push(format!("{host:?} {path}: {status}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[derive(Deserialize)]
struct RolesFile {
    role: Vec<Role>,
}

#[derive(Deserialize)]
struct Role {
    key: String,
    name: BTreeMap<String, String>,
    permissions: Vec<String>,
}

/// Role by permission, for people who decide who may do what.
fn permissions_of_roles(house: &House) -> String {
    let pack = house.app.packs.get("kenya-brokerage").expect("the pack");
    let file: RolesFile = pack.toml("roles.toml").expect("roles");
    let modules = wakala::modules::all();
    let all: BTreeMap<&str, bool> =
        modules.iter().flat_map(|module| module.permissions.iter().map(|permission| (permission.code, permission.sensitive))).collect();
    let catalogue = PermissionCatalogue::new(modules.iter().flat_map(|module| module.permissions.iter().copied()));
    let mut text = String::from("What the roles of a new Kenyan brokerage may do. * marks what wants a fresh login.\n");
    for role in &file.role {
        let held = catalogue.resolve(role.permissions.iter().map(String::as_str));
        let _ = writeln!(text, "\n{} ({}): {} of {}", role.name["en"], role.key, held.len(), all.len());
        for (code, sensitive) in &all {
            if held.contains(*code) {
                let words = house
                    .app
                    .texts
                    .find("en", &format!("permission-{}", code.replace(['.', '_'], "-")), &[])
                    .unwrap_or_else(|| panic!("{code} has no words"));
                let _ = writeln!(text, "  {} {words}  [{code}]", if *sensitive { "*" } else { " " });
            }
        }
    }
    text
}

/// Staff read what a job does when it is given up.
#[tokio::test]
async fn every_job_has_words() {
    let house = House::open().await;
    let modules = wakala::modules::all();
    let names = modules.iter().flat_map(|module| {
        let jobs = module.jobs.iter().map(|job| job.name);
        jobs.chain(module.schedules.iter().map(|schedule| schedule.job.name)).chain(module.subscriptions.iter().map(|heard| heard.job.name))
    });
    let key = |name: &str| format!("job-{}", name.replace(['.', '_'], "-"));
    let without: BTreeSet<&str> = names.filter(|name| house.app.texts.find("en", &key(name), &[]).is_none()).collect();
    assert_eq!(without, BTreeSet::new());
}

/// `WAKALA_SNAPSHOT=write` writes what is true now; whoever reviews the change decides whether it should be.
fn assert_snapshot(name: &str, now: &str) {
    let file = testkit::root().join("tests/snapshots").join(name);
    if std::env::var("WAKALA_SNAPSHOT").is_ok_and(|word| word == "write") {
        std::fs::write(&file, now).expect("the snapshot is written");
    }
    let before = std::fs::read_to_string(&file).unwrap_or_default();
    let missing_in = |other: &str, text: &str| -> Vec<String> {
        let known: BTreeSet<&str> = other.lines().collect();
        text.lines().filter(|line| !known.contains(line)).map(str::to_owned).collect()
    };
    let (gone, new) = (missing_in(now, &before), missing_in(&before, now));
    assert!(before == now, "{name} has changed: look at it, and run again with WAKALA_SNAPSHOT=write if it should. Gone: {gone:#?} New: {new:#?}");
}

#[tokio::test]
async fn roles_may_do_exactly_what_the_snapshot_says() {
    let house = House::open().await;
    assert_snapshot("permissions.txt", &permissions_of_roles(&house));
}

/// What each route wants of its caller. The tests above try routes as they are declared; this is about the declarations.
fn access_of_routes(house: &House) -> String {
    let mut lines: Vec<String> = house
        .table
        .iter()
        .map(|route| {
            let face = format!("{:?}", route.face).to_lowercase();
            let wants = match route.access {
                Access::Public => "anybody",
                Access::SignedIn => "anybody signed in",
                Access::Customer => "a customer",
                Access::AnyStaff => "any staff",
                Access::Staff(permission) => permission,
            };
            format!("{face:<8} {:<6} {:<60} {wants}\n", route.method, route.path)
        })
        .collect();
    lines.sort_unstable();
    format!("What each route wants of its caller: a permission of staff, or less.\n\n{}", lines.concat())
}

#[tokio::test]
async fn routes_want_exactly_what_the_snapshot_says() {
    let house = House::open().await;
    assert_snapshot("routes.txt", &access_of_routes(&house));
}
