//! Use cases of insurers. The caller commits.

use std::collections::HashMap;

use kernel::{
    AppResult, ReadTx, TenantTx,
    audit::Change,
    error::Fields,
    paging::{Page, PageRequest},
    phone::Phone,
};
use serde_json::Value;
use uuid::Uuid;

use super::{Insurer, InsurerContact, InsurerFailure, InsurerId, InsurerInput, InsurerKind, InsurerPatch, InsurerState, NewContact, store};

pub async fn list(tx: &mut ReadTx, request: &PageRequest) -> AppResult<Page<Insurer>> {
    store::list(tx, request).await
}

/// What insurers are called, for lists that know them by id; those that nobody knows are left out.
pub async fn names(tx: &mut ReadTx, ids: &[Uuid]) -> AppResult<HashMap<Uuid, String>> {
    store::names(tx, ids).await
}

/// An insurer with its contacts, the primary one first.
pub async fn get(tx: &mut ReadTx, id: InsurerId) -> AppResult<(Insurer, Vec<InsurerContact>)> {
    let insurer = find(tx, id).await?;
    let contacts = store::list_contacts(tx, id).await?;
    Ok((insurer, contacts))
}

async fn find(tx: &mut ReadTx, id: InsurerId) -> AppResult<Insurer> {
    Ok(store::find(tx, id).await?.ok_or(InsurerFailure::NotFound)?)
}

/// Adds an insurer. Its code is made from its name, and two of the same are refused.
pub async fn create(tx: &mut TenantTx, input: InsurerInput) -> AppResult<Insurer> {
    let mut fields = Fields::new();
    let mut insurer = Insurer {
        id: InsurerId::new(),
        code: crate::text::code_of(&input.name, 40),
        name: fields.text("name", &input.name, 150),
        kind: input.kind.unwrap_or(InsurerKind::Underwriter),
        state: InsurerState::Active,
        sample: false,
        email: input.email,
        phone: input.phone,
        website: input.website,
        address: input.address,
        registration_number: input.registration_number,
        licence_number: input.licence_number,
        contract_start: input.contract_start,
        contract_end: input.contract_end,
        default_commission: input.default_commission,
        most_instalments: input.most_instalments.unwrap_or(1),
        version: 1,
    };
    if insurer.code.is_empty() {
        fields.add("name", "insurer-name-unusable");
    }
    check(&mut fields, &mut insurer);
    fields.finish()?;
    store::insert(tx, &insurer, None).await?;
    tx.audit(Change::of("insurance.insurer.create", "insurer", insurer.id.0).set("name", insurer.name.clone()).set("code", insurer.code.clone()))
        .await?;
    Ok(insurer)
}

/// Changes what the patch names, if the insurer still has the patch's version.
pub async fn update(tx: &mut TenantTx, id: InsurerId, patch: InsurerPatch) -> AppResult<Insurer> {
    let before = find(tx, id).await?;
    let mut fields = Fields::new();
    let kept = |new: Option<String>, old: &String| new.unwrap_or_else(|| old.clone());
    let mut after = Insurer {
        name: patch.name.map_or_else(|| before.name.clone(), |name| fields.text("name", &name, 150)),
        kind: patch.kind.unwrap_or(before.kind),
        state: patch.state.unwrap_or(before.state),
        email: kept(patch.email, &before.email),
        phone: kept(patch.phone, &before.phone),
        website: kept(patch.website, &before.website),
        address: kept(patch.address, &before.address),
        registration_number: kept(patch.registration_number, &before.registration_number),
        licence_number: kept(patch.licence_number, &before.licence_number),
        contract_start: patch.contract_start.unwrap_or(before.contract_start),
        contract_end: patch.contract_end.unwrap_or(before.contract_end),
        default_commission: patch.default_commission.unwrap_or(before.default_commission),
        most_instalments: patch.most_instalments.unwrap_or(before.most_instalments),
        ..before.clone()
    };
    check(&mut fields, &mut after);
    fields.finish()?;
    store::update(tx, &after, patch.version).await?;
    tx.audit(changes(&before, &after)).await?;
    find(tx, id).await
}

