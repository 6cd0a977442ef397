//! Use cases of customers. Functions check, write, record and announce; the caller commits.

use std::collections::{BTreeMap, HashMap};

use kernel::{
    AppError, AppResult, ReadTx, Sight, TenantTx,
    audit::Change,
    identifiers::IdentifierKind,
    paging::{Page, PageRequest},
    personal_data::Extent,
    phone::Phone,
    sealing::Sealer,
};
use uuid::Uuid;

use super::{
    Customer, CustomerCreated, CustomerFailure, CustomerId, CustomerInput, CustomerPatch, CustomerRow, CustomerUpdated, Duplicate, Kyc, Lifecycle,
    Likeness, ListFilter, rules, store,
};
use crate::parties::{
    self, ContactKind, EmailAddress, PartyId,
    consents::{self, Consent, NewConsent},
    identifiers,
    model::Contacts,
};

/// Makes a customer with its party. Reports every field that is not acceptable at once (422).
pub async fn create(tx: &mut TenantTx, sealer: &Sealer, input: CustomerInput) -> AppResult<Customer> {
    let scope = tx.scope().clone();
    let checked = rules::check(&input, &scope.tenant.country, scope.today())?;
    let (id, party) = (CustomerId::new(), PartyId::new());
    parties::insert_party(tx, party, &checked.party).await?;
    parties::replace_contacts(tx, party, &checked.contacts).await?;
    if !checked.address.is_empty() {
        parties::upsert_address(tx, party, &checked.address).await?;
    }
    for identifier in &checked.identifiers {
        identifiers::put(tx, sealer, party, identifier).await?;
    }
    let assigned_agent = agent_for(tx, input.assigned_agent).await?;
    let number = tx.next_number("CUS").await?;
    parties::replace_terms(tx, party, &checked.party, &checked.contacts, &[&number]).await?;
    let details = store::Details {
        lifecycle: input.lifecycle,
        assigned_agent,
        preferred_contact: input.preferred_contact,
        notes: &checked.notes,
        custom: &checked.custom,
    };
    store::insert_customer(tx, store::NewRow { id, party, number: &number, customer_type: input.customer_type, details, source: input.source })
        .await?;
    let change = Change::of("crm.customer.create", "customer", id.0)
        .set("number", number)
        .set("name", checked.party.display_name())
        .set("email", checked.contacts.email.as_ref().map(|e| e.as_typed().to_owned()))
        .set("phone", checked.contacts.phones.first().map(|p| p.as_str().to_owned()))
        .set("identifiers", checked.identifiers.iter().map(|i| format!("{i:?}")).collect::<Vec<_>>());
    tx.audit(change).await?;
    tx.emit(&CustomerCreated { customer_id: id, customer_type: input.customer_type, source: input.source }).await?;
    get(tx, id).await
}

/// To whom a customer is assigned by somebody of limited sight: to oneself, unless to another whose customers one sees. Nobody loses
/// a customer out of sight by a slip.
async fn agent_for(tx: &mut ReadTx, asked: Option<Uuid>) -> AppResult<Option<Uuid>> {
    if tx.scope().sight == Sight::All {
        return Ok(asked);
    }
    let agent = asked.or_else(|| tx.scope().user());
    match agent {
        Some(agent) if !store::is_seen_agent(tx, agent).await? => Err(AppError::field("assigned_agent", "field-invalid")),
        agent => Ok(agent),
    }
}

/// The customer, or [`CustomerFailure::NotFound`]. Whoever shows it to staff records the access.
pub async fn get(tx: &mut ReadTx, id: CustomerId) -> AppResult<Customer> {
    Ok(store::find_customer(tx, id).await?.ok_or(CustomerFailure::NotFound)?)
}

/// What customers are called, for lists that know them by id; those that nobody knows are left out.
pub async fn names(tx: &mut ReadTx, ids: &[Uuid]) -> AppResult<HashMap<Uuid, String>> {
    store::names(tx, ids).await
}

/// Newest first; the search finds names, addresses, phone and customer numbers by their beginning.
pub async fn list(tx: &mut ReadTx, request: &PageRequest, filter: &ListFilter) -> AppResult<Page<CustomerRow>> {
    store::list_customers(tx, request, filter).await
}

/// Customers with this e-mail address, in any case; none if it is not an address.
pub async fn find_by_email(tx: &mut ReadTx, email: &str) -> AppResult<Vec<CustomerRow>> {
    let Some(email) = EmailAddress::parse(email) else { return Ok(Vec::new()) };
    let parties = store::find_by_contact(tx, ContactKind::Email.as_str(), email.norm()).await?;
    rows_of(tx, &parties).await
}

