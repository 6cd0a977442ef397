//! Publishers other than the platform, from their first key to a plugin that tenants run.

use std::sync::Arc;

use integrations::{
    Integrations,
    catalogue::{self, VersionState},
    publishing::{self, ExaminePackage, Examined, Examiner, Said, SubmissionState, SubmissionView},
};
use kernel::{
    AppResult, Scope,
    app::Ports,
    jobs::{Job, JobCx},
    platform_tx::PlatformTx,
};
use plugin_host::package::{Package, SigningKey};
use serde_json::json;
use testkit::World;
use uuid::Uuid;

use crate::world::Wired;

const REVIEWER: &str = "B. Reviewer";

/// A tenant that publishes, with its key.
pub struct House {
    pub staff: Scope,
    handle: String,
    key: SigningKey,
}

impl House {
    pub async fn new(wired: &Wired) -> Self {
        let tenant = wired.world.brokerage().await;
        let (staff, handle) = (wired.world.staff(&tenant), format!("acme-{}", Uuid::now_v7().simple()));
        publishing::put_account(&wired.world.app, &staff, Said { handle: &handle, name: "Acme", support: "help@example.com" }).await.unwrap();
        let key = SigningKey::generate().unwrap().0;
        publishing::add_key(&wired.world.app, &staff, &key.public().to_string(), "laptop").await.unwrap();
        Self { staff, handle, key }
    }

    /// The real plugin under this publisher's name, signed.
    pub fn package(&self, wired: &Wired, version: &str, change: impl FnOnce(String) -> String) -> Package {
        wired.write_bundle_with(version, |manifest| change(manifest.replace("publisher = \"wakala\"", &format!("publisher = \"{}\"", self.handle))));
        let mut package = Package::in_folder(&wired.folder.join("plugin")).unwrap();
        package.sign(&self.key);
        package
    }

    async fn hand_in(&self, wired: &Wired, package: &Package) -> Uuid {
        publishing::hand_in(&wired.world.app, &self.staff, &package.write().unwrap()).await.unwrap()
    }

    async fn view(&self, wired: &Wired, id: Uuid) -> SubmissionView {
        publishing::get(&wired.world.app, &self.staff, id).await.unwrap()
    }

    /// From a package to a version that can be installed.
    pub async fn publish(&self, wired: &Wired, package: &Package) -> Uuid {
        let app = &wired.world.app;
        let id = self.hand_in(wired, package).await;
        publishing::submit(app, &self.staff, id).await.unwrap();
        publishing::examine(app, id, &package.digest(), &json!({ "passed": true }), true).await.unwrap();
        publishing::approve(app, id, &package.digest(), REVIEWER, "read the sources").await.unwrap();
        publishing::put_on_list(app, &self.staff, id).await.unwrap();
        id
    }
}

#[tokio::test]
async fn a_package_goes_from_draft_to_the_catalogue_and_runs_in_tenants() {
    let wired = Wired::unpublished().await;
    let house = House::new(&wired).await;
    let app = &wired.world.app;
    let package = house.package(&wired, "1.0.0", |manifest| manifest);
    let id = house.hand_in(&wired, &package).await;
    assert_eq!(house.view(&wired, id).await.submission.state, SubmissionState::Draft);
    publishing::submit(app, &house.staff, id).await.unwrap();
    assert!(publishing::submitted(app, Some(SubmissionState::Submitted)).await.unwrap().iter().any(|line| line.id == id));
    assert!(publishing::approve(app, id, &package.digest(), REVIEWER, "fine").await.unwrap_err().is("submission.not_examined"));

    let examined = publishing::package(app, id).await.unwrap();
    assert_eq!(examined.digest(), package.digest());
    publishing::examine(app, id, &package.digest(), &json!({ "passed": true }), true).await.unwrap();
    publishing::approve(app, id, &package.digest(), REVIEWER, "read the sources").await.unwrap();
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let mut tx = staff.begin_read().await.unwrap();
    assert!(catalogue::get(&wired.integrations, &mut tx, &wired.plugin).await.unwrap_err().is("plugin.not_found"), "its publisher says when");
    drop(tx);
    publishing::put_on_list(app, &house.staff, id).await.unwrap();
    assert_eq!(house.view(&wired, id).await.submission.state, SubmissionState::Listed);
    let mut tx = staff.begin_read().await.unwrap();
    assert_eq!(catalogue::get(&wired.integrations, &mut tx, &wired.plugin).await.unwrap().plugin.publisher, "Acme");
    drop(tx);
    wired.live(&tenant).await;
}

