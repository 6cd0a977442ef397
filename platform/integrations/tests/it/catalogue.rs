//! Publishing and reading the catalogue.

use std::sync::Arc;

use bytes::Bytes;
use integrations::{
    Integrations, Parts,
    catalogue::{self, BundleError, Published, VersionState, Wish},
    installs::{self, SettingsMode},
};
use kernel::{app::Ports, csrf::Signer, platform_tx::PlatformTx};
use ports::object::ObjectStore;
use sha2::Digest;
use simulators::daraja::Profile;
use testkit::{MemoryObjects, World};

use crate::world::{Wired, component, good};

#[tokio::test]
async fn a_bundle_is_published_once_and_offered_with_its_permissions() {
    let mut wired = Wired::unpublished().await;
    let (plugin, version) = (wired.plugin.clone(), "1.0.0".to_owned());
    assert_eq!(wired.publish().await, [Published::New { plugin: plugin.clone(), version: version.clone() }]);
    assert_eq!(wired.publish().await, [Published::Unchanged { plugin: plugin.clone(), version }]);

    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let mut tx = staff.begin_read().await.unwrap();
    let listed = catalogue::list(&wired.integrations, &mut tx).await;
    // Other worlds' packages are signed alike but lie in other stores; only this one's is asked for.
    let line = listed.unwrap().into_iter().find(|line| line.plugin == plugin).unwrap();
    assert_eq!((line.kind.as_str(), line.publisher.as_str(), line.installation), ("payment", "Wakala", None));
    let detail = catalogue::get(&wired.integrations, &mut tx, &plugin).await.unwrap();
    let live = detail.permissions.iter().find(|permission| permission.key.ends_with(":443:live")).unwrap();
    assert!(live.sentence.starts_with("Sends requests to api.") && live.why.is_some(), "{live:?}");
    assert_eq!(detail.methods[0].smallest_unit, 100);
    assert!(catalogue::get(&wired.integrations, &mut tx, "com.example.nothing").await.unwrap_err().is("plugin.not_found"));
}

#[tokio::test]
async fn the_same_version_with_other_content_stays_as_it_was() {
    let wired = Wired::new().await;
    let manifest = wired.folder.join("plugin/plugin.toml");
    let changed = std::fs::read_to_string(&manifest).unwrap().replace("cpu_ms = 100", "cpu_ms = 90");
    std::fs::write(&manifest, changed).unwrap();
    let again = catalogue::publish_bundle(&wired.world.app, &wired.folder).await.unwrap();
    assert_eq!(again, [Published::Differs { plugin: wired.plugin.clone(), version: "1.0.0".into() }]);
    wired.write_bundle("1.1.0");
    let next = catalogue::publish_bundle(&wired.world.app, &wired.folder).await.unwrap();
    assert!(matches!(&next[..], [Published::New { version, .. }] if version == "1.1.0"), "{next:?}");
}

#[tokio::test]
async fn what_is_no_component_is_refused() {
    let wired = Wired::unpublished().await;
    wired.write_bundle("1.0.0");
    std::fs::write(wired.folder.join("plugin/plugin.wasm"), b"\0asm\x01\0\0\0").unwrap();
    let refused = catalogue::publish_bundle(&wired.world.app, &wired.folder).await;
    assert!(matches!(refused, Err(BundleError::Refused { .. })), "{refused:?}");
    assert!(catalogue::publish_bundle(&wired.world.app, &wired.folder.join("absent")).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_component_that_was_changed_in_the_store_does_not_run() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.install(&staff).await;
    wired.configure(&staff, id, SettingsMode::Test, good(Profile::Sandbox)).await.unwrap();
    let mut tx = staff.begin_read().await.unwrap();
    let sha: String = sqlx::query_scalar("select component_sha256 from plugin_versions v join plugins p on p.id = v.plugin_id where p.name = $1")
        .bind(&wired.plugin)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    drop(tx);
    let path = format!("plugins/{sha}.wasm");
    let mut tampered = component(&wired.objects, &path).await.to_vec();
    *tampered.last_mut().unwrap() ^= 1;
    wired.objects.put_platform(&path, "application/wasm", Bytes::from(tampered)).await.unwrap();
    let refused = installs::check(&wired.integrations, &staff, id, SettingsMode::Test).await.unwrap_err();
    assert!(refused.is("plugin.damaged"), "{refused:?}");
}

#[tokio::test]
async fn a_version_whose_signature_is_not_ours_does_not_run() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let stranger = Arc::new(Integrations::new(Parts { signer: Signer::new([1; 32]), ..wired.parts.clone() }));
    let mut tx = wired.world.staff(&tenant).begin_read().await.unwrap();
    let refused = catalogue::get(&stranger, &mut tx, &wired.plugin).await.unwrap_err();
    assert!(refused.is("plugin.damaged"), "{refused:?}");
}

#[tokio::test]
async fn nobody_who_serves_can_change_what_was_published() {
    let wired = Wired::new().await;
    let mut platform = PlatformTx::begin(&wired.world.app.db, "test").await.unwrap();
    let changed = sqlx::query("update plugin_versions set manifest = manifest").execute(platform.conn()).await;
    assert_eq!(changed.unwrap_err().as_database_error().unwrap().code().unwrap(), "42501");
    let tenant = wired.world.brokerage().await;
    let mut tx = wired.world.system(&tenant).begin_write().await.unwrap();
    let changed = sqlx::query("update plugin_versions set state = 'listed'").execute(tx.conn()).await;
    assert_eq!(changed.unwrap_err().as_database_error().unwrap().code().unwrap(), "42501");
}

