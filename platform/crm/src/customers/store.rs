//! SQL of customers.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppResult, ReadTx, TenantTx,
    error::expect_one,
    paging::{List, Page, PageRequest, prefix_end},
};
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Customer, CustomerFailure, CustomerId, CustomerRow, CustomerType, Kyc, Lifecycle, PreferredContact, Source};
use crate::parties::{Address, Gender, PartyId, identifiers::MaskedIdentifier, terms};

/// What a list may be narrowed by, besides the search.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct ListFilter {
    #[param(inline)]
    pub lifecycle: Option<Lifecycle>,
    #[param(inline)]
    pub customer_type: Option<CustomerType>,
    pub assigned_agent: Option<Uuid>,
}

struct FullRow {
    id: CustomerId,
    party: PartyId,
    number: String,
    customer_type: CustomerType,
    display_name: String,
    first_name: Option<String>,
    last_name: Option<String>,
    date_of_birth: Option<NaiveDate>,
    gender: Option<Gender>,
    occupation: Option<String>,
    company_name: Option<String>,
    industry: Option<String>,
    identifiers: Json<Vec<MaskedIdentifier>>,
    email: Option<String>,
    phone: Option<String>,
    alt_phone: Option<String>,
    line: Option<String>,
    city: Option<String>,
    county: Option<String>,
    postal_code: Option<String>,
    country: Option<String>,
    lifecycle: Lifecycle,
    source: Source,
    assigned_agent: Option<Uuid>,
    kyc: Kyc,
    preferred_contact: Option<PreferredContact>,
    locale: Option<String>,
    notes: String,
    custom: serde_json::Value,
    version: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<FullRow> for Customer {
    fn from(row: FullRow) -> Self {
        let text = Option::unwrap_or_default;
        Self {
            id: row.id,
            party: row.party,
            number: row.number,
            customer_type: row.customer_type,
            display_name: row.display_name,
            first_name: row.first_name,
            last_name: row.last_name,
            date_of_birth: row.date_of_birth,
            gender: row.gender,
            occupation: row.occupation,
            company_name: row.company_name,
            industry: row.industry,
            identifiers: row.identifiers.0,
            email: row.email,
            phone: row.phone,
            alt_phone: row.alt_phone,
            address: Address {
                line: text(row.line),
                city: text(row.city),
                county: text(row.county),
                postal_code: text(row.postal_code),
                country: text(row.country),
            },
            lifecycle: row.lifecycle,
            source: row.source,
            assigned_agent: row.assigned_agent,
            kyc: row.kyc,
            preferred_contact: row.preferred_contact,
            locale: row.locale,
            notes: row.notes,
            custom: row.custom,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

pub(super) async fn names(tx: &mut ReadTx, ids: &[Uuid]) -> AppResult<HashMap<Uuid, String>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        "select c.id, p.display_name from customers c join parties p on p.tenant_id = c.tenant_id and p.id = c.party_id
         where c.tenant_id = $1 and c.id = any($2)",
        tenant,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.display_name)).collect())
}

pub(super) async fn find_customer(tx: &mut ReadTx, id: CustomerId) -> AppResult<Option<Customer>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        FullRow,
        r#"select c.id as "id: CustomerId", c.party_id as "party: PartyId", c.number, c.customer_type as "customer_type: CustomerType",
             p.display_name, p.first_name, p.last_name, p.date_of_birth, p.gender as "gender: Gender", p.occupation,
             p.organisation_name as company_name, p.industry,
             (select coalesce(jsonb_agg(jsonb_build_object('kind', i.kind, 'masked', i.masked, 'verified', i.verified_at is not null) order by i.kind), '[]')
              from party_identifiers i where i.tenant_id = c.tenant_id and i.party_id = c.party_id) as "identifiers!: Json<Vec<MaskedIdentifier>>",
             r.email, r.phone, r.alt_phone,
             a.line as "line?", a.city as "city?", a.county as "county?", a.postal_code as "postal_code?", a.country as "country?",
             c.lifecycle as "lifecycle: Lifecycle", c.source as "source: Source", c.assigned_agent, c.kyc as "kyc: Kyc",
             c.preferred_contact as "preferred_contact: PreferredContact", c.locale, c.notes, c.custom, c.version, c.created_at, c.updated_at
           from customers c
           join parties p on p.tenant_id = c.tenant_id and p.id = c.party_id
           cross join lateral (
             select max(t.value) filter (where t.kind = 'email' and t.rank = 1) as email, max(t.value) filter (where t.kind = 'phone' and t.rank = 1) as phone,
                    max(t.value) filter (where t.kind = 'phone' and t.rank = 2) as alt_phone
             from contact_points t where t.tenant_id = c.tenant_id and t.party_id = c.party_id) r
           left join party_addresses a on a.tenant_id = c.tenant_id and a.party_id = c.party_id and a.kind = 'postal'
           where c.tenant_id = $1 and c.id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Customer::from))
}