/// A machine that finds nothing.
struct Content;

#[async_trait::async_trait]
impl Examiner for Content {
    async fn examine(&self, package: Package) -> AppResult<Examined> {
        Ok(Examined { report: json!({ "id": package.manifest().id, "findings": [] }), passed: true })
    }
}

#[tokio::test]
async fn a_package_is_examined_in_the_background_once_it_is_submitted() {
    let wired = Wired::unpublished().await;
    let house = House::new(&wired).await;
    let id = house.hand_in(&wired, &house.package(&wired, "1.0.0", |manifest| manifest)).await;
    publishing::submit(&wired.world.app, &house.staff, id).await.unwrap();
    let world = World::new(Ports::new().with::<Integrations>(wired.integrations.clone()).with::<dyn Examiner>(Arc::new(Content)));
    let context = |tenant| JobCx { app: world.app.clone(), scope: wired.world.system(tenant), id: Uuid::now_v7(), attempt: 1 };
    // A job of another tenant's finds nothing.
    let other = wired.world.brokerage().await;
    ExaminePackage { submission: id }.run(context(&other)).await.unwrap();
    assert_eq!(house.view(&wired, id).await.submission.report_passed, None);
    ExaminePackage { submission: id }.run(context(&house.staff.tenant)).await.unwrap();
    let view = house.view(&wired, id).await;
    assert_eq!((view.submission.report_passed, view.submission.state), (Some(true), SubmissionState::Submitted));
    assert_eq!(view.report.unwrap()["id"], wired.plugin.as_str());
}

#[tokio::test]
async fn whoever_hands_a_package_in_does_not_review_it() {
    let wired = Wired::unpublished().await;
    let house = House::new(&wired).await;
    let app = &wired.world.app;
    let package = house.package(&wired, "1.0.0", |manifest| manifest);
    let id = house.hand_in(&wired, &package).await;
    publishing::submit(app, &house.staff, id).await.unwrap();
    publishing::examine(app, id, &package.digest(), &json!({}), true).await.unwrap();
    let (author, digest) = (house.staff.actor.to_string(), package.digest());
    assert!(publishing::approve(app, id, &digest, &author, "mine").await.unwrap_err().is("submission.own_work"));
    assert!(publishing::reject(app, id, &digest, &author, "mine").await.unwrap_err().is("submission.own_work"));
    publishing::reject(app, id, &digest, REVIEWER, "keeps card numbers").await.unwrap();
    let view = house.view(&wired, id).await;
    assert_eq!((view.submission.state, view.review_note.as_deref()), (SubmissionState::Rejected, Some("keeps card numbers")));
    assert!(publishing::put_on_list(app, &house.staff, id).await.unwrap_err().is("submission.state"));
}

#[tokio::test]
async fn another_package_in_the_place_of_an_approved_one_begins_anew() {
    let wired = Wired::unpublished().await;
    let house = House::new(&wired).await;
    let app = &wired.world.app;
    let first = house.package(&wired, "1.0.0", |manifest| manifest);
    let id = house.hand_in(&wired, &first).await;
    publishing::submit(app, &house.staff, id).await.unwrap();
    publishing::examine(app, id, &first.digest(), &json!({}), true).await.unwrap();
    publishing::approve(app, id, &first.digest(), REVIEWER, "fine").await.unwrap();

    let second = house.package(&wired, "1.0.0", |manifest| manifest.replace("cpu_ms = 100", "cpu_ms = 90"));
    assert_ne!(first.digest(), second.digest());
    assert_eq!(house.hand_in(&wired, &second).await, id);
    let view = house.view(&wired, id).await;
    assert_eq!((view.submission.state, view.report, view.review_note), (SubmissionState::Draft, None, None));
    assert!(publishing::put_on_list(app, &house.staff, id).await.unwrap_err().is("submission.state"));
    assert!(publishing::approve(app, id, &first.digest(), REVIEWER, "fine").await.unwrap_err().is("submission.replaced"), "it is not what was read");
    let stale = publishing::examine(app, id, &first.digest(), &json!({}), true).await.unwrap_err();
    assert!(stale.is("submission.state"), "a report of the former package says nothing of this one");
}

