//! Plugins as the catalogue shows them.

use chrono::{DateTime, Utc};
use kernel::text_enum;
use plugin_host::manifest::{Manifest, PayerFact, Permission};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

text_enum! {
    /// What may be done with a version.
    pub enum VersionState {
        /// Can be installed.
        Listed = "listed",
        /// No new installations.
        Deprecated = "deprecated",
        /// No new installations; running ones are warned.
        Yanked = "yanked",
        /// Is not run at all.
        Revoked = "revoked",
    }
}

/// A plugin in the catalogue, in its newest listed version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PluginLine {
    pub id: Uuid,
    /// The reverse domain name that names it everywhere.
    #[schema(example = "com.example.pay")]
    pub plugin: String,
    pub title: String,
    pub summary: String,
    /// `payment`, `messaging` and so on.
    pub kind: String,
    pub publisher: String,
    pub version: String,
    /// Path of its picture on office hosts and the platform's own, if it has one: a square PNG.
    pub icon: Option<String>,
    /// ISO 3166; empty means everywhere.
    pub countries: Vec<String>,
    /// ISO 4217; empty means any.
    pub currencies: Vec<String>,
    pub docs: Option<String>,
    pub support: Option<String>,
    /// The tenant's installation, if it has one.
    pub installation: Option<Uuid>,
}

/// A plugin with what a tenant agrees to by installing it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PluginDetail {
    #[serde(flatten)]
    pub plugin: PluginLine,
    pub permissions: Vec<PermissionView>,
    pub methods: Vec<MethodView>,
    /// The newest first.
    pub versions: Vec<VersionLine>,
    /// What the author wrote, in Markdown.
    pub readme: Option<String>,
    pub changelog: Option<String>,
}

/// A version in the list of a plugin's versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct VersionLine {
    pub version: String,
    pub state: VersionState,
    pub published_at: DateTime<Utc>,
}

/// A version in the catalogue, as those who run the platform see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedVersion {
    pub plugin: String,
    pub version: String,
    /// The publisher's handle.
    pub publisher: String,
    pub state: VersionState,
    /// Of a hundred tenants, how many are offered it.
    pub share: i32,
    pub published_at: DateTime<Utc>,
    pub installed: i64,
    pub live: i64,
}

/// What somebody looks for in the catalogue. An empty part is any.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Wish {
    /// Words of name, summary or publisher.
    pub search: String,
    /// `payment`, `messaging` and so on.
    pub kind: String,
    /// ISO 3166.
    pub country: String,
}

impl Wish {
    /// Whether a plugin is meant.
    #[must_use]
    pub fn fits(&self, line: &PluginLine) -> bool {
        let served =
            self.country.is_empty() || line.countries.is_empty() || line.countries.iter().any(|code| code.eq_ignore_ascii_case(&self.country));
        served && self.finds([&line.title, &line.summary, &line.publisher, &line.plugin], &line.kind)
    }

    /// Whether every word that is looked for stands in one of these texts, and the kind is the one that is asked for.
    #[must_use]
    pub fn finds<'t>(&self, texts: impl IntoIterator<Item = &'t String>, kind: &str) -> bool {
        let text = texts.into_iter().map(|text| text.to_lowercase()).collect::<Vec<_>>().join("\n");
        self.search.to_lowercase().split_whitespace().all(|word| text.contains(word)) && (self.kind.is_empty() || kind == self.kind)
    }
}

/// One sentence of the consent page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PermissionView {
    /// Sent back to agree.
    #[schema(example = "http:api.example.com:443:live")]
    pub key: String,
    pub sentence: String,
    /// The publisher's reason.
    pub why: Option<String>,
}

impl From<Permission> for PermissionView {
    fn from(permission: Permission) -> Self {
        Self { key: permission.key, sentence: permission.sentence, why: permission.why }
    }
}

/// A way to pay that the plugin brings. Amounts in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct MethodView {
    pub method: String,
    pub title: String,
    pub currencies: Vec<String>,
    pub smallest_unit: i64,
    pub min: i64,
    pub max: i64,
    /// `phone`, `email`, `name`.
    pub payer_needs: Vec<String>,
}

/// Methods of a manifest.
pub(crate) fn methods(manifest: &Manifest) -> Vec<MethodView> {
    let needs = |fact: &PayerFact| match fact {
        PayerFact::Phone => "phone",
        PayerFact::Email => "email",
        PayerFact::Name => "name",
    };
    let view = |method: &plugin_host::manifest::PaymentMethod| MethodView {
        method: method.name.clone(),
        title: method.title.clone().unwrap_or_else(|| method.name.clone()),
        currencies: method.currencies.clone(),
        smallest_unit: method.smallest_unit,
        min: method.min,
        max: method.max,
        payer_needs: method.payer.iter().map(|fact| needs(fact).to_owned()).collect(),
    };
    manifest.methods.iter().map(view).collect()
}
