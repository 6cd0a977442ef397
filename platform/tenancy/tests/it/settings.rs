//! Profile and logo, by service and over HTTP.

use std::{collections::BTreeSet, net::IpAddr, sync::Arc};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use bytes::Bytes;
use http_body_util::BodyExt;
use kernel::{
    Tenant,
    http::{Caller, Who},
    routes::Face,
};
use serde_json::{Value, json};
use tenancy::{logo, permissions, profile::SettingVersion};
use tower::ServiceExt;
use uuid::Uuid;

use crate::world::{World, code_of};

async fn call(
    world: &World,
    tenant: &Arc<Tenant>,
    held: &[&str],
    method: &str,
    if_match: Option<&str>,
    body: Value,
) -> (StatusCode, Option<String>, Value) {
    let permissions: BTreeSet<String> = held.iter().map(|code| (*code).to_owned()).collect();
    let who = Who::Staff {
        user: Uuid::now_v7(),
        session: Uuid::now_v7(),
        name: "Asha".into(),
        permissions: Arc::new(permissions),
        sight: kernel::Sight::All,
    };
    let caller = Caller::new(&world.app, tenant.clone(), who, Uuid::now_v7(), IpAddr::from([192, 0, 2, 1]));
    let mut request = Request::builder().method(method).uri("/admin/settings/general").header("content-type", "application/json").extension(caller);
    if let Some(version) = if_match {
        request = request.header("if-match", version);
    }
    let router = tenancy::module().routes.router(Face::Api).with_state(world.app.clone());
    let response = router.oneshot(request.body(Body::from(body.to_string())).unwrap()).await.unwrap();
    let (status, etag) = (response.status(), response.headers().get("etag").map(|v| v.to_str().unwrap().to_owned()));
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, etag, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

const BOTH: &[&str] = &[permissions::SETTINGS_READ, permissions::SETTINGS_CHANGE];

#[tokio::test]
async fn settings_change_against_the_version_that_was_read() {
    let world = World::new();
    let tenant = world.tenant().await;
    let (status, etag, body) = call(&world, &tenant, BOTH, "GET", None, json!({})).await;
    assert_eq!((status, &body["slug"], &body["phone"]), (StatusCode::OK, &json!(tenant.slug), &json!("+254700000101")));
    let etag = etag.unwrap();
    let patch = json!({"brand_colour": "#0B5C4D", "website": "example.com"});
    let (status, _, body) = call(&world, &tenant, BOTH, "PATCH", None, patch.clone()).await;
    assert_eq!((status.as_u16(), &body["code"]), (428, &json!("version_required")));
    let (status, next, body) = call(&world, &tenant, BOTH, "PATCH", Some(&etag), patch.clone()).await;
    assert_eq!((status, &body["brand_colour"], &body["website"]), (StatusCode::OK, &json!("#0b5c4d"), &json!("https://example.com")));
    assert_ne!(next.as_deref(), Some(etag.as_str()));
    let (status, _, _) = call(&world, &tenant, BOTH, "PATCH", Some(&etag), patch.clone()).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    let (status, _, _) = call(&world, &tenant, BOTH, "PATCH", Some("W/\"x\""), patch).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    let (status, _, body) = call(&world, &tenant, BOTH, "PATCH", next.as_deref(), json!({"email": "x", "phone": "1"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(body["errors"].as_object().unwrap().keys().collect::<Vec<_>>(), ["email", "phone"]);
}

#[tokio::test]
async fn reading_and_changing_are_permissions_of_their_own() {
    let world = World::new();
    let tenant = world.tenant().await;
    assert_eq!(call(&world, &tenant, &[], "GET", None, json!({})).await.0, StatusCode::FORBIDDEN);
    let reader = &[permissions::SETTINGS_READ];
    assert_eq!(call(&world, &tenant, reader, "GET", None, json!({})).await.0, StatusCode::OK);
    assert_eq!(call(&world, &tenant, reader, "PATCH", Some("\"1\""), json!({})).await.0, StatusCode::FORBIDDEN);
}

fn png(width: u32, shade: u8) -> Bytes {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(width, 8, image::Rgb([shade, 0, 0])).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner().into()
}

#[tokio::test]
async fn a_logo_is_stored_under_its_hash_and_the_one_before_goes() {
    let world = World::new();
    let tenant = world.tenant().await;
    let scope = world.staff(&tenant);
    let first = logo::change(&world.app, &scope, png(64, 1), SettingVersion::Present).await.unwrap().logo_path.unwrap();
    assert_eq!(world.objects.paths(tenant.id).join(" "), first);
    let second = logo::change(&world.app, &scope, png(64, 2), SettingVersion::Present).await.unwrap().logo_path.unwrap();
    assert_ne!(first, second);
    assert_eq!(world.objects.paths(tenant.id).join(" "), second);
    let same = logo::change(&world.app, &scope, png(64, 2), SettingVersion::Present).await.unwrap().logo_path.unwrap();
    assert_eq!((same.as_str(), world.objects.paths(tenant.id).join(" ")), (second.as_str(), second.clone()));
    assert_eq!(logo::remove(&world.app, &scope, SettingVersion::Present).await.unwrap().logo_path, None);
    assert!(world.objects.paths(tenant.id).is_empty());
}

#[tokio::test]
async fn what_is_no_png_or_too_large_is_refused_before_anything_is_stored() {
    let world = World::new();
    let tenant = world.tenant().await;
    let scope = world.staff(&tenant);
    for (bytes, code) in [
        (Bytes::from_static(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "tenancy.logo_not_png"),
        (Bytes::new(), "tenancy.logo_not_png"),
        (png(2001, 1), "tenancy.logo_too_large"),
        (vec![0; logo::MAX_BYTES + 1].into(), "tenancy.logo_too_large"),
    ] {
        assert_eq!(code_of(logo::change(&world.app, &scope, bytes, SettingVersion::Present).await), code);
    }
    assert!(world.objects.paths(tenant.id).is_empty());
    assert_eq!(logo::size(&png(64, 1)).unwrap(), (64, 8));
}