/// Customers with this phone number.
pub async fn find_by_phone(tx: &mut ReadTx, phone: &Phone) -> AppResult<Vec<CustomerRow>> {
    let parties = store::find_by_contact(tx, ContactKind::Phone.as_str(), phone.as_str()).await?;
    rows_of(tx, &parties).await
}

/// Customers with this identity number; none if it cannot be one.
pub async fn find_by_identifier(tx: &mut ReadTx, sealer: &Sealer, kind: IdentifierKind, value: &str) -> AppResult<Vec<CustomerRow>> {
    let Some(identifier) = identifiers::Identifier::parse(kind, value) else { return Ok(Vec::new()) };
    let parties = identifiers::find_parties(tx, sealer, &identifier).await?;
    rows_of(tx, &parties).await
}

async fn rows_of(tx: &mut ReadTx, parties: &[PartyId]) -> AppResult<Vec<CustomerRow>> {
    Ok(store::list_by_parties(tx, parties).await?.into_iter().map(|(_, row)| row).collect())
}

/// Changes what the patch names, if the customer still has the patch's version ([`CustomerFailure::Changed`] otherwise).
pub async fn update(tx: &mut TenantTx, sealer: &Sealer, id: CustomerId, patch: CustomerPatch) -> AppResult<Customer> {
    if store::lock_customer(tx, id).await? != patch.version {
        return Err(CustomerFailure::Changed.into());
    }
    let before = get(tx, id).await?;
    let expected = patch.version;
    let mut input = CustomerInput::of(&before);
    input.apply(patch);
    let scope = tx.scope().clone();
    let checked = rules::check(&input, &scope.tenant.country, scope.today())?;
    let renamed = checked.party.display_name() != before.display_name || born(&checked.party) != before.date_of_birth;
    if before.kyc == Kyc::Verified && (renamed || !checked.identifiers.is_empty()) {
        return Err(CustomerFailure::Verified.into());
    }
    parties::update_party(tx, before.party, &checked.party).await?;
    if checked.contacts != contacts_of(&before, &scope.tenant.country) {
        parties::replace_contacts(tx, before.party, &checked.contacts).await?;
    }
    if !checked.address.is_empty() || !before.address.is_empty() {
        parties::upsert_address(tx, before.party, &checked.address).await?;
    }
    for identifier in &checked.identifiers {
        identifiers::put(tx, sealer, before.party, identifier).await?;
    }
    parties::replace_terms(tx, before.party, &checked.party, &checked.contacts, &[&before.number]).await?;
    let details = store::Details {
        lifecycle: input.lifecycle,
        assigned_agent: agent_for(tx, input.assigned_agent).await?,
        preferred_contact: input.preferred_contact,
        notes: &checked.notes,
        custom: &checked.custom,
    };
    store::update_customer(tx, id, expected, details).await?;
    let after = get(tx, id).await?;
    let mut change = differences(&before, &after);
    if !checked.identifiers.is_empty() {
        change = change.set("identifiers", checked.identifiers.iter().map(|i| format!("{i:?}")).collect::<Vec<_>>());
    }
    tx.audit(change).await?;
    tx.emit(&CustomerUpdated { customer_id: id, version: after.version }).await?;
    Ok(after)
}

fn born(party: &parties::Party) -> Option<chrono::NaiveDate> {
    match party {
        parties::Party::Person(person) => person.date_of_birth,
        parties::Party::Organisation { .. } => None,
    }
}

fn contacts_of(customer: &Customer, country: &str) -> Contacts {
    Contacts {
        email: customer.email.as_deref().and_then(EmailAddress::parse),
        phones: [&customer.phone, &customer.alt_phone].into_iter().flatten().filter_map(|p| Phone::parse(p, country).ok()).collect(),
    }
}

fn differences(before: &Customer, after: &Customer) -> Change {
    let address = |c: &Customer| serde_json::to_value(&c.address).unwrap_or_default();
    Change::of("crm.customer.update", "customer", after.id.0)
        .change("name", before.display_name.as_str(), after.display_name.as_str())
        .change("date_of_birth", before.date_of_birth.map(|d| d.to_string()), after.date_of_birth.map(|d| d.to_string()))
        .change("gender", before.gender.map(|g| g.as_str()), after.gender.map(|g| g.as_str()))
        .change("occupation", before.occupation.clone(), after.occupation.clone())
        .change("industry", before.industry.clone(), after.industry.clone())
        .change("email", before.email.clone(), after.email.clone())
        .change("phone", before.phone.clone(), after.phone.clone())
        .change("alt_phone", before.alt_phone.clone(), after.alt_phone.clone())
        .change("address", address(before), address(after))
        .change("lifecycle", before.lifecycle.as_str(), after.lifecycle.as_str())
        .change("assigned_agent", before.assigned_agent.map(|a| a.to_string()), after.assigned_agent.map(|a| a.to_string()))
        .change("preferred_contact", before.preferred_contact.map(|p| p.as_str()), after.preferred_contact.map(|p| p.as_str()))
        .change("notes", before.notes.as_str(), after.notes.as_str())
        .change("custom", before.custom.clone(), after.custom.clone())
}

