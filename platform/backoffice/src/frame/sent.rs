//! A form as it was sent: names and values in order. Forms of the back office have few fields that need a type before the domain
//! reads them, so the domain's own reading is the only one.

use kernel::{AppError, AppResult};
use pages::FormState;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Sent(Vec<(String, String)>);

impl Sent {
    pub(crate) fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }
    /// The value of a field without surrounding spaces; empty if it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }
    /// The value exactly as it was sent, for passwords.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }
    pub(crate) fn owned(&self, name: &str) -> String {
        self.text(name).to_owned()
    }
    /// None if the field is empty.
    pub(crate) fn some(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }
    /// All values of a group of checkboxes.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone()).collect()
    }
    pub(crate) fn yes(&self, name: &str) -> bool {
        self.text(name) == "yes"
    }
    /// The second button of the form was pressed.
    pub(crate) fn asks_for_other(&self) -> bool {
        self.text("then") == "other"
    }
    /// The form without these fields: what is secret is not sent back.
    pub(crate) fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect())
    }
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
    /// The version of the record that the form was made from.
    pub(crate) fn version(&self) -> AppResult<i32> {
        self.text("version").parse().map_err(|_| AppError::malformed("version"))
    }
    /// A form with these values, ready to be shown again. What is secret is typed anew.
    pub(crate) fn kept(&self, mut form: FormState) -> FormState {
        for (name, value) in &self.0 {
            let own = matches!(name.as_str(), "csrf" | "idempotency_key" | "version");
            if !own && !name.contains("password") {
                form = form.with(name.clone(), value.clone());
            }
        }
        form.idempotency_key = self.owned("idempotency_key");
        form.version = self.owned("version");
        form
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent() -> Sent {
        let pairs = [
            ("csrf", "t"),
            ("version", "3"),
            ("name", " Asha "),
            ("roles", "agent"),
            ("roles", "viewer"),
            ("new_password", " long secret "),
            ("passkey", "k"),
        ];
        Sent::of(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())))
    }

    #[test]
    fn values_are_read_without_spaces_and_passwords_as_they_are() {
        assert_eq!((sent().text("name"), sent().raw("new_password"), sent().version().ok()), ("Asha", " long secret ", Some(3)));
        assert_eq!(sent().all("roles"), ["agent", "viewer"]);
        assert_eq!((sent().some("missing"), sent().yes("name")), (None, false));
    }

    #[test]
    fn a_form_shown_again_keeps_everything_but_secrets() {
        let form = sent().without(&["passkey"]).kept(FormState::default());
        assert_eq!((form.value("name"), form.version.as_str()), (" Asha ", "3"));
        assert!(form.has("roles", "viewer"));
        assert_eq!((form.value("new_password"), form.value("passkey"), form.value("csrf")), ("", "", ""));
    }
}
