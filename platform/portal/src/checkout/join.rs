//! A visitor becomes a customer: record, user without a password, and the browser's session, in one transaction with the move of
//! quotes, cart and purchase. Nothing of it exists unless all of it does.

use crm::{
    CustomerId,
    customers::{CustomerInput, CustomerType, Lifecycle, Source, service as customers},
};
use identity::{
    PersonName,
    sessions::{self, OpenedSession},
    users,
};
use insurance::{agreement, checkout::service as checkouts, orders::rules};
use kernel::{App, AppError, AppResult, Audience, Scope, TenantTx, identifiers::IdentifierKind, phone::Phone};
use uuid::Uuid;

use super::details::DetailsForm;
use crate::session::Visit;

/// The new customer's scope and session.
pub(super) struct Joined {
    pub scope: Scope,
    pub session: OpenedSession,
}

/// # Errors
/// Fields that are not acceptable, all at once; `identity.email_taken` for an address that has an account, which logs in first.
pub(super) async fn join(app: &App, visit: &Visit, visitor: Uuid, form: &DetailsForm, wording: &str) -> AppResult<Joined> {
    check(form, &visit.caller.scope)?;
    let name = PersonName::split(&form.name);
    let phone = Phone::parse(&form.phone, &visit.caller.tenant().country).ok();
    let mut tx = visit.system("portal.checkout.join").begin_write().await?;
    let input = CustomerInput {
        customer_type: CustomerType::Individual,
        first_name: name.first.clone(),
        last_name: name.last.clone(),
        date_of_birth: form.date_of_birth.clone(),
        id_type: Some(IdentifierKind::KeNationalId),
        id_number: form.id_number.clone(),
        kra_pin: form.tax_pin.clone(),
        email: form.email.clone(),
        phone: form.phone.clone(),
        lifecycle: Lifecycle::Prospect,
        source: Source::Portal,
        ..CustomerInput::default()
    };
    let customer = customers::create(&mut tx, &app.sealer, input).await?;
    customers::speaks(&mut tx, customer.id, &visit.caller.scope.locale).await?;
    consent(&mut tx, customer.id, wording).await?;
    let user = users::create_guest_customer(app, &mut tx, customer.id.0, &name, &form.email, phone.as_ref()).await?;
    checkouts::adopt(&mut tx, visitor, customer.id).await?;
    let session = sessions::open(app, &mut tx, user, &visit.origin).await?;
    tx.commit().await?;
    let audience = Audience::Customer { user: user.0, customer: customer.id.0 };
    let old = &visit.caller.scope;
    let scope = Scope::person(app.db.clone(), old.tenant.clone(), audience, old.request_id, old.clock.clone()).speaking(Some(&old.locale));
    Ok(Joined { scope, session })
}

/// What the services do not ask of everybody, but a purchase does.
pub(super) fn check(form: &DetailsForm, scope: &Scope) -> AppResult<()> {
    let mut fields = kernel::error::Fields::new();
    fields.text("name", &form.name, 200);
    fields.text("phone", &form.phone, 40);
    fields.text("email", &form.email, 254);
    fields.text("id_number", &form.id_number, 40);
    if form.consent != "yes" {
        fields.add("consent", "field-required");
    }
    if let Err(error) = start(form, scope) {
        for field in error.fields {
            fields.add(field.field, field.code);
        }
    }
    fields.finish()
}

/// First day of cover as it was chosen.
pub(super) fn start(form: &DetailsForm, scope: &Scope) -> AppResult<chrono::NaiveDate> {
    let day = chrono::NaiveDate::parse_from_str(form.starts_on.trim(), "%Y-%m-%d").map_err(|_| AppError::field("starts_on", "field-invalid"))?;
    rules::check_start(day, scope.today())?;
    Ok(day)
}

/// Notes that personal data may be used, in the words that were shown.
pub(super) async fn consent(tx: &mut TenantTx, customer: CustomerId, wording: &str) -> AppResult<()> {
    agreement::record(tx, customer, "portal checkout", wording).await
}