/// Whether customers of this member of staff are in sight.
pub(super) async fn is_seen_agent(tx: &mut ReadTx, agent: Uuid) -> AppResult<bool> {
    Ok(sqlx::query_scalar!(r#"select $1 = any (seen_agents()) as "seen!""#, agent).fetch_one(tx.conn()).await?)
}

/// Locks the row until the transaction ends and gives its version.
pub(super) async fn lock_customer(tx: &mut TenantTx, id: CustomerId) -> AppResult<i32> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!("select version from customers where tenant_id = $1 and id = $2 for update", tenant, id.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(CustomerFailure::NotFound)?)
}

pub(super) struct NewRow<'a> {
    pub id: CustomerId,
    pub party: PartyId,
    pub number: &'a str,
    pub customer_type: CustomerType,
    pub details: Details<'a>,
    pub source: Source,
}

pub(super) struct Details<'a> {
    pub lifecycle: Lifecycle,
    pub assigned_agent: Option<Uuid>,
    pub preferred_contact: Option<PreferredContact>,
    pub notes: &'a str,
    pub custom: &'a serde_json::Value,
}

pub(super) async fn insert_customer(tx: &mut TenantTx, row: NewRow<'_>) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into customers (tenant_id, id, party_id, number, customer_type, lifecycle, source, assigned_agent, preferred_contact, notes, custom,
           created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12, $13)",
        tenant,
        row.id.0,
        row.party.0,
        row.number,
        row.customer_type.as_str(),
        row.details.lifecycle.as_str(),
        row.source.as_str(),
        row.details.assigned_agent,
        row.details.preferred_contact.map(|p| p.as_str()),
        row.details.notes,
        row.details.custom,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes the details if the version is still `expected`; otherwise [`CustomerFailure::Changed`].
pub(super) async fn update_customer(tx: &mut TenantTx, id: CustomerId, expected: i32, details: Details<'_>) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let done = sqlx::query!(
        "update customers set lifecycle = $4, assigned_agent = $5, preferred_contact = $6, notes = $7, custom = $8, version = version + 1,
           updated_at = $9, updated_by = $10
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        id.0,
        expected,
        details.lifecycle.as_str(),
        details.assigned_agent,
        details.preferred_contact.map(|p| p.as_str()),
        details.notes,
        details.custom,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    expect_one(done.rows_affected(), CustomerFailure::Changed)
}