/// Notes that the customer bought: a lead or prospect becomes a customer, and one who left comes back. Harmless when repeated.
pub async fn bought(tx: &mut TenantTx, id: CustomerId) -> AppResult<()> {
    store::lock_customer(tx, id).await?;
    let before = get(tx, id).await?;
    if before.lifecycle == Lifecycle::Customer {
        return Ok(());
    }
    store::update_lifecycle(tx, id, Lifecycle::Customer).await?;
    tx.audit(Change::of("crm.customer.update", "customer", id.0).change("lifecycle", before.lifecycle.as_str(), Lifecycle::Customer.as_str()))
        .await?;
    tx.emit(&CustomerUpdated { customer_id: id, version: before.version + 1 }).await
}

/// From now on mails and documents to the customer are in this language. Repeating what is in force changes nothing.
pub async fn speaks(tx: &mut TenantTx, id: CustomerId, locale: &str) -> AppResult<()> {
    let before = get(tx, id).await?.locale;
    if before.as_deref() == Some(locale) {
        return Ok(());
    }
    store::update_locale(tx, id, locale).await?;
    tx.audit(Change::of("crm.customer.update", "customer", id.0).change("locale", before, Some(locale.to_owned()))).await
}

/// Forgets who the customer is: how to reach it and what was noted, or with [`Extent::Everything`] also its name and numbers. The
/// number of the customer stays, since books name it.
pub(crate) async fn forget(tx: &mut TenantTx, id: CustomerId, extent: Extent) -> AppResult<()> {
    let customer = get(tx, id).await?;
    store::forget_details(tx, id, customer.party).await?;
    if extent == Extent::Everything {
        store::forget_identity(tx, customer.party, &customer.number).await?;
    }
    Ok(())
}

/// The whole identity number, for a document or an insurer's form. Whoever shows it to staff records the access.
pub async fn reveal_identifier(tx: &mut ReadTx, sealer: &Sealer, customer: &Customer, kind: IdentifierKind) -> AppResult<Option<String>> {
    identifiers::reveal(tx, sealer, customer.party, kind).await
}

/// Other customers who may be the same, the likeliest first.
pub async fn possible_duplicates(tx: &mut ReadTx, id: CustomerId) -> AppResult<Vec<Duplicate>> {
    let customer = get(tx, id).await?;
    let mut reasons: BTreeMap<PartyId, Vec<Likeness>> = BTreeMap::new();
    let mut note = |found: Vec<PartyId>, why: Likeness| {
        for party in found.into_iter().filter(|party| *party != customer.party) {
            let because = reasons.entry(party).or_default();
            if !because.contains(&why) {
                because.push(why);
            }
        }
    };
    note(identifiers::find_sharing(tx, customer.party).await?, Likeness::Identifier);
    if let Some(email) = customer.email.as_deref().and_then(EmailAddress::parse) {
        note(store::find_by_contact(tx, ContactKind::Email.as_str(), email.norm()).await?, Likeness::Email);
    }
    for phone in [&customer.phone, &customer.alt_phone].into_iter().flatten() {
        note(store::find_by_contact(tx, ContactKind::Phone.as_str(), phone).await?, Likeness::Phone);
    }
    note(parties::find_namesakes(tx, &customer.display_name, customer.date_of_birth).await?, Likeness::Name);
    let parties: Vec<PartyId> = reasons.keys().copied().collect();
    let mut duplicates: Vec<Duplicate> = store::list_by_parties(tx, &parties)
        .await?
        .into_iter()
        .map(|(party, customer)| Duplicate { customer, because: reasons.remove(&party).unwrap_or_default() })
        .collect();
    duplicates.sort_by(|a, b| a.because.cmp(&b.because));
    Ok(duplicates)
}

/// Records that the customer agrees or no longer agrees. Repeating what is in force changes nothing.
pub async fn record_consent(tx: &mut TenantTx, id: CustomerId, consent: NewConsent) -> AppResult<()> {
    let customer = get(tx, id).await?;
    if consents::record(tx, customer.party, &consent).await? {
        let change = Change::of("crm.consent.record", "customer", id.0).set(consent.purpose.as_str(), consent.granted).because(consent.source);
        tx.audit(change).await?;
    }
    Ok(())
}

/// What the customer agreed to and took back, newest first.
pub async fn consent_history(tx: &mut ReadTx, id: CustomerId) -> AppResult<Vec<Consent>> {
    let customer = get(tx, id).await?;
    consents::history(tx, customer.party).await
}
