//! Reading and changing the profile; the caller commits.

use kernel::{AppResult, ReadTx, TenantTx, error::Fields, phone::Phone, profile::Profile, settings::Versioned};

use crate::brand::Colour;

/// Links to other sites that a profile holds.
const MOST_LINKS: usize = 6;

/// Which version a change was made against: a page's form and the API name it; a wizard may take the present one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingVersion {
    Expected(i32),
    Present,
}

impl SettingVersion {
    pub(crate) fn or(self, present: i32) -> i32 {
        match self {
            Self::Expected(version) => version,
            Self::Present => present,
        }
    }
}

/// What is to change; a field that is absent stays, an empty one is cleared.
#[derive(Debug, Clone, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GeneralPatch)]
pub struct ProfilePatch {
    /// Name on documents.
    #[schema(example = "Mfano Insurance Brokers Ltd")]
    pub legal_name: Option<String>,
    /// As the regulator writes it.
    #[schema(example = "IRA/05/00000/2026")]
    pub licence_number: Option<String>,
    pub registration_number: Option<String>,
    pub tax_number: Option<String>,
    #[schema(example = "hello@example.com")]
    pub email: Option<String>,
    /// A mobile number of the tenant's country, or in international form.
    #[schema(example = "+254700000101")]
    pub phone: Option<String>,
    pub address: Option<String>,
    /// With `https://`.
    #[schema(example = "https://example.com")]
    pub website: Option<String>,
    /// `#rrggbb`.
    #[schema(example = "#0b5c4d")]
    pub brand_colour: Option<String>,
    pub tagline: Option<String>,
    /// Addresses of the firm's pages on other sites, at most six.
    pub elsewhere: Option<Vec<String>>,
}

/// The profile with its version.
pub async fn get(tx: &mut ReadTx) -> AppResult<Versioned<Profile>> {
    tx.setting::<Profile>().await
}

/// Checks and changes the profile; all complaints at once. Another version than expected is `setting_changed`.
pub async fn change(tx: &mut TenantTx, patch: &ProfilePatch, expected: SettingVersion) -> AppResult<Versioned<Profile>> {
    let before = get(tx).await?;
    let country = tx.scope().tenant.country.clone();
    let after = patched(&before.value, patch, &country)?;
    tx.set_setting(&after, expected.or(before.version)).await?;
    get(tx).await
}

fn patched(before: &Profile, patch: &ProfilePatch, country: &str) -> AppResult<Profile> {
    let mut fields = Fields::new();
    let mut text = |name: &'static str, new: &Option<String>, old: &str, max: usize| match new {
        Some(new) => fields.optional_text(name, new, max),
        None => old.to_owned(),
    };
    let mut after = Profile {
        legal_name: text("legal_name", &patch.legal_name, &before.legal_name, 200),
        licence_number: text("licence_number", &patch.licence_number, &before.licence_number, 60),
        registration_number: text("registration_number", &patch.registration_number, &before.registration_number, 60),
        tax_number: text("tax_number", &patch.tax_number, &before.tax_number, 30),
        address: text("address", &patch.address, &before.address, 300),
        tagline: text("tagline", &patch.tagline, &before.tagline, 160),
        ..before.clone()
    };
    let mut read = |name: &'static str, new: &Option<String>, old: &str, code: &'static str, read: &dyn Fn(&str) -> Option<String>| match new
        .as_deref()
        .map(str::trim)
    {
        None => old.to_owned(),
        Some("") => String::new(),
        Some(new) => fields.check(name, read(new), code).unwrap_or_default(),
    };
    after.email = read("email", &patch.email, &before.email, "field-email", &read_email);
    after.phone = read("phone", &patch.phone, &before.phone, "field-phone", &|new| Some(Phone::parse(new, country).ok()?.to_string()));
    after.website = read("website", &patch.website, &before.website, "field-website", &read_website);
    after.brand_colour = read("brand_colour", &patch.brand_colour, &before.brand_colour, "field-colour", &|new| Some(Colour::read(new)?.hex()));
    if let Some(links) = &patch.elsewhere {
        let given: Vec<&str> = links.iter().map(|link| link.trim()).filter(|link| !link.is_empty()).collect();
        let read: Option<Vec<String>> = given.iter().map(|link| read_website(link)).collect();
        after.elsewhere = fields.check("elsewhere", read.filter(|links| links.len() <= MOST_LINKS), "field-websites").unwrap_or_default();
    }
    fields.finish()?;
    Ok(after)
}

