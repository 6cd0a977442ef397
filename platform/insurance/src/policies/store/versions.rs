//! SQL of what policies cover from a day on, with its premium line by line.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    money::{Currency, Money},
};
use rust_decimal::Decimal;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    catalogue::{ProductVersionId, form::RawAnswers},
    orders::OrderLine,
    policies::{PolicyFailure, PolicyId, PolicyTerm, PolicyVersion, TermId, VersionId},
    rating::{Line, LineKind},
    text::LocalText,
};

/// Writes the first version of a policy, from the line that was bought.
pub(super) async fn insert(tx: &mut TenantTx, policy: PolicyId, id: VersionId, term: &PolicyTerm, line: &OrderLine) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into policy_versions (tenant_id, id, policy_id, term_id, sequence, effective_from, product_version_id, rule_version, law_version, answers, add_ons,
           sum_insured_minor, premium_minor, levies_minor, total_minor, payable_minor, commission_minor, currency, created_at, updated_at)
         values ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18)",
        tenant,
        id.0,
        policy.0,
        term.id.0,
        term.starts_on,
        line.product_version.0,
        line.rule_version,
        line.law_version,
        Json(&line.answers) as _,
        &line.add_ons,
        line.sum_insured.map(|sum| sum.minor),
        line.premium.minor,
        line.levies.minor,
        line.total.minor,
        line.payable.minor,
        line.commission.minor,
        line.payable.currency.code(),
        now
    )
    .execute(tx.conn())
    .await?;
    insert_premium_lines(tx, id, &line.premium_lines).await
}

async fn insert_premium_lines(tx: &mut TenantTx, version: VersionId, lines: &[Line]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    for (line_no, line) in (1_i16..).zip(lines) {
        sqlx::query!(
            "insert into premium_lines (tenant_id, id, version_id, line_no, kind, code, label, base_minor, rate, units, amount_minor, currency)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            tenant,
            Uuid::now_v7(),
            version.0,
            line_no,
            kind_name(line.kind),
            line.code,
            Json(&line.label) as _,
            line.base.map(|base| base.minor),
            line.rate,
            line.units,
            line.amount.minor,
            line.amount.currency.code()
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

fn kind_name(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Premium => "premium",
        LineKind::AddOn => "add_on",
        LineKind::Loading => "loading",
        LineKind::Discount => "discount",
        LineKind::Levy => "levy",
        LineKind::Duty => "duty",
        LineKind::Rounding => "rounding",
    }
}

fn kind_of(name: &str) -> AppResult<LineKind> {
    use LineKind::{AddOn, Discount, Duty, Levy, Loading, Premium, Rounding};
    [Premium, AddOn, Loading, Discount, Levy, Duty, Rounding]
        .into_iter()
        .find(|kind| kind_name(*kind) == name)
        .ok_or_else(|| AppError::internal(format!("unknown kind of premium line: {name:?}")))
}

struct VersionColumns {
    id: VersionId,
    term_id: Uuid,
    sequence: i16,
    effective_from: NaiveDate,
    product_version_id: Uuid,
    rule_version: String,
    law_version: String,
    answers: Json<RawAnswers>,
    add_ons: Vec<String>,
    sum_insured_minor: Option<i64>,
    premium_minor: i64,
    levies_minor: i64,
    total_minor: i64,
    payable_minor: i64,
    commission_minor: i64,
    currency: String,
    insurer_certificate: Option<String>,
    certified_on: Option<NaiveDate>,
    certified_at: Option<DateTime<Utc>>,
    document_revision: i32,
}

/// The version in force: the newest.
pub(crate) async fn newest_version(tx: &mut ReadTx, policy: PolicyId) -> AppResult<PolicyVersion> {
    let tenant = tx.tenant_id();
    let c = sqlx::query_as!(
        VersionColumns,
        r#"select id as "id: VersionId", term_id, sequence, effective_from, product_version_id, rule_version, law_version,
             answers as "answers: Json<RawAnswers>", add_ons, sum_insured_minor, premium_minor, levies_minor, total_minor, payable_minor, commission_minor,
             currency, insurer_certificate, certified_on, certified_at, document_revision
           from policy_versions where tenant_id = $1 and policy_id = $2 order by sequence desc limit 1"#,
        tenant,
        policy.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(PolicyFailure::NotFound)?;
    let lines = premium_lines(tx, c.id).await?;
    let currency = Currency::from_code(&c.currency).map_err(AppError::internal)?;
    let money = |minor| Money::new(minor, currency);
    Ok(PolicyVersion {
        id: c.id,
        term: TermId(c.term_id),
        sequence: c.sequence,
        effective_from: c.effective_from,
        product_version: ProductVersionId(c.product_version_id),
        rule_version: c.rule_version,
        law_version: c.law_version,
        answers: c.answers.0,
        add_ons: c.add_ons,
        sum_insured: c.sum_insured_minor.map(money),
        premium: money(c.premium_minor),
        levies: money(c.levies_minor),
        total: money(c.total_minor),
        payable: money(c.payable_minor),
        commission: money(c.commission_minor),
        insurer_certificate: c.insurer_certificate,
        certified_on: c.certified_on,
        certified_at: c.certified_at,
        document_revision: c.document_revision,
        lines,
    })
}

struct LineColumns {
    kind: String,
    code: String,
    label: Json<LocalText>,
    base_minor: Option<i64>,
    rate: Option<Decimal>,
    units: Option<i64>,
    amount_minor: i64,
    currency: String,
}

async fn premium_lines(tx: &mut ReadTx, version: VersionId) -> AppResult<Vec<Line>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        LineColumns,
        r#"select kind, code, label as "label: Json<LocalText>", base_minor, rate, units, amount_minor, currency
           from premium_lines where tenant_id = $1 and version_id = $2 order by line_no"#,
        tenant,
        version.0
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = Currency::from_code(&row.currency).map_err(AppError::internal)?;
            let money = |minor| Money::new(minor, currency);
            Ok(Line {
                kind: kind_of(&row.kind)?,
                code: row.code,
                label: row.label.0,
                base: row.base_minor.map(money),
                rate: row.rate,
                units: row.units,
                amount: money(row.amount_minor),
            })
        })
        .collect()
}

/// Enters the insurer's certificate; the version's document is issued anew under the next revision.
pub(in crate::policies) async fn update_certificate(tx: &mut TenantTx, version: VersionId, certificate: &str, on: NaiveDate) -> AppResult<i32> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let revision = sqlx::query_scalar!(
        "update policy_versions set insurer_certificate = $3, certified_on = $4, certified_at = $5, document_revision = document_revision + 1, updated_at = $5
         where tenant_id = $1 and id = $2 returning document_revision",
        tenant,
        version.0,
        certificate,
        on,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(revision)
}

/// Counts another issue of the version's document.
pub(in crate::policies) async fn next_revision(tx: &mut TenantTx, version: VersionId) -> AppResult<i32> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let revision = sqlx::query_scalar!(
        "update policy_versions set document_revision = document_revision + 1, updated_at = $3 where tenant_id = $1 and id = $2 returning document_revision",
        tenant,
        version.0,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(revision)
}
