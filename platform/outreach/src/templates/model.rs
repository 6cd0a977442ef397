//! The mails that a tenant may word, and one of them in one language.

/// A mail. Its texts are `<key>-subject` and `<key>-text`; what it is for, `mail-template-<key without "mail-">`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    pub key: &'static str,
    /// Goes to staff, who read the tenant's own language.
    pub to_staff: bool,
}

const fn to_customers(key: &'static str) -> Template {
    Template { key, to_staff: false }
}

const fn to_staff(key: &'static str) -> Template {
    Template { key, to_staff: true }
}

/// All of them, in the order in which a customer meets them.
pub const TEMPLATES: &[Template] = &[
    to_customers("mail-identity-verify-email"),
    to_customers("mail-identity-claim-account"),
    to_customers("mail-order"),
    to_customers("mail-notice-payment-due"),
    to_customers("mail-notice-payment-overdue"),
    to_customers("mail-notice-policy-expiring-soon"),
    to_customers("mail-notice"),
    to_customers("mail-identity-sign-in"),
    to_customers("mail-identity-reset-password"),
    to_customers("mail-identity-password-changed"),
    to_customers("mail-identity-already-registered"),
    to_staff("mail-identity-invitation"),
    to_staff("mail-digest"),
];

impl Template {
    #[must_use]
    pub fn find(key: &str) -> Option<Self> {
        TEMPLATES.iter().copied().find(|template| template.key == key)
    }
    #[must_use]
    pub fn subject_key(self) -> String {
        format!("{}-subject", self.key)
    }
    #[must_use]
    pub fn text_key(self) -> String {
        format!("{}-text", self.key)
    }
    /// The key of its name.
    #[must_use]
    pub fn name_key(self) -> String {
        format!("mail-template-{}", self.key.trim_start_matches("mail-"))
    }
}

/// A mail in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateText {
    pub subject: String,
    pub text: String,
    /// The platform's words.
    pub original: (String, String),
    /// Of the tenant's subject and text; 0 where the platform's stands.
    pub versions: (i32, i32),
    /// Values that it may name.
    pub values: Vec<String>,
}

impl TemplateText {
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.versions != (0, 0)
    }
}

/// What a form sends, with the versions that it was made from.
#[derive(Debug, Clone, Default)]
pub struct TypedText {
    pub subject: String,
    pub text: String,
    pub versions: (i32, i32),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_has_its_texts_and_a_name() {
        let files = std::fs::read_dir(testkit::root().join("web/locales/en")).unwrap();
        let english: String = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
        for template in TEMPLATES {
            for key in [template.subject_key(), template.text_key(), template.name_key()] {
                assert!(english.contains(&format!("\n{key} =")), "{key}");
            }
        }
    }
}