#[tokio::test]
async fn a_review_shows_what_a_version_asks_for_beyond_the_last() {
    let wired = Wired::unpublished().await;
    let house = House::new(&wired).await;
    house.publish(&wired, &house.package(&wired, "1.0.0", |manifest| manifest)).await;
    let more = "http = [\n  { host = \"stats.example.com\", why = \"Counts payments.\" },";
    std::fs::write(wired.folder.join("plugin/CHANGELOG.md"), "## 1.1.0\n\n- Counts payments.\n").unwrap();
    let package = house.package(&wired, "1.1.0", |manifest| manifest.replacen("http = [", more, 1));
    let id = house.hand_in(&wired, &package).await;
    let change = house.view(&wired, id).await.permissions;
    assert_eq!(change.since.as_deref(), Some("1.0.0"));
    assert_eq!(change.added.iter().map(|permission| permission.key.as_str()).collect::<Vec<_>>(), ["http:stats.example.com:443:both"]);
    assert!(change.removed.is_empty() && !change.kept.is_empty());

    let app = &wired.world.app;
    assert!(publishing::review(app, id).await.unwrap_err().is("submission.not_found"), "a draft is its publisher's alone");
    publishing::submit(app, &house.staff, id).await.unwrap();
    let review = publishing::review(app, id).await.unwrap();
    assert_eq!((review.hosts.added, review.hosts.removed), (vec!["stats.example.com:443 (both)".to_owned()], Vec::new()));
    assert_eq!(review.component_bytes_before, Some(review.component_bytes), "the component is the same");
    assert_eq!((review.account.name.as_str(), review.account.versions, review.account.revoked), ("Acme", 1, 0));
    assert_eq!(review.handed_in_by, house.staff.actor.to_string());
    assert!(review.changelog.unwrap().contains("Counts payments."));
}

#[tokio::test]
async fn a_package_needs_its_publishers_key_and_name() {
    let wired = Wired::unpublished().await;
    let (house, other) = (House::new(&wired).await, House::new(&wired).await);
    let app = &wired.world.app;
    let mut package = house.package(&wired, "1.0.0", |manifest| manifest);
    package.sign(&other.key);
    let foreign = publishing::hand_in(app, &house.staff, &package.write().unwrap()).await.unwrap_err();
    assert!(foreign.is("submission.unknown_key"), "{foreign:?}");
    let unsigned = Package::in_folder(&wired.folder.join("plugin")).unwrap();
    assert!(publishing::hand_in(app, &house.staff, &unsigned.write().unwrap()).await.unwrap_err().is("submission.unknown_key"));
    let named = other.package(&wired, "1.0.0", |manifest| manifest);
    assert!(publishing::hand_in(app, &house.staff, &named.write().unwrap()).await.unwrap_err().is("submission.other_publisher"));
    assert!(publishing::hand_in(app, &house.staff, b"not a package").await.unwrap_err().is("submission.refused"));

    let account = publishing::get_account(app, &house.staff).await.unwrap();
    publishing::revoke_key(app, &house.staff, account.keys[0].id).await.unwrap();
    let package = house.package(&wired, "1.0.0", |manifest| manifest);
    let late = publishing::hand_in(app, &house.staff, &package.write().unwrap()).await.unwrap_err();
    assert!(late.is("submission.unknown_key"), "a key out of use signs nothing new");
}

#[tokio::test]
async fn what_a_key_signed_is_not_listed_after_it_was_taken_out_of_use() {
    let wired = Wired::unpublished().await;
    let house = House::new(&wired).await;
    let app = &wired.world.app;
    let package = house.package(&wired, "1.0.0", |manifest| manifest);
    let id = house.hand_in(&wired, &package).await;
    publishing::submit(app, &house.staff, id).await.unwrap();
    publishing::examine(app, id, &package.digest(), &json!({}), true).await.unwrap();
    publishing::approve(app, id, &package.digest(), REVIEWER, "fine").await.unwrap();
    let account = publishing::get_account(app, &house.staff).await.unwrap();
    publishing::revoke_key(app, &house.staff, account.keys[0].id).await.unwrap();
    assert!(publishing::put_on_list(app, &house.staff, id).await.unwrap_err().is("submission.unknown_key"));
}