pub(super) async fn update_lifecycle(tx: &mut TenantTx, id: CustomerId, lifecycle: Lifecycle) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!(
        "update customers set lifecycle = $3, version = version + 1, updated_at = $4, updated_by = $5 where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        lifecycle.as_str(),
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Leaves the version as it is: a form that somebody has open does not write the language.
pub(super) async fn update_locale(tx: &mut TenantTx, id: CustomerId, locale: &str) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!(
        "update customers set locale = $3, updated_at = $4, updated_by = $5 where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        locale,
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes ways to reach a party and what was noted about it.
pub(super) async fn forget_details(tx: &mut TenantTx, id: CustomerId, party: PartyId) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!("delete from contact_points where tenant_id = $1 and party_id = $2", tenant, party.0).execute(tx.conn()).await?;
    sqlx::query!("delete from party_addresses where tenant_id = $1 and party_id = $2", tenant, party.0).execute(tx.conn()).await?;
    sqlx::query!("delete from party_terms where tenant_id = $1 and party_id = $2", tenant, party.0).execute(tx.conn()).await?;
    sqlx::query!(
        "update parties set gender = null, occupation = null, industry = null, version = version + 1, updated_at = $3, updated_by = $4
         where tenant_id = $1 and id = $2",
        tenant,
        party.0,
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update customers set lifecycle = 'churned', notes = '', custom = '{}', preferred_contact = null, locale = null, version = version + 1,
           updated_at = $3, updated_by = $4
         where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts a customer's number in the place of its name, and deletes its identity numbers and date of birth.
pub(super) async fn forget_identity(tx: &mut TenantTx, party: PartyId, number: &str) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!("delete from party_identifiers where tenant_id = $1 and party_id = $2", tenant, party.0).execute(tx.conn()).await?;
    sqlx::query!(
        "update parties set display_name = $3, name_norm = lower($3), first_name = case when kind = 'person' then $3 end,
           last_name = case when kind = 'person' then '-' end, organisation_name = case when kind = 'organisation' then $3 end, date_of_birth = null,
           version = version + 1, updated_at = $4, updated_by = $5
         where tenant_id = $1 and id = $2",
        tenant,
        party.0,
        number,
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

const ROW: &str = "c.id, c.number, c.customer_type, p.display_name, e.value as email, f.value as phone, c.lifecycle, c.kyc, c.created_at";
const JOINS: &str = "join parties p on p.tenant_id = c.tenant_id and p.id = c.party_id
    left join contact_points e on e.tenant_id = c.tenant_id and e.party_id = c.party_id and e.kind = 'email' and e.rank = 1
    left join contact_points f on f.tenant_id = c.tenant_id and f.party_id = c.party_id and f.kind = 'phone' and f.rank = 1";

/// Parties with a term between two ends, as [`List::filter_common`] writes it.
const WITH_TERM: [&str; 3] = [
    "select t.party_id from party_terms t, (select ",
    "::uuid as tenant_id, ",
    "::text[] as ends) r where t.tenant_id = r.tenant_id and t.term >= r.ends[1] collate \"C\" and t.term < r.ends[2] collate \"C\"",
];

pub(super) async fn list_customers(tx: &mut ReadTx, request: &PageRequest, filter: &ListFilter) -> AppResult<Page<CustomerRow>> {
    let mut list = List::new(ROW, "from customers c", "c.tenant_id", "c.id").joining(JOINS).sortable("number", "c.number").sortable_with(
        "name",
        "p.name_norm",
        "p.id",
    );
    let words = request.search_text().map(|text| terms::of_search(&text)).unwrap_or_default();
    let mut ranges: Vec<Vec<String>> = words.iter().map(|word| vec![word.clone(), prefix_end(word)]).collect();
    if ranges.len() > 1 {
        list.filter_common("c.party_id", WITH_TERM, tx.tenant_id(), ranges);
    } else if let Some(range) = ranges.pop() {
        // Of a word that very many have, the newest customers are met along the list.
        list.filter(
            "(c.tenant_id, c.party_id) in (select t.tenant_id, t.party_id from party_terms t, (select ",
            range,
            "::text[] as ends) r where t.term >= r.ends[1] collate \"C\" and t.term < r.ends[2] collate \"C\")",
        );
    }
    if let Some(lifecycle) = filter.lifecycle {
        list.filter("c.lifecycle = ", lifecycle.as_str(), "");
    }
    if let Some(customer_type) = filter.customer_type {
        list.filter("c.customer_type = ", customer_type.as_str(), "");
    }
    if let Some(agent) = filter.assigned_agent {
        list.filter("c.assigned_agent = ", agent, "");
    }
    list.fetch(tx, request, |row: &CustomerRow| row.id.0).await
}

/// Customers of these parties, oldest first.
pub(super) async fn list_by_parties(tx: &mut ReadTx, parties: &[PartyId]) -> AppResult<Vec<(PartyId, CustomerRow)>> {
    let (tenant, ids) = (tx.tenant_id(), parties.iter().map(|p| p.0).collect::<Vec<_>>());
    let rows = sqlx::query!(
        r#"select c.party_id as "party: PartyId", c.id as "id: CustomerId", c.number, c.customer_type as "customer_type: CustomerType", p.display_name,
             e.value as "email?", f.value as "phone?", c.lifecycle as "lifecycle: Lifecycle", c.kyc as "kyc: Kyc", c.created_at
           from customers c
           join parties p on p.tenant_id = c.tenant_id and p.id = c.party_id
           left join contact_points e on e.tenant_id = c.tenant_id and e.party_id = c.party_id and e.kind = 'email' and e.rank = 1
           left join contact_points f on f.tenant_id = c.tenant_id and f.party_id = c.party_id and f.kind = 'phone' and f.rank = 1
           where c.tenant_id = $1 and c.party_id = any($2) order by c.id limit 50"#,
        tenant,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let row = CustomerRow {
                id: r.id,
                number: r.number,
                customer_type: r.customer_type,
                display_name: r.display_name,
                email: r.email,
                phone: r.phone,
                lifecycle: r.lifecycle,
                kyc: r.kyc,
                created_at: r.created_at,
            };
            (r.party, row)
        })
        .collect())
}

/// Parties that are reached there, first contact points first.
pub(super) async fn find_by_contact(tx: &mut ReadTx, kind: &'static str, value_norm: &str) -> AppResult<Vec<PartyId>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        r#"select party_id as "id: PartyId" from contact_points where tenant_id = $1 and kind = $2 and value_norm = $3 order by rank, id limit 20"#,
        tenant,
        kind,
        value_norm
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}