#[tokio::test]
async fn publishing_again_heals_an_old_signature_and_a_lost_component() {
    let wired = Wired::unpublished().await;
    wired.write_bundle("1.0.0");
    let before = Arc::new(Integrations::new(Parts { signer: Signer::new([1; 32]), ..wired.parts.clone() }));
    let earlier = World::new(Ports::new().with::<Integrations>(before));
    catalogue::publish_bundle(&earlier.app, &wired.folder).await.unwrap();
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let mut tx = staff.begin_read().await.unwrap();
    assert!(catalogue::get(&wired.integrations, &mut tx, &wired.plugin).await.unwrap_err().is("plugin.damaged"));
    assert!(
        catalogue::list(&wired.integrations, &mut tx).await.unwrap().iter().all(|line| line.plugin != wired.plugin),
        "left out, the others are there"
    );
    drop(tx);

    let again = catalogue::publish_bundle(&wired.world.app, &wired.folder).await.unwrap();
    assert!(matches!(again[..], [Published::Unchanged { .. }]), "{again:?}");
    let fresh = Arc::new(MemoryObjects::default());
    let moved = Arc::new(Integrations::new(Parts { objects: fresh.clone(), ..wired.parts.clone() }));
    let world = World::new(Ports::new().with::<Integrations>(moved));
    catalogue::publish_bundle(&world.app, &wired.folder).await.unwrap();
    let mut tx = staff.begin_read().await.unwrap();
    catalogue::get(&wired.integrations, &mut tx, &wired.plugin).await.unwrap();
    let sha: String = sqlx::query_scalar("select component_sha256 from plugin_versions v join plugins p on p.id = v.plugin_id where p.name = $1")
        .bind(&wired.plugin)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    assert!(!component(&fresh, &format!("plugins/{sha}.wasm")).await.is_empty());
}

#[tokio::test]
async fn everybody_may_look_for_a_plugin_and_at_its_versions() {
    let wired = Wired::new().await;
    let app = &wired.world.app;
    let all = catalogue::shelf(app).await.unwrap();
    let line = all.iter().find(|line| line.plugin == wired.plugin).unwrap();
    let fits = |search: &str, kind: &str, country: &str| Wish { search: search.into(), kind: kind.into(), country: country.into() }.fits(line);
    assert!(fits("", "", "") && fits("PHONE m-pesa", "payment", "ke"));
    assert!(!fits("submarine", "", "") && !fits("", "messaging", "") && !fits("", "", "NA"));

    wired.write_bundle("1.1.0");
    std::fs::write(wired.folder.join("plugin/CHANGELOG.md"), "# 1.1.0\n\n- Asks sooner.").unwrap();
    catalogue::publish_bundle(app, &wired.folder).await.unwrap();
    catalogue::mark(app, &wired.plugin, "1.0.0", VersionState::Deprecated, "A. Operator", "1.1.0 is better").await.unwrap();
    let detail = catalogue::on_shelf(app, &wired.plugin).await.unwrap();
    let versions: Vec<_> = detail.versions.iter().map(|line| (line.version.as_str(), line.state)).collect();
    assert_eq!(versions, [("1.1.0", VersionState::Listed), ("1.0.0", VersionState::Deprecated)]);
    assert!(detail.changelog.unwrap().contains("Asks sooner") && !detail.permissions.is_empty());
    assert!(catalogue::on_shelf(app, "com.example.nothing").await.unwrap_err().is("plugin.not_found"));
}

#[tokio::test]
async fn a_version_from_before_packages_were_signed_runs_on() {
    let wired = Wired::new().await;
    // As the release before left it: its own signature, and no seal.
    let mut tx = PlatformTx::begin(&wired.world.app.db, "test").await.unwrap();
    let (id, sha, manifest): (uuid::Uuid, String, String) =
        sqlx::query_as("select v.id, v.component_sha256, v.manifest from plugin_versions v join plugins p on p.id = v.plugin_id where p.name = $1")
            .bind(&wired.plugin)
            .fetch_one(tx.conn())
            .await
            .unwrap();
    let hash = |text: &[u8]| hex::encode(sha2::Sha256::digest(text));
    let signature = wired.parts.signer.sign("integrations.package", &format!("{sha}\n{}\n{}", hash(manifest.as_bytes()), hash(b"[]")));
    sqlx::query("update plugin_versions set signature = $2, package_index = null, counter_signature = null where id = $1")
        .bind(id)
        .bind(signature)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let fresh = Integrations::new(wired.parts.clone());
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let mut tx = staff.begin_read().await.unwrap();
    assert!(catalogue::get(&fresh, &mut tx, &wired.plugin).await.unwrap_err().is("plugin.damaged"));
    drop(tx);

    catalogue::publish_bundle(&wired.world.app, &wired.folder.join("absent")).await.unwrap();
    let mut tx = staff.begin_read().await.unwrap();
    catalogue::get(&fresh, &mut tx, &wired.plugin).await.unwrap();
}