#[tokio::test]
async fn a_listed_version_never_changes_and_its_name_stays_its_publishers() {
    let wired = Wired::unpublished().await;
    let (house, other) = (House::new(&wired).await, House::new(&wired).await);
    let app = &wired.world.app;
    let package = house.package(&wired, "1.0.0", |manifest| manifest);
    house.publish(&wired, &package).await;
    let again = publishing::hand_in(app, &house.staff, &package.write().unwrap()).await.unwrap_err();
    assert!(again.is("submission.version_published"), "{again:?}");
    let squatted = other.package(&wired, "2.0.0", |manifest| manifest);
    assert!(publishing::hand_in(app, &other.staff, &squatted.write().unwrap()).await.unwrap_err().is("submission.name_taken"));
}

#[tokio::test]
async fn versions_of_a_plugin_only_rise() {
    let wired = Wired::unpublished().await;
    let house = House::new(&wired).await;
    let app = &wired.world.app;
    let lower = house.package(&wired, "1.9.0", |manifest| manifest);
    let early = house.hand_in(&wired, &lower).await;
    publishing::submit(app, &house.staff, early).await.unwrap();
    publishing::examine(app, early, &lower.digest(), &json!({}), true).await.unwrap();
    publishing::approve(app, early, &lower.digest(), REVIEWER, "fine").await.unwrap();
    house.publish(&wired, &house.package(&wired, "1.10.0", |manifest| manifest)).await;
    assert!(publishing::put_on_list(app, &house.staff, early).await.unwrap_err().is("submission.version_lower"));
    let late = house.package(&wired, "1.9.9", |manifest| manifest);
    assert!(publishing::hand_in(app, &house.staff, &late.write().unwrap()).await.unwrap_err().is("submission.version_lower"));
    house.publish(&wired, &house.package(&wired, "1.10.1", |manifest| manifest)).await;
}

#[tokio::test]
async fn a_publisher_sees_and_withdraws_its_own_only() {
    let wired = Wired::unpublished().await;
    let (house, other) = (House::new(&wired).await, House::new(&wired).await);
    let app = &wired.world.app;
    let id = house.publish(&wired, &house.package(&wired, "1.0.0", |manifest| manifest)).await;
    assert!(publishing::get(app, &other.staff, id).await.unwrap_err().is("submission.not_found"));
    assert!(publishing::list(app, &other.staff).await.unwrap().is_empty());
    let withdraw = |staff, state| publishing::withdraw(app, staff, &wired.plugin, "1.0.0", state, "a mistake");
    assert!(withdraw(&other.staff, VersionState::Yanked).await.unwrap_err().is("plugin.not_found"));
    withdraw(&house.staff, VersionState::Yanked).await.unwrap();
    assert!(withdraw(&house.staff, VersionState::Listed).await.unwrap_err().is("submission.state"), "only the platform offers it again");
    let nobody = wired.world.staff(&wired.world.brokerage().await);
    assert!(publishing::list(app, &nobody).await.unwrap_err().is("publisher.none"));
}

#[tokio::test]
async fn a_handle_belongs_to_one_publisher_and_stays() {
    let wired = Wired::unpublished().await;
    let (house, app) = (House::new(&wired).await, &wired.world.app);
    let stranger = wired.world.staff(&wired.world.brokerage().await);
    let said = |handle| Said { handle, name: "Acme", support: "" };
    assert!(publishing::put_account(app, &stranger, said(&house.handle)).await.unwrap_err().is("publisher.handle_taken"));
    assert!(publishing::put_account(app, &stranger, said("wakala")).await.unwrap_err().is("publisher.handle_taken"), "the platform's own");
    assert!(publishing::put_account(app, &house.staff, said("acme-renamed")).await.unwrap_err().is("publisher.handle_fixed"));
    assert!(publishing::put_account(app, &stranger, said("No Handle")).await.unwrap_err().is("validation_error"));
    let key = house.key.public().to_string();
    assert!(publishing::add_key(app, &house.staff, &key, "again").await.unwrap_err().is("publisher_key.taken"));
}

