//! The reader's own name and phone.

use axum::response::Response;
use identity::users::{self, ProfilePatch, User};
use kernel::{
    AppResult,
    http::{Form, Staff},
};
use pages::{Fact, Shell, Tone, redirect_with};

use super::own;
use crate::frame::{Field, FormPage, Office, Section, Sent};

fn page(shell: Shell) -> FormPage {
    let title = shell.t("office-profile-title");
    let fields = vec![
        Field::text("first_name", shell.t("field-first-name")).max(100),
        Field::text("last_name", shell.t("field-last-name")).max(100).optional(),
        Field::phone("phone", shell.t("field-phone")).optional().help(shell.t("office-profile-phone-help")),
    ];
    FormPage::new(shell, title, "/profile", "/", vec![Section::of(fields)])
}

fn filled(shell: Shell, user: &User) -> FormPage {
    let email = Fact::new(shell.t("field-email"), user.email.clone());
    let phone = user.phone.as_deref().map(|phone| shell.phone(phone)).unwrap_or_default();
    let mut page = page(shell).with("first_name", user.name.first.clone()).with("last_name", user.name.last.clone()).with("phone", phone);
    page.facts.push(email);
    page
}

pub(super) async fn show(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let (user, _) = own(&staff)?;
    let mut tx = staff.begin_read().await?;
    let user = users::get(&mut tx, user).await?;
    filled(shell, &user).show()
}

pub(super) async fn save(Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let (user, _) = own(&staff)?;
    let patch =
        ProfilePatch { first_name: Some(sent.owned("first_name")), last_name: Some(sent.owned("last_name")), phone: Some(sent.owned("phone")) };
    let mut tx = staff.begin_write().await?;
    match users::change_profile(&mut tx, user, &patch).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with("/profile", Tone::Good, "flash-saved"))
        }
        Err(error) => page(shell).again(&sent, error),
    }
}
