//! Trying what a plugin can do, without anything of value.

use integrations::{
    calls::{self, CallOutcome},
    installs::{SettingsMode, Trial, TrialInput},
};
use kernel::Kind;
use simulators::daraja::Profile;
use uuid::Uuid;

use crate::world::{Wired, good};

#[tokio::test]
async fn a_payment_is_tried_with_the_test_settings_and_its_answer_stands_in_the_log() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.install(&staff).await;
    wired.configure(&staff, id, SettingsMode::Test, good(Profile::Sandbox)).await.unwrap();
    let view = wired.view(&staff, id).await.unwrap();
    let offered = view.test.trials.iter().find(|offered| offered.trial == Trial::Collect).unwrap();
    assert_eq!((offered.choices[0].name.as_str(), offered.asks.as_slice()), ("mpesa", ["phone".to_owned()].as_slice()));
    assert!(view.live.trials.iter().all(|offered| offered.trial != Trial::Collect), "nothing of value is tried");

    let try_out = async |mode, phone: &str| {
        let input = TrialInput { phone: Some(phone.to_owned()), ..TrialInput::default() };
        wired.integrations.try_out(&staff, id, mode, Trial::Collect, input, Uuid::now_v7()).await
    };
    let missing = try_out(SettingsMode::Test, " ").await.unwrap_err();
    assert_eq!((missing.kind, missing.fields[0].field.as_ref()), (Kind::Invalid, "phone"));
    assert_eq!(try_out(SettingsMode::Live, "0700 000 101").await.unwrap_err().kind, Kind::NotFound);

    let call = try_out(SettingsMode::Test, "0700 000 101").await.unwrap();
    let mut tx = staff.begin_read().await.unwrap();
    let logged = calls::get(&mut tx, call).await.unwrap();
    assert_eq!((logged.call.action.as_str(), logged.call.mode.as_str(), logged.call.outcome), ("collect", "test", CallOutcome::Ok), "{logged:?}");
    assert_eq!((logged.request["trial"].as_bool(), logged.request["amount_minor"].as_i64()), (Some(true), Some(100)));
    assert!(!serde_json::to_string(&logged).unwrap().contains("254700000101"), "the number is masked");
}
