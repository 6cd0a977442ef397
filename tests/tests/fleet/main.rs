//! Several processes of each role behind a proxy that sends every request to the next one: nothing sticks to a process, what one
//! changes the others know within a second, what repeats happens once, pages hear of what any of them does, and their metrics name nobody.

mod balancer;
mod page;

use std::time::Duration;

use anyhow::ensure;
use balancer::{Balancer, free_port};
use journeys::{
    api::{Api, Door},
    buyer::Buyer,
    process::Process,
    surroundings::Surroundings,
    wait::until,
};
use page::OpenPage;
use reqwest::Method;
use serde_json::json;
use simulators::daraja::AutoAnswer;
use sqlx::Connection;
use uuid::Uuid;

/// A daily schedule that visits every tenant.
const SCHEDULE: &str = "kernel.idempotency.purge";
/// How long a process may believe what it knew: a second, and the time of the question.
const BELIEF: Duration = Duration::from_millis(1_500);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_of_each_work_as_one() {
    let around = Surroundings::start("fleet").await.expect("surroundings");
    let mut fleet = Fleet::start(&around).await.expect("two of each");
    nothing_sticks_to_a_process(&around).await.expect("a purchase over both");
    both_forget_within_a_second(&around, &fleet).await.expect("caches that agree");
    a_schedule_fires_once(&around, &fleet).await.expect("one job a tick");
    let page = a_page_at_one_hears_of_the_others(&around, &fleet).await.expect("a bell that rings everywhere");
    a_rush_of_one_tenant_holds_up_no_other(&around).await.expect("turns");
    metrics_name_routes_and_nobody(&around, &fleet).await.expect("labels from closed lists");
    an_open_page_holds_up_no_stop(&mut fleet, &page).await.expect("a process that stops");
}

struct Fleet {
    /// Where each `serve` answers without the proxy.
    doors: [u16; 2],
    /// Where each `serve`, and then each `work`, answers metrics.
    gauges: [u16; 4],
    _balancer: Balancer,
    /// Each `serve`, then each `work`.
    processes: Vec<Process>,
}

impl Fleet {
    async fn start(around: &Surroundings) -> anyhow::Result<Self> {
        let doors = [free_port()?, free_port()?];
        let gauges = [free_port()?, free_port()?, free_port()?, free_port()?];
        let mut processes = Vec::new();
        for (n, gauge) in gauges.into_iter().enumerate() {
            let command = if n < doors.len() { "serve" } else { "work" };
            let (address, gauge) = (format!("127.0.0.1:{}", doors[n % doors.len()]), format!("127.0.0.1:{gauge}"));
            let settings = [("WAKALA_SERVER__ADDRESS", address.as_str()), ("WAKALA_TELEMETRY__METRICS_ADDRESS", gauge.as_str())];
            processes.push(around.another(command, &format!("{command}-{n}"), &settings)?);
        }
        for port in doors.into_iter().chain(gauges) {
            until("every process to be ready", Duration::from_secs(60), || async {
                let answer = reqwest::get(format!("http://127.0.0.1:{port}/health/ready")).await?;
                Ok(answer.status().is_success().then_some(()))
            })
            .await?;
        }
        Ok(Self { doors, gauges, _balancer: Balancer::start(around.port(), doors).await?, processes })
    }
}

async fn nothing_sticks_to_a_process(around: &Surroundings) -> anyhow::Result<()> {
    around.provider.answer_by_lot(&AutoAnswer::approve_after(50)).await?;
    let buyer = Buyer::register(around, "buyer@example.com").await?;
    let purchase = buyer.buy("KDA 001A", "0700000101").await?;
    until("the certificate", Duration::from_secs(90), || async {
        let mut books = around.cluster.connect().await?;
        let finished = "select count(*) from documents d join policies p on p.tenant_id = d.tenant_id and p.id = d.subject_id
                        where p.order_id = $1 and d.subject_kind = 'policy' and d.state = 'current'";
        let count: i64 = sqlx::query_scalar(finished).bind(purchase.order).fetch_one(&mut books).await?;
        Ok((count > 0).then_some(()))
    })
    .await?;
    let mut books = around.cluster.connect().await?;
    let effects: i64 = sqlx::query_scalar("select count(*) from policies where order_id = $1").bind(purchase.order).fetch_one(&mut books).await?;
    ensure!(effects == 1, "one purchase, {effects} policies");
    Ok(())
}