/// An address that mail can be sent to: a local part without spaces or quotes, one `@`, a domain with a dot.
pub(crate) fn read_email(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let local_fine = (1..=64).contains(&local.len())
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    (text.len() <= 254 && local_fine && is_domain(domain)).then(|| text.to_owned())
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.contains('.') && domain.split('.').all(label) && domain.rsplit('.').next().is_some_and(|top| top.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// `https` only: it is shown as a link on every page. Without a scheme `https` is meant.
fn read_website(text: &str) -> Option<String> {
    let rest = match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => rest,
        Some(_) => return None,
        None => text,
    };
    let (host, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
    let path_fine = path.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%?=&#".contains(&b));
    (text.len() <= 200 && is_domain(host) && path_fine)
        .then(|| format!("https://{}{}{path}", host.to_ascii_lowercase(), if path.is_empty() { "" } else { "/" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let patch = ProfilePatch {
            legal_name: Some("x".repeat(201)),
            email: Some("hello".into()),
            phone: Some("12".into()),
            website: Some("javascript://example.com".into()),
            brand_colour: Some("red".into()),
            ..ProfilePatch::default()
        };
        let error = patched(&Profile::default(), &patch, "KE").unwrap_err();
        let named: Vec<(&str, &str)> = error.fields.iter().map(|f| (&*f.field, &*f.code)).collect();
        assert_eq!(
            named,
            [
                ("legal_name", "field-too-long"),
                ("email", "field-email"),
                ("phone", "field-phone"),
                ("website", "field-website"),
                ("brand_colour", "field-colour")
            ]
        );
    }

    #[test]
    fn what_is_absent_stays_and_what_is_empty_is_cleared() {
        let before =
            Profile { email: "hello@example.com".into(), phone: "+254700000101".into(), logo_path: Some("brand/x.png".into()), ..Profile::default() };
        let patch = ProfilePatch { phone: Some(" ".into()), licence_number: Some(" IRA/05/00000/2026 ".into()), ..ProfilePatch::default() };
        let after = patched(&before, &patch, "KE").unwrap();
        assert_eq!(after, Profile { phone: String::new(), licence_number: "IRA/05/00000/2026".into(), ..before });
    }

    #[test]
    fn links_elsewhere_are_few_and_https() {
        let change = |links: &[&str]| {
            let patch = ProfilePatch { elsewhere: Some(links.iter().map(|link| (*link).to_owned()).collect()), ..ProfilePatch::default() };
            patched(&Profile::default(), &patch, "KE").map(|profile| profile.elsewhere)
        };
        assert_eq!(change(&["social.example.com/mfano", "", " "]).unwrap(), ["https://social.example.com/mfano"]);
        assert!(change(&["javascript:alert(1)"]).is_err());
        assert!(change(&["a.example.com"; 7]).is_err());
    }

    #[test]
    fn a_website_is_https_and_nothing_else() {
        assert_eq!(read_website("Example.com").as_deref(), Some("https://example.com"));
        assert_eq!(read_website("https://example.com/about?x=1").as_deref(), Some("https://example.com/about?x=1"));
        for bad in [
            "http://example.com",
            "javascript:alert(1)",
            "https://example",
            "https://exa mple.com",
            "https://user@example.com",
            "https://example.com/\"x",
        ] {
            assert_eq!(read_website(bad), None, "{bad}");
        }
    }
}
