//! The cart over HTTP, for visitors and customers.

use axum::extract::State;
use kernel::{
    App, AppResult,
    http::{Anyone, Json, Path, error::ErrorBody},
    routes::{Access, Routes},
};
use serde::Deserialize;
use utoipa_axum::routes;

use super::{Cart, CartChange, CartItemId, service};
use crate::{law::Law, quotes::OfferId};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Public, routes!(get))
        .api(Access::Public, routes!(add))
        .api(Access::Public, routes!(change))
        .api(Access::Public, routes!(remove))
}

/// An offer of a quote.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewItem {
    offer: OfferId,
}

#[utoipa::path(get, path = "/cart", tag = "Cart", summary = "My cart", responses((status = 200, body = Cart)))]
async fn get(caller: Anyone) -> AppResult<Json<Cart>> {
    let mut tx = caller.begin_read().await?;
    Ok(Json(service::view(&mut tx).await?))
}

#[utoipa::path(post, path = "/cart/items", tag = "Cart", summary = "Put an offer into the cart",
    description = "Another offer of the same quote makes room for it. Adding the same offer again changes nothing.", request_body = NewItem,
    responses((status = 200, body = Cart), (status = 404, body = ErrorBody), (status = 409, description = "`quote.expired`, `quote.declined`, `product.withdrawn`, `cart.full`", body = ErrorBody)))]
async fn add(caller: Anyone, Json(item): Json<NewItem>) -> AppResult<Json<Cart>> {
    let mut tx = caller.begin_write().await?;
    let cart = service::add(&mut tx, item.offer).await?;
    tx.commit().await?;
    Ok(Json(cart))
}

#[utoipa::path(patch, path = "/cart/items/{id}", tag = "Cart", summary = "Change extras or first day of an item", params(("id" = CartItemId, Path)),
    request_body = CartChange, responses((status = 200, body = Cart), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn change(State(app): State<App>, caller: Anyone, Path(id): Path<CartItemId>, Json(change): Json<CartChange>) -> AppResult<Json<Cart>> {
    let law = Law::of(&app, caller.tenant())?;
    let mut tx = caller.begin_write().await?;
    let cart = service::change(&mut tx, &law, id, change).await?;
    tx.commit().await?;
    Ok(Json(cart))
}

#[utoipa::path(delete, path = "/cart/items/{id}", tag = "Cart", summary = "Take an item out of the cart", params(("id" = CartItemId, Path)),
    responses((status = 200, body = Cart), (status = 404, body = ErrorBody)))]
async fn remove(caller: Anyone, Path(id): Path<CartItemId>) -> AppResult<Json<Cart>> {
    let mut tx = caller.begin_write().await?;
    let cart = service::remove(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(cart))
}