async fn both_forget_within_a_second(around: &Surroundings, fleet: &Fleet) -> anyhow::Result<()> {
    let person = around.owner().await?;
    let [one, other] = fleet.doors.map(|port| person.at(port));
    // Both know the session, and so believe in it.
    one.get("/users/me").await?;
    other.get("/users/me").await?;
    one.ask(Method::POST, "/auth/logout", Some(&json!({})), None).await?;
    ensure!(one.ask(Method::GET, "/users/me", None, None).await?.status == 401, "who ends a session knows it at once");
    within_a_second(&other, "/users/me", 401).await?;

    // As the runbook of a tenant that leaves says.
    let mut books = around.cluster.connect().await?;
    for (state, status) in [("suspended", 403), ("live", 200)] {
        let mut change = books.begin().await?;
        let tenant = "update tenants set state = $1, version = version + 1, updated_at = now() where slug = $2";
        sqlx::query(tenant).bind(state).bind(around.slug()).execute(&mut *change).await?;
        sqlx::query("update cache_generations set generation = generation + 1 where name = 'tenants'").execute(&mut *change).await?;
        change.commit().await?;
        for port in fleet.doors {
            within_a_second(&around.api(Door::Portal).at(port), "/categories", status).await?;
        }
    }
    Ok(())
}

async fn within_a_second(api: &Api, path: &str, status: u16) -> anyhow::Result<()> {
    until(format!("{path} to be answered with {status}"), BELIEF, || async {
        Ok((api.ask(Method::GET, path, None, None).await?.status == status).then_some(()))
    })
    .await
}

async fn a_schedule_fires_once(around: &Surroundings, fleet: &Fleet) -> anyhow::Result<()> {
    until("the schedule's job", Duration::from_secs(60), || async { Ok((done_by(fleet).await? > 0).then_some(())) }).await?;
    let mut books = around.cluster.connect().await?;
    let done = done_by(fleet).await?;
    let ticks: i64 = sqlx::query_scalar("select count(*) from schedule_ticks where name = $1").bind(SCHEDULE).fetch_one(&mut books).await?;
    ensure!(done <= ticks, "{ticks} ticks for one tenant, but {done} jobs");
    Ok(())
}

async fn done_by(fleet: &Fleet) -> anyhow::Result<i64> {
    let mut done = 0;
    for port in fleet.gauges {
        done += jobs_done(&metrics(port).await?);
    }
    Ok(done)
}

async fn metrics(port: u16) -> anyhow::Result<String> {
    Ok(reqwest::get(format!("http://127.0.0.1:{port}/metrics")).await?.error_for_status()?.text().await?)
}

/// Notices are made by workers and read at one `serve`; the page is open at the other.
async fn a_page_at_one_hears_of_the_others(around: &Surroundings, fleet: &Fleet) -> anyhow::Result<OpenPage> {
    let [here, there] = fleet.doors;
    let buyer = Buyer::register(around, "reader@example.com").await?;
    let page = OpenPage::open(around, there, &buyer).await?;
    until("the first count", Duration::from_secs(30), || async { Ok((page.unread() == Some(0)).then_some(())) }).await?;
    buyer.buy("KDA 002B", "0700000101").await?;
    until("a notice of the purchase", Duration::from_secs(90), || async { Ok(page.unread().filter(|count| *count > 0)) }).await?;
    until("nothing to be unread", Duration::from_secs(30), || async {
        buyer.read_notices(here).await?;
        Ok((page.unread() == Some(0)).then_some(()))
    })
    .await?;
    Ok(page)
}