#[tokio::test]
async fn a_signed_version_does_not_run_as_another() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let mut tx = PlatformTx::begin(&wired.world.app.db, "test").await.unwrap();
    // As if somebody wrote the old version under the number of one that mended it.
    let copied = sqlx::query(
        "insert into plugin_versions (id, plugin_id, version, component_sha256, component_bytes, manifest, public_keys, package_sha256, package_index,
           publisher_key, publisher_signature, counter_signature, state, published_at)
         select gen_random_uuid(), plugin_id, '1.0.1', component_sha256, component_bytes, manifest, public_keys, package_sha256, package_index,
           publisher_key, publisher_signature, counter_signature, v.state, now()
         from plugin_versions v join plugins p on p.id = v.plugin_id where p.name = $1",
    );
    copied.bind(&wired.plugin).execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = staff.begin_read().await.unwrap();
    assert!(catalogue::get(&wired.integrations, &mut tx, &wired.plugin).await.unwrap_err().is("plugin.damaged"));
}

#[tokio::test]
async fn a_version_without_both_signatures_does_not_run() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    for column in ["counter_signature", "publisher_signature"] {
        let mut tx = PlatformTx::begin(&wired.world.app.db, "test").await.unwrap();
        let forge = format!("update plugin_versions v set {column} = 'AAAA' from plugins p where p.id = v.plugin_id and p.name = $1");
        sqlx::query(sqlx::AssertSqlSafe(forge)).bind(&wired.plugin).execute(tx.conn()).await.unwrap();
        tx.commit().await.unwrap();
        // A process that has not loaded it yet.
        let fresh = Integrations::new(wired.parts.clone());
        let mut tx = staff.begin_read().await.unwrap();
        assert!(catalogue::get(&fresh, &mut tx, &wired.plugin).await.unwrap_err().is("plugin.damaged"), "{column}");
        drop(tx);
        catalogue::publish_bundle(&wired.world.app, &wired.folder).await.unwrap();
        let mut tx = staff.begin_read().await.unwrap();
        catalogue::get(&fresh, &mut tx, &wired.plugin).await.unwrap();
    }
}

#[tokio::test]
async fn an_icon_is_drawn_anew_and_shown_to_everybody() {
    let wired = Wired::unpublished().await;
    let house = House::new(&wired).await;
    let app = &wired.world.app;
    let icon = wired.folder.join("plugin/assets/icon.png");
    std::fs::create_dir_all(icon.parent().unwrap()).unwrap();
    let mut file = Vec::new();
    image::DynamicImage::new_rgba8(128, 128).write_with_encoder(image::codecs::png::PngEncoder::new(&mut file)).unwrap();
    file.extend(b"hidden");
    std::fs::write(&icon, file).unwrap();
    let pictured = |manifest: String| manifest.replacen("[display]", "[display]\nicon = \"assets/icon.png\"", 1);
    house.publish(&wired, &house.package(&wired, "1.0.0", pictured)).await;
    let address = catalogue::on_shelf(app, &wired.plugin).await.unwrap().plugin.icon.unwrap();
    let shown = catalogue::icon(app, address.rsplit('/').next().unwrap()).await.unwrap();
    assert!(shown.starts_with(b"\x89PNG") && !shown.windows(6).any(|part| part == b"hidden"));
    let nobodys = format!("{}.png", "0".repeat(64));
    for other in ["", "icon.png", "../secret.png", nobodys.as_str()] {
        assert!(catalogue::icon(app, other).await.unwrap_err().is("plugin.not_found"), "{other}");
    }

    std::fs::write(&icon, "<svg/>").unwrap();
    let package = house.package(&wired, "1.1.0", pictured);
    let refused = publishing::hand_in(app, &house.staff, &package.write().unwrap()).await.unwrap_err();
    assert!(refused.is("submission.refused"), "{refused:?}");
    let plain = house.package(&wired, "1.1.0", |manifest| manifest);
    house.publish(&wired, &plain).await;
    assert_eq!(catalogue::on_shelf(app, &wired.plugin).await.unwrap().plugin.icon, None);
}
