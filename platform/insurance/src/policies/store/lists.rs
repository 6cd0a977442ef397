//! SQL of lists of policies.

use chrono::NaiveDate;
use crm::CustomerId;
use kernel::{
    AppResult, ReadTx,
    paging::{List, Page, PageRequest, prefix_end},
};
use sqlx::types::Json;

use crate::{
    law::plates::normalise,
    policies::{EndingPolicy, PolicyFilter, PolicyId, PolicyRow},
    text::LocalText,
};

/// The last of the next so many policies that are not over, after the given one; none if fewer follow.
pub(in crate::policies) async fn find_end_of_stretch(tx: &mut ReadTx, after: PolicyId, policies: i64) -> AppResult<Option<PolicyId>> {
    let tenant = tx.tenant_id();
    let last = sqlx::query_scalar!(
        r#"select id as "id: PolicyId" from policies where tenant_id = $1 and id > $2 and state in ('pending', 'active') order by id offset $3 limit 1"#,
        tenant,
        after.0,
        policies - 1
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(last)
}

/// Policies between two, the latter included, whose state no longer fits the day, with the period of their current term.
pub(in crate::policies) async fn list_turning(
    tx: &mut ReadTx,
    today: NaiveDate,
    after: PolicyId,
    last: PolicyId,
) -> AppResult<Vec<(PolicyId, NaiveDate, NaiveDate)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select p.id as "id: PolicyId", t.starts_on, t.ends_on from policies p
           join policy_terms t on t.tenant_id = p.tenant_id and t.id = p.current_term_id
           where p.tenant_id = $1 and p.id > $3 and p.id <= $4 and p.state in ('pending', 'active') and p.approval <> 'waiting'
             and (p.state = 'pending' and t.starts_on <= $2 or t.ends_on < $2)
           order by p.id"#,
        tenant,
        today,
        after.0,
        last.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.starts_on, row.ends_on)).collect())
}

pub(in crate::policies) async fn list(tx: &mut ReadTx, filter: &PolicyFilter, page: &PageRequest) -> AppResult<Page<PolicyRow>> {
    let mut list = List::new(
        "p.id, p.number, p.customer_id, n.display_name as customer_name, l.insurer_name, l.product_name, p.category_code, p.business_line, coalesce(p.plate, p.plate_norm) as plate,
         p.state, p.approval, t.starts_on, v.insurer_certificate,
         least(t.ends_on, (select c.from_on - 1 from cancellations c where c.tenant_id = p.tenant_id and c.policy_id = p.id)) as ends_on,
         v.payable_minor, v.currency, p.created_at",
        "from policies p",
        "p.tenant_id",
        "p.id",
    )
    .joining(
        "join order_lines l on l.tenant_id = p.tenant_id and l.id = p.order_line_id
         join policy_terms t on t.tenant_id = p.tenant_id and t.id = p.current_term_id
         join lateral (select v.insurer_certificate, v.payable_minor, v.currency from policy_versions v
                       where v.tenant_id = p.tenant_id and v.policy_id = p.id order by v.sequence desc limit 1) v on true
         join customers c on c.tenant_id = p.tenant_id and c.id = p.customer_id
         join parties n on n.tenant_id = c.tenant_id and n.id = c.party_id",
    )
    .sortable("number", "p.number")
    .sortable_with("until", "t.ends_on", "t.id");
    if let Some(state) = filter.state {
        list.filter("p.state = ", state.as_str(), "");
    }
    if filter.ended {
        list.fixed("p.state in ('expired', 'cancelled')");
    }
    if let Some(category) = &filter.category {
        list.filter("p.category_code = ", category.clone(), "");
    }
    if let Some(insurer) = filter.company {
        list.filter("p.insurer_id = ", insurer, "");
    }
    if let Some(customer) = filter.customer {
        list.filter("p.customer_id = ", customer, "");
    }
    if filter.waiting {
        list.fixed("p.approval = 'waiting'");
    }
    if filter.uncertified {
        list.joined().fixed("v.insurer_certificate is null and p.state in ('pending', 'active')");
    }
    if let Some(text) = page.search_text() {
        let key = text.to_uppercase().replace(' ', "");
        if key.starts_with("POL-") {
            list.filter("p.number = ", key, "");
        } else if key.chars().any(|c| c.is_ascii_digit()) {
            let plate = normalise(&text);
            list.filter("p.plate_norm >= ", plate.clone(), "").filter("p.plate_norm < ", prefix_end(&plate), "");
        } else {
            list.joined().filter("n.name_norm >= ", text.clone(), "").filter("n.name_norm < ", prefix_end(&text), "");
        }
    }
    list.fetch(tx, page, |row: &PolicyRow| row.id.0).await
}

/// Policies in force whose current term ends between two days, both included, after the given one in the order of days and ids; at
/// most `limit`.
pub(in crate::policies) async fn list_ending(
    tx: &mut ReadTx,
    from: NaiveDate,
    to: NaiveDate,
    after: (NaiveDate, PolicyId),
    limit: i64,
) -> AppResult<Vec<EndingPolicy>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select p.id as "id: PolicyId", p.number, p.customer_id as "customer: CustomerId", l.product_name as "product: Json<LocalText>", t.starts_on, t.ends_on
           from policy_terms t
           join policies p on p.tenant_id = t.tenant_id and p.current_term_id = t.id
           join order_lines l on l.tenant_id = p.tenant_id and l.id = p.order_line_id
           where t.tenant_id = $1 and t.ends_on between $2 and $3 and (t.ends_on, p.id) > ($4, $5) and p.state = 'active'
           order by t.ends_on, p.id limit $6"#,
        tenant,
        from,
        to,
        after.0,
        after.1.0,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| EndingPolicy {
            id: row.id,
            number: row.number,
            customer: row.customer,
            product_name: row.product.0,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
        })
        .collect())
}