/// What a tenant has waiting, in thousands, longer than anybody else.
async fn a_rush_of_one_tenant_holds_up_no_other(around: &Surroundings) -> anyhow::Result<()> {
    let mut books = around.cluster.connect().await?;
    let busy = Uuid::now_v7();
    let quiet: Uuid = sqlx::query_scalar("select id from tenants where slug = $1").bind(around.slug()).fetch_one(&mut books).await?;
    let tenant = "insert into tenants (id, slug, name, kind, country, pack, currency, time_zone, locale, state)
                  select $1::uuid, 'busy-brokers', name, kind, country, pack, currency, time_zone, locale, state from tenants where id = $2";
    sqlx::query(tenant).bind(busy).bind(quiet).execute(&mut books).await?;
    // Nobody has the installation, so that each job is over at once.
    let jobs = "insert into outbox (tenant_id, id, queue, job, payload, run_at)
                select $1::uuid, gen_random_uuid(), 'messages', 'integrations.plugin.deactivate', jsonb_build_object('installation', $1::uuid),
                  now() - $3::int * interval '1 hour'
                from generate_series(1, $2::int)";
    sqlx::query(jobs).bind(busy).bind(10_000).bind(1).execute(&mut books).await?;
    sqlx::query(jobs).bind(quiet).bind(1).bind(0).execute(&mut books).await?;
    let waiting = "select count(*) from outbox where tenant_id = $1 and job = 'integrations.plugin.deactivate'";
    until("the job of the quiet tenant", Duration::from_secs(30), || async {
        let mut books = around.cluster.connect().await?;
        let left: i64 = sqlx::query_scalar(waiting).bind(quiet).fetch_one(&mut books).await?;
        Ok((left == 0).then_some(()))
    })
    .await?;
    let left: i64 = sqlx::query_scalar(waiting).bind(busy).fetch_one(&mut books).await?;
    sqlx::query("delete from outbox where tenant_id = $1 and moved_at is null").bind(busy).execute(&mut books).await?;
    ensure!(left > 6_000, "it waited until only {left} jobs of the busy tenant were left");
    Ok(())
}

async fn an_open_page_holds_up_no_stop(fleet: &mut Fleet, page: &OpenPage) -> anyhow::Result<()> {
    ensure!(!page.is_over(), "the page lost its stream");
    let mut process = fleet.processes.remove(1);
    let stopping = tokio::task::spawn_blocking(move || process.stop());
    tokio::time::timeout(Duration::from_secs(20), stopping).await???;
    until("the stream's end", Duration::from_secs(30), || async { Ok(page.is_over().then_some(())) }).await
}

async fn metrics_name_routes_and_nobody(around: &Surroundings, fleet: &Fleet) -> anyhow::Result<()> {
    let mut all = String::new();
    for port in fleet.gauges {
        all += &metrics(port).await?;
    }
    for wanted in [
        r#"wakala_http_requests_total{face="api",method="POST",route="/api/v1/quotes",status="2xx"}"#,
        r#"wakala_http_requests_total{face="hook",method="POST",route="/hooks/{token}",status="2xx"}"#,
        r#"wakala_database_connections_max{pool="tenant"}"#,
        r#"wakala_outbox_oldest_seconds{queue="money"}"#,
        r#"wakala_payments_total{state="received"}"#,
        r#"wakala_plugin_calls_total{"#,
        r#"wakala_payments_unknown 0"#,
        r#"wakala_build_info{"#,
    ] {
        ensure!(all.contains(wanted), "no {wanted} in\n{all}");
    }
    let is_id = |word: &str| word.len() >= 32 && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    ensure!(!all.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(is_id), "an id in\n{all}");
    ensure!(!all.contains(&format!("\"{}\"", around.slug())), "a tenant in\n{all}");
    Ok(())
}

/// How many jobs of the schedule a process has done, by its metrics.
fn jobs_done(metrics: &str) -> i64 {
    let wanted = |line: &&str| line.starts_with("wakala_jobs_total{") && line.contains(SCHEDULE) && line.contains("\"done\"");
    metrics.lines().filter(wanted).filter_map(|line| line.rsplit(' ').next()?.parse::<i64>().ok()).sum()
}
