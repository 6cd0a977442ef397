//! The public look-up.

use kernel::{
    AppResult,
    http::{Anyone, Json, Path},
    routes::{Access, Routes},
};
use utoipa_axum::routes;

use super::{Verification, verify};

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Public, routes!(check))
}

#[utoipa::path(get, path = "/verify/{code}", tag = "Documents", summary = "Check whether a document is genuine",
    description = "Takes the code as it is printed, in any case and with any separators. A code of no document is answered with the verdict `unknown`.",
    params(("code" = String, Path, example = "7K2M-9QX4-TB8W-R3HR")), responses((status = 200, body = Verification)))]
async fn check(caller: Anyone, Path(code): Path<String>) -> AppResult<Json<Verification>> {
    Ok(Json(verify(&caller.scope, &code).await?))
}
