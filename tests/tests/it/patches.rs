//! What a patch over the API does to fields that it names, clears, and leaves alone.

use axum::http::StatusCode;
use serde_json::json;

use crate::house::{Host, House};

#[tokio::test]
async fn a_field_that_is_null_is_cleared_and_one_that_is_absent_stays() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    let everything = house.permissions.iter().copied().collect();
    let token = house.staff(&tenant, &everything).await;
    let new = json!({
        "first_name": "Asha", "last_name": "Mfano", "phone": "0700 000 101", "alt_phone": "0700 000 102", "city": "Nakuru", "gender": "female",
        "preferred_contact": "sms", "notes": "Calls in the evening",
    });
    let (status, made) = house.ask(&tenant, Host::Office, "POST", "/api/v1/customers", Some(&token), Some(&new)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let path = format!("/api/v1/customers/{}", made["id"].as_str().expect("an id"));
    let patch = json!({ "version": made["version"], "gender": null, "preferred_contact": null, "alt_phone": null, "notes": null });
    let (status, after) = house.ask(&tenant, Host::Office, "PATCH", &path, Some(&token), Some(&patch)).await;
    assert_eq!(status, StatusCode::OK, "{after}");
    for cleared in ["gender", "preferred_contact", "alt_phone"] {
        assert!(after[cleared].is_null(), "{cleared}: {after}");
    }
    assert_eq!((&after["notes"], &after["phone"], &after["first_name"]), (&json!(""), &made["phone"], &made["first_name"]));
    assert_eq!(after["address"], made["address"]);

    let stays = json!({ "version": after["version"], "gender": "male" });
    let (_, set) = house.ask(&tenant, Host::Office, "PATCH", &path, Some(&token), Some(&stays)).await;
    assert_eq!((&set["gender"], &set["phone"]), (&json!("male"), &made["phone"]));
    let needed = json!({ "version": set["version"], "first_name": null });
    let (status, refused) = house.ask(&tenant, Host::Office, "PATCH", &path, Some(&token), Some(&needed)).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && refused["errors"]["first_name"].is_array(), "{refused}");
}