fn changes(before: &Insurer, after: &Insurer) -> Change {
    let text = |value: Option<String>| value.map_or(Value::Null, Value::from);
    let day = |day: Option<chrono::NaiveDate>| text(day.map(|day| day.to_string()));
    let percent = |percent: Option<crate::figures::Percent>| text(percent.map(|percent| percent.to_string()));
    Change::of("insurance.insurer.update", "insurer", after.id.0)
        .change("name", before.name.clone(), after.name.clone())
        .change("kind", before.kind.as_str(), after.kind.as_str())
        .change("state", before.state.as_str(), after.state.as_str())
        .change("email", before.email.clone(), after.email.clone())
        .change("phone", before.phone.clone(), after.phone.clone())
        .change("website", before.website.clone(), after.website.clone())
        .change("address", before.address.clone(), after.address.clone())
        .change("registration_number", before.registration_number.clone(), after.registration_number.clone())
        .change("licence_number", before.licence_number.clone(), after.licence_number.clone())
        .change("contract_start", day(before.contract_start), day(after.contract_start))
        .change("contract_end", day(before.contract_end), day(after.contract_end))
        .change("default_commission", percent(before.default_commission), percent(after.default_commission))
        .change("most_instalments", before.most_instalments, after.most_instalments)
}

/// Trims and checks everything but the name.
fn check(fields: &mut Fields, insurer: &mut Insurer) {
    insurer.email = email(fields, &insurer.email);
    insurer.phone = fields.optional_text("phone", &insurer.phone, 40);
    insurer.website = fields.optional_text("website", &insurer.website, 200);
    if !insurer.website.is_empty() && !insurer.website.starts_with("https://") {
        fields.add("website", "insurer-website-invalid");
    }
    insurer.address = fields.optional_text("address", &insurer.address, 300);
    insurer.registration_number = fields.optional_text("registration_number", &insurer.registration_number, 60);
    insurer.licence_number = fields.optional_text("licence_number", &insurer.licence_number, 60);
    if !(1..=12).contains(&insurer.most_instalments) {
        fields.add("most_instalments", "insurer-instalments-wrong");
    }
    if let (Some(start), Some(end)) = (insurer.contract_start, insurer.contract_end)
        && end < start
    {
        fields.add("contract_end", "insurer-contract-backwards");
    }
}

fn email(fields: &mut Fields, text: &str) -> String {
    let text = text.trim();
    if !text.is_empty() && crm::parties::EmailAddress::parse(text).is_none() {
        fields.add("email", "insurer-email-invalid");
    }
    text.to_owned()
}

/// Adds somebody at an insurer; a primary one replaces the one before.
pub async fn add_contact(tx: &mut TenantTx, insurer: InsurerId, contact: NewContact) -> AppResult<Vec<InsurerContact>> {
    find(tx, insurer).await?;
    let mut fields = Fields::new();
    let country = tx.scope().tenant.country.clone();
    let phone = contact.phone.trim();
    let contact = NewContact {
        name: fields.text("name", &contact.name, 150),
        title: fields.optional_text("title", &contact.title, 100),
        department: fields.optional_text("department", &contact.department, 100),
        email: email(&mut fields, &contact.email),
        // A desk may have a landline; a mobile number is kept in its stored form.
        phone: Phone::parse(phone, &country).map_or_else(|_| fields.optional_text("phone", phone, 40), |phone| phone.to_string()),
        is_primary: contact.is_primary,
    };
    fields.finish()?;
    let id = Uuid::now_v7();
    store::insert_contact(tx, insurer, id, &contact).await?;
    tx.audit(Change::of("insurance.insurer.add_contact", "insurer", insurer.0).set("name", contact.name).set("email", contact.email)).await?;
    store::list_contacts(tx, insurer).await
}

pub async fn remove_contact(tx: &mut TenantTx, insurer: InsurerId, contact: Uuid) -> AppResult<()> {
    if !store::delete_contact(tx, insurer, contact).await? {
        return Err(InsurerFailure::ContactNotFound.into());
    }
    tx.audit(Change::of("insurance.insurer.remove_contact", "insurer", insurer.0).set("contact", contact.to_string())).await
}
