//! From a tenant that only its staff see to one that is open: what is left to do, and the step that opens the portal.

use kernel::{App, AppResult, Failure, Kind, ReadTx, TenantTx, audit::Change, events::EventData, profile::Profile, tenant::TenantState};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::generation;

/// What other modules know about the tenant's readiness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// Who collects premium was decided.
    pub collection_mode: bool,
    /// A plugin takes payments in live mode.
    pub payment_live: bool,
    /// Somebody besides the owner is on the staff.
    pub staff_invited: bool,
}

/// A line of the checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Company,
    Licence,
    CollectionMode,
    Brand,
    Payment,
    Staff,
}

impl Step {
    pub const ALL: [Step; 6] = [Self::Company, Self::Licence, Self::CollectionMode, Self::Brand, Self::Payment, Self::Staff];

    /// `onboarding-` and this, with `-detail` for the sentence below.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Licence => "licence",
            Self::CollectionMode => "collection-mode",
            Self::Brand => "brand",
            Self::Payment => "payment",
            Self::Staff => "staff",
        }
    }
    /// The portal does not open without it.
    #[must_use]
    pub fn required(self) -> bool {
        matches!(self, Self::Licence | Self::CollectionMode)
    }
}

/// Every step with whether it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    pub steps: Vec<(Step, bool)>,
    pub state: TenantState,
}

impl Checklist {
    #[must_use]
    pub fn of(profile: &Profile, facts: Facts, state: TenantState) -> Self {
        let done = |step: Step| match step {
            Step::Company => ![&profile.legal_name, &profile.email, &profile.phone, &profile.address].iter().any(|text| text.is_empty()),
            Step::Licence => !profile.licence_number.is_empty(),
            Step::CollectionMode => facts.collection_mode,
            Step::Brand => profile.logo_path.is_some() && !profile.brand_colour.is_empty(),
            Step::Payment => facts.payment_live,
            Step::Staff => facts.staff_invited,
        };
        Self { steps: Step::ALL.into_iter().map(|step| (step, done(step))).collect(), state }
    }
    #[must_use]
    pub fn is_done(&self, step: Step) -> bool {
        self.steps.contains(&(step, true))
    }
    /// Nothing that is required is missing, and the portal is not open yet.
    #[must_use]
    pub fn may_open(&self) -> bool {
        self.state == TenantState::Preview && self.steps.iter().all(|(step, done)| *done || !step.required())
    }
}

/// The tenant's checklist.
pub async fn checklist(tx: &mut ReadTx, facts: Facts) -> AppResult<Checklist> {
    let profile = tx.setting::<Profile>().await?.value;
    let state = state(tx).await?;
    Ok(Checklist::of(&profile, facts, state))
}

async fn state(tx: &mut ReadTx) -> AppResult<TenantState> {
    let tenant = tx.tenant_id();
    let name = sqlx::query_scalar!("select state from tenants where id = $1", tenant).fetch_one(tx.conn()).await?;
    TenantState::from_name(&name).ok_or_else(|| kernel::AppError::internal("unknown state of a tenant"))
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("no licence number is set")]
    NoLicence,
    #[error("no collection mode is set")]
    NoCollectionMode,
    #[error("a suspended or closed tenant does not open its portal")]
    NotPreview,
}

impl Failure for OpenError {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoLicence => "tenancy.no_licence",
            Self::NoCollectionMode => "tenancy.no_collection_mode",
            Self::NotPreview => "tenancy.not_preview",
        }
    }
}

/// The public may use the portal from now on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PortalOpened {
    pub tenant: Uuid,
}

impl EventData for PortalOpened {
    const TYPE: &'static str = "tenancy.portal.opened";
    const AGGREGATE: &'static str = "tenant";
    fn aggregate_id(&self) -> Uuid {
        self.tenant
    }
}

/// Opens the portal to the public; opening it twice changes nothing. Staff with `tenancy.portal.open`; the caller commits.
pub async fn open_portal(app: &App, tx: &mut TenantTx, licence_ok: bool, mode_ok: bool) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from tenants where id = $1 for update", tenant).fetch_one(tx.conn()).await?;
    match state(tx).await? {
        TenantState::Live => return Ok(()),
        TenantState::Preview => {}
        TenantState::Suspended | TenantState::Closed => return Err(OpenError::NotPreview.into()),
    }
    if !licence_ok {
        return Err(OpenError::NoLicence.into());
    }
    if !mode_ok {
        return Err(OpenError::NoCollectionMode.into());
    }
    sqlx::query!("update tenants set state = 'live', version = version + 1, updated_at = now() where id = $1", tenant).execute(tx.conn()).await?;
    generation::raise(tx.conn()).await?;
    tx.audit(Change::of("tenancy.portal.open", "tenant", tenant).change("state", "preview", "live")).await?;
    tx.emit(&PortalOpened { tenant }).await?;
    let (directory, id) = (app.directory.clone(), tx.scope().tenant.id);
    tx.after_commit(move || directory.forget(id));
    Ok(())
}
