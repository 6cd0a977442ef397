//! SQL of parties, their contact points, addresses and search terms.

use kernel::{AppResult, ReadTx, TenantTx};
use uuid::Uuid;

use super::{Address, Party, PartyId, model::Contacts, names, terms};

fn columns(party: &Party) -> PartyColumns<'_> {
    match party {
        Party::Person(person) => {
            PartyColumns { first_name: Some(&person.first_name), last_name: Some(&person.last_name), organisation_name: None, industry: None }
        }
        Party::Organisation { name, industry } => {
            PartyColumns { first_name: None, last_name: None, organisation_name: Some(name), industry: Some(industry) }
        }
    }
}

struct PartyColumns<'a> {
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    organisation_name: Option<&'a str>,
    industry: Option<&'a str>,
}

pub(crate) async fn insert_party(tx: &mut TenantTx, id: PartyId, party: &Party) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let c = columns(party);
    let person = if let Party::Person(person) = party { Some(person) } else { None };
    sqlx::query!(
        "insert into parties (tenant_id, id, kind, display_name, name_norm, first_name, last_name, date_of_birth, gender, occupation,
           organisation_name, industry, created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $13, $14)",
        tenant,
        id.0,
        party.kind().as_str(),
        party.display_name(),
        party.name_norm(),
        c.first_name,
        c.last_name,
        person.and_then(|p| p.date_of_birth),
        person.and_then(|p| p.gender).map(|g| g.as_str()),
        person.map(|p| p.occupation.as_str()),
        c.organisation_name,
        c.industry,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn update_party(tx: &mut TenantTx, id: PartyId, party: &Party) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let c = columns(party);
    let person = if let Party::Person(person) = party { Some(person) } else { None };
    sqlx::query!(
        "update parties set display_name = $3, name_norm = $4, first_name = $5, last_name = $6, date_of_birth = $7, gender = $8,
           occupation = $9, organisation_name = $10, industry = $11, version = version + 1, updated_at = $12, updated_by = $13
         where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        party.display_name(),
        party.name_norm(),
        c.first_name,
        c.last_name,
        person.and_then(|p| p.date_of_birth),
        person.and_then(|p| p.gender).map(|g| g.as_str()),
        person.map(|p| p.occupation.as_str()),
        c.organisation_name,
        c.industry,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Replaces the party's contact points; ranks follow the order given.
pub(crate) async fn replace_contacts(tx: &mut TenantTx, party: PartyId, contacts: &Contacts) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!("delete from contact_points where tenant_id = $1 and party_id = $2", tenant, party.0).execute(tx.conn()).await?;
    let email = contacts.email.iter().map(|e| ("email", e.as_typed().to_owned(), e.norm().to_owned()));
    let phones = contacts.phones.iter().map(|p| ("phone", p.as_str().to_owned(), p.as_str().to_owned()));
    let (mut kinds, mut values, mut norms, mut ranks, mut ids) = (Vec::new(), Vec::new(), Vec::new(), Vec::<i16>::new(), Vec::new());
    for (kind, value, norm) in email.chain(phones) {
        ranks.push(kinds.iter().filter(|k| *k == kind).count() as i16 + 1);
        kinds.push(kind.to_owned());
        values.push(value);
        norms.push(norm);
        ids.push(Uuid::now_v7());
    }
    sqlx::query!(
        "insert into contact_points (tenant_id, party_id, created_at, id, kind, value, value_norm, rank)
         select $1, $2, $3, * from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::smallint[])",
        tenant,
        party.0,
        now,
        &ids,
        &kinds,
        &values,
        &norms,
        &ranks,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn upsert_address(tx: &mut TenantTx, party: PartyId, address: &Address) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into party_addresses (tenant_id, id, party_id, kind, line, city, county, postal_code, country, updated_at)
         values ($1, $2, $3, 'postal', $4, $5, $6, $7, $8, $9)
         on conflict (tenant_id, party_id, kind) do update set line = $4, city = $5, county = $6, postal_code = $7, country = $8, updated_at = $9",
        tenant,
        Uuid::now_v7(),
        party.0,
        address.line,
        address.city,
        address.county,
        address.postal_code,
        address.country,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Replaces the words that the party is found by.
pub(crate) async fn replace_terms(tx: &mut TenantTx, party: PartyId, of: &Party, contacts: &Contacts, numbers: &[&str]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let terms = terms::of(of, contacts, numbers);
    sqlx::query!("delete from party_terms where tenant_id = $1 and party_id = $2 and not (term = any($3))", tenant, party.0, &terms)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "insert into party_terms (tenant_id, party_id, term) select $1, $2, * from unnest($3::text[]) on conflict do nothing",
        tenant,
        party.0,
        &terms
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Parties of the same name and, where both are known, the same date of birth.
pub(crate) async fn find_namesakes(tx: &mut ReadTx, name: &str, born: Option<chrono::NaiveDate>) -> AppResult<Vec<PartyId>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        r#"select id as "id: PartyId" from parties
           where tenant_id = $1 and name_norm = $2 and (date_of_birth is null or $3::date is null or date_of_birth = $3) limit 20"#,
        tenant,
        names::normalise(name),
        born
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}
