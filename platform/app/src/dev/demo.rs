//! The demonstration brokerage: signed up, configured and opened by the same services as every other, with plainly fictitious
//! names and numbers.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use anyhow::{Context, bail};
use insurance::collection::{Collection, CollectionMode};
use integrations::installs::{self, ConfigInput, NewInstallation, SettingsMode};
use kernel::{App, Scope, Tenant, profile::Profile, scope::Audience, tenant::TenantState};
use simulators::{
    daraja::{Merchant, Profile as MerchantProfile},
    mail::Mail,
    paystack::Account,
};
use tenancy::sign_up;
use uuid::Uuid;

use super::{buyers, showcase};
use crate::assemble::Assembled;

pub(super) const SLUG: &str = "demo";
const EMAIL: &str = "owner@demo.example.com";
const PASSWORD: &str = "Mfano-2026-demo!";
const PLUGIN: &str = "ke.wakala.mpesa";

const COMPANY: &str = "Mfano Insurance Brokers";

/// Short code and system of the merchants whose credentials `dev` prints.
pub const MERCHANTS: [(&str, &str); 2] = [("600100", "test"), ("600200", "live")];

/// Merchants that the payment simulator knows.
pub fn merchants() -> Vec<Merchant> {
    MERCHANTS
        .into_iter()
        .map(|(shortcode, mode)| {
            let profile = if mode == "live" { MerchantProfile::Production } else { MerchantProfile::Sandbox };
            Merchant { profile, ..Merchant::fictitious(COMPANY, shortcode) }
        })
        .collect()
}

/// Accounts at the provider of card payments; more are opened on its dashboard.
pub fn accounts() -> [Account; 2] {
    Account::fictitious(COMPANY, "0a1b2c")
}

/// How to enter the demonstration.
pub struct Demo {
    pub slug: &'static str,
    pub email: &'static str,
    pub password: &'static str,
}

/// Makes what is missing of the demonstration; a start that was interrupted is continued.
pub async fn ensure(assembled: &Assembled, mail: &Mail) -> anyhow::Result<Demo> {
    let app = &assembled.app;
    let tenant = match app.directory.by_slug(SLUG).await? {
        Some(tenant) => tenant,
        None => {
            tracing::info!("making the demonstration brokerage");
            sign_up_demo(assembled, mail).await?
        }
    };
    let scope = system(app, tenant.clone());
    if tenant.state == TenantState::Preview {
        configure(assembled, &scope).await?;
    }
    Ok(Demo { slug: SLUG, email: EMAIL, password: PASSWORD })
}

/// Lets made-up people buy there and say what they think of it.
pub async fn populate(app: &App) -> anyhow::Result<()> {
    let tenant = app.directory.by_slug(SLUG).await?.context("there is no demonstration")?;
    if let Err(error) = buyers::ensure(app, &system(app, tenant), EMAIL).await {
        tracing::warn!(%error, "not everybody bought in the demonstration");
    }
    Ok(())
}

fn system(app: &App, tenant: Arc<Tenant>) -> Scope {
    Scope::person(app.db.clone(), tenant, Audience::System, Uuid::now_v7(), app.clock.clone())
}

async fn sign_up_demo(assembled: &Assembled, mail: &Mail) -> anyhow::Result<Arc<Tenant>> {
    let app = &assembled.app;
    let form = sign_up::SignUpForm {
        kind: "brokerage".to_owned(),
        country: "KE".to_owned(),
        company_name: COMPANY.to_owned(),
        slug: Some(SLUG.to_owned()),
        owner_name: "Amina Mfano".to_owned(),
        email: EMAIL.to_owned(),
        phone: "0700000100".to_owned(),
        password_hash: identity::passwords::prepare(app, "password", PASSWORD, &[]).await?,
    };
    let id = sign_up::start(app, &form).await?;
    let letter = mail.wait_for(EMAIL).await.context("the code for the demonstration did not arrive")?;
    let text = letter.text.clone().unwrap_or_default();
    let Some(code) = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6) else { bail!("the mail to {EMAIL} holds no code") };
    Ok(sign_up::confirm(app, id, code).await?)
}

async fn configure(assembled: &Assembled, scope: &Scope) -> anyhow::Result<()> {
    let app = &assembled.app;
    let mut tx = scope.begin_write().await?;
    let profile = tx.setting::<Profile>().await?;
    let complete = Profile {
        licence_number: "IRA/05/00000/2026".to_owned(),
        tax_number: "P000000000Z".to_owned(),
        address: "1 Example Street, Nairobi".to_owned(),
        brand_colour: "#0b5c4d".to_owned(),
        tagline: "Cover that is there when you need it".to_owned(),
        elsewhere: vec!["https://social.example.com/mfano".to_owned(), "https://www.videos.example.net/mfano".to_owned()],
        ..profile.value
    };
    tx.set_setting(&complete, profile.version).await?;
    let collection = tx.setting::<Collection>().await?;
    if collection.value.mode.is_none() {
        let mode = Collection { mode: Some(CollectionMode::CollectAndRemit { days: 30 }), ..collection.value };
        tx.set_setting(&mode, collection.version).await?;
    }
    showcase::fill(&mut tx).await?;
    tx.commit().await?;
    showcase::paint(app, scope).await?;

    if let Err(error) = enable_payments(assembled, scope).await {
        tracing::warn!(error = format!("{error:#}"), "the demonstration has no payment plugin; enable one in its back office");
    }
    let mut tx = scope.begin_write().await?;
    tenancy::onboarding::open_portal(app, &mut tx, true, true).await?;
    tx.commit().await?;
    app.directory.forget(scope.tenant.id);
    Ok(())
}

async fn enable_payments(assembled: &Assembled, scope: &Scope) -> anyhow::Result<()> {
    let integrations = &assembled.integrations;
    let mut tx = scope.begin_write().await?;
    let existing = installs::list(integrations, &mut tx, &kernel::paging::PageRequest::default()).await?;
    let installation = match existing.results.first() {
        Some(line) => line.id,
        None => {
            let detail = integrations::catalogue::get(integrations, &mut tx, PLUGIN).await?;
            let accepted: BTreeSet<String> = detail.permissions.iter().map(|permission| permission.key.clone()).collect();
            installs::install(integrations, &mut tx, &NewInstallation { plugin: PLUGIN.to_owned(), accepted }).await?
        }
    };
    tx.commit().await?;
    for (merchant, (_, mode)) in merchants().into_iter().zip(MERCHANTS) {
        let mode = if mode == "live" { SettingsMode::Live } else { SettingsMode::Test };
        let input = ConfigInput {
            settings: BTreeMap::from([
                ("shortcode".to_owned(), merchant.shortcode.clone().into()),
                ("transaction_type".to_owned(), "paybill".into()),
            ]),
            secrets: BTreeMap::from([
                ("consumer_key".to_owned(), merchant.consumer_key),
                ("consumer_secret".to_owned(), merchant.consumer_secret),
                ("passkey".to_owned(), merchant.passkey),
            ]),
            ..ConfigInput::default()
        };
        let mut tx = scope.begin_write().await?;
        installs::configure(integrations, &mut tx, installation, mode, input).await?;
        tx.commit().await?;
        installs::check(integrations, scope, installation, mode).await?;
    }
    installs::go_live(integrations, scope, installation).await?;
    Ok(())
}
