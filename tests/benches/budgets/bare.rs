//! The same rows from a handler with nothing around it: axum, sqlx, a tenant filter written by hand; no sign-in, no transaction, no
//! row-level security. Runs as a process of its own, like the platform.

use std::{net::Ipv4Addr, process::Stdio};

use anyhow::Context;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use chrono::{DateTime, NaiveDate, Utc};
use journeys::surroundings::Surroundings;
use serde::Serialize;
use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::io::{AsyncBufReadExt, BufReader};
use uuid::Uuid;

/// The process.
pub struct Bare {
    pub port: u16,
    _child: tokio::process::Child,
}

impl Bare {
    pub async fn start(around: &Surroundings) -> anyhow::Result<Self> {
        let mut child = tokio::process::Command::new(std::env::current_exe()?)
            .args(["--bare", &around.cluster.url("wakala_maintenance")])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line).await?;
        Ok(Self { port: line.trim().parse()?, _child: child })
    }

    pub fn get(&self, path: &str) -> Vec<u8> {
        format!("GET {path} HTTP/1.1\r\nhost: bare\r\n\r\n").into_bytes()
    }
}

/// Serves until it is ended; prints its port.
#[expect(clippy::print_stdout, reason = "how the parent learns the port")]
pub async fn serve(url: &str) -> anyhow::Result<()> {
    let pool = PgPoolOptions::new().max_connections(8).test_before_acquire(false).connect(url).await?;
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{}", listener.local_addr()?.port());
    let router = Router::new().route("/{tenant}/customers", get(page)).route("/{tenant}/customers/{id}", get(by_key)).with_state(pool);
    axum::serve(listener, router).await?;
    Ok(())
}

#[derive(Serialize, sqlx::FromRow)]
struct Customer {
    id: Uuid,
    number: String,
    customer_type: String,
    display_name: String,
    first_name: Option<String>,
    last_name: Option<String>,
    date_of_birth: Option<NaiveDate>,
    gender: Option<String>,
    occupation: Option<String>,
    company_name: Option<String>,
    industry: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    alt_phone: Option<String>,
    line: Option<String>,
    city: Option<String>,
    county: Option<String>,
    postal_code: Option<String>,
    country: Option<String>,
    lifecycle: String,
    source: String,
    assigned_agent: Option<Uuid>,
    kyc: String,
    preferred_contact: Option<String>,
    notes: String,
    custom: serde_json::Value,
    version: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Serialize, sqlx::FromRow)]
struct Identifier {
    kind: String,
    masked: String,
    verified_at: Option<DateTime<Utc>>,
}

async fn by_key(State(pool): State<PgPool>, Path((tenant, id)): Path<(Uuid, Uuid)>) -> Result<Json<(Customer, Vec<Identifier>)>, StatusCode> {
    let customer: Option<Customer> = sqlx::query_as(
        "select c.id, c.number, c.customer_type, p.display_name, p.first_name, p.last_name, p.date_of_birth, p.gender, p.occupation,
           p.organisation_name as company_name, p.industry, e.value as email, f.value as phone, g.value as alt_phone,
           a.line, a.city, a.county, a.postal_code, a.country, c.lifecycle, c.source, c.assigned_agent, c.kyc, c.preferred_contact,
           c.notes, c.custom, c.version, c.created_at, c.updated_at
         from customers c
         join parties p on p.tenant_id = c.tenant_id and p.id = c.party_id
         left join contact_points e on e.tenant_id = c.tenant_id and e.party_id = c.party_id and e.kind = 'email' and e.rank = 1
         left join contact_points f on f.tenant_id = c.tenant_id and f.party_id = c.party_id and f.kind = 'phone' and f.rank = 1
         left join contact_points g on g.tenant_id = c.tenant_id and g.party_id = c.party_id and g.kind = 'phone' and g.rank = 2
         left join party_addresses a on a.tenant_id = c.tenant_id and a.party_id = c.party_id and a.kind = 'postal'
         where c.tenant_id = $1 and c.id = $2",
    )
    .bind(tenant)
    .bind(id)
    .fetch_optional(&pool)
    .await
    .map_err(failed)?;
    let customer = customer.ok_or(StatusCode::NOT_FOUND)?;
    let identifiers: Vec<Identifier> = sqlx::query_as(
        "select i.kind, i.masked, i.verified_at from party_identifiers i
         join customers c on c.tenant_id = i.tenant_id and c.party_id = i.party_id where c.tenant_id = $1 and c.id = $2 order by i.kind",
    )
    .bind(tenant)
    .bind(id)
    .fetch_all(&pool)
    .await
    .map_err(failed)?;
    Ok(Json((customer, identifiers)))
}

#[derive(Serialize, sqlx::FromRow)]
struct Line {
    id: Uuid,
    number: String,
    customer_type: String,
    display_name: String,
    email: Option<String>,
    phone: Option<String>,
    lifecycle: String,
    kyc: String,
    created_at: DateTime<Utc>,
}

async fn page(State(pool): State<PgPool>, Path(tenant): Path<Uuid>) -> Result<Json<(i64, Vec<Line>)>, StatusCode> {
    let count: i64 = sqlx::query_scalar("select count(*) from (select from customers where tenant_id = $1 limit 10001) counted")
        .bind(tenant)
        .fetch_one(&pool)
        .await
        .map_err(failed)?;
    let lines: Vec<Line> = sqlx::query_as(
        "select c.id, c.number, c.customer_type, p.display_name, e.value as email, f.value as phone, c.lifecycle, c.kyc, c.created_at
         from customers c
         join parties p on p.tenant_id = c.tenant_id and p.id = c.party_id
         left join contact_points e on e.tenant_id = c.tenant_id and e.party_id = c.party_id and e.kind = 'email' and e.rank = 1
         left join contact_points f on f.tenant_id = c.tenant_id and f.party_id = c.party_id and f.kind = 'phone' and f.rank = 1
         where c.tenant_id = $1 order by c.id desc limit 21",
    )
    .bind(tenant)
    .fetch_all(&pool)
    .await
    .map_err(failed)?;
    Ok(Json((count, lines)))
}

fn failed(_: sqlx::Error) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}
