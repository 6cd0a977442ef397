//! How an errand meets the pages: a request as its owner would send it, answered by the same routes after the same checks, with a
//! note beside it that asks for the rows instead of the markup.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, header},
    response::Response,
};
use identity::{UserId, users};
use kernel::{
    AppError, AppResult,
    csrf::CsrfToken,
    http::{Caller, client::RequestId},
    jobs::JobCx,
    routes::Face,
};
use pages::{Nonce, address, encoded};
use tower::ServiceExt;
use uuid::Uuid;

use super::{
    error::ErrandFailure,
    model::{Errand, ErrandId, Wish},
};
use crate::{frame::Part, lists::Layout};

/// The note.
#[derive(Clone)]
pub(crate) struct Walk {
    pub(crate) errand: ErrandId,
    /// Rows to give at once; none where an act is sent.
    pub(crate) most: Option<u32>,
    /// Of a file: the columns that it has. Whoever asks for one may take lists away.
    pub(crate) layout: Option<Layout>,
    found: Arc<Mutex<Option<Found>>>,
}

/// A part of a list.
pub(crate) struct Found {
    pub(crate) part: Part,
    pub(crate) ids: Vec<Uuid>,
    /// Where the next part begins.
    pub(crate) next: Option<String>,
}

impl Walk {
    /// What the page gives.
    pub(crate) fn keep(&self, found: Found) {
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
    }
}

/// Ties the forms that an errand sends to itself.
const TOKEN: &str = "errand";

/// Goes to the pages of one errand as its owner.
pub(super) struct Walker {
    office: Router,
    caller: Caller,
}

impl Walker {
    /// With what the errand's owner may do now.
    ///
    /// # Errors
    /// [`ErrandFailure::OwnerGone`].
    pub(super) async fn of(cx: &JobCx, errand: &Errand) -> AppResult<Self> {
        let mut tx = cx.scope.begin_read().await?;
        let who = users::standing(&cx.app, &mut tx, UserId(errand.user)).await?.ok_or(ErrandFailure::OwnerGone)?;
        drop(tx);
        let caller = Caller::new(&cx.app, cx.scope.tenant.clone(), who, cx.scope.request_id, IpAddr::V4(Ipv4Addr::LOCALHOST));
        Ok(Self { office: crate::routes().router(Face::Office).with_state(cx.app.clone()), caller })
    }

    /// The part of its list that comes next, at most so many rows.
    pub(super) async fn read(&self, errand: &Errand, most: u32) -> AppResult<Found> {
        let layout = match &errand.asked.wish {
            Wish::File { columns, .. } => Some(Layout(columns.clone())),
            Wish::Act { .. } => None,
        };
        let walk = Walk { errand: errand.id, most: Some(most), layout, found: Arc::default() };
        let cursor = errand.cursor.iter().map(|cursor| ("cursor".to_owned(), cursor.clone()));
        // A list that is asked for nothing would begin as its reader likes it.
        let plain = errand.asked.query.is_empty().then(|| ("view".to_owned(), "none".to_owned()));
        let path = address(&errand.asked.list, errand.asked.query.iter().cloned().chain(cursor).chain(plain));
        self.send(Method::GET, &path, Body::empty(), &walk).await?;
        let found = walk.found.lock().unwrap_or_else(PoisonError::into_inner).take();
        found.ok_or_else(|| ErrandFailure::NotThere.into())
    }

    /// Sends its act for these rows, each of which is settled on the way.
    pub(super) async fn act(&self, errand: &Errand, rows: &[Uuid]) -> AppResult<()> {
        let Wish::Act { path, form } = &errand.asked.wish else { return Err(ErrandFailure::NotThere.into()) };
        let walk = Walk { errand: errand.id, most: None, layout: None, found: Arc::default() };
        let path = address(path, rows.iter().map(|row| ("id".to_owned(), row.to_string())));
        let body = encoded(form.iter().cloned().chain([("csrf".to_owned(), TOKEN.to_owned())]));
        self.send(Method::POST, &path, Body::from(body), &walk).await
    }

    async fn send(&self, method: Method, path: &str, body: Body, walk: &Walk) -> AppResult<()> {
        let form = "application/x-www-form-urlencoded";
        let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, form).body(body).map_err(AppError::internal)?;
        let extensions = request.extensions_mut();
        extensions.insert(Face::Office);
        extensions.insert(RequestId(self.caller.scope.request_id));
        extensions.insert(Nonce(String::new()));
        extensions.insert(CsrfToken(TOKEN.to_owned()));
        extensions.insert(self.caller.clone());
        extensions.insert(walk.clone());
        let response = self.office.clone().oneshot(request).await.unwrap_or_else(|never: std::convert::Infallible| match never {});
        refusal(&response)
    }
}

fn refusal(response: &Response) -> AppResult<()> {
    match response.extensions().get::<AppError>() {
        Some(error) => Err(error.clone()),
        None if response.status().is_success() => Ok(()),
        None => Err(ErrandFailure::FormRefused.into()),
    }
}
