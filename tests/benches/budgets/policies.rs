//! What row-level security costs: the statements that the platform sends, run many times inside the server, by the role that the
//! policies bind and by one that they let through, both with the tenant's filter and with generic plans of the same shape. Processor
//! time of the server's process, as the kernel counts it, so that what else runs on the machine is not taken for the policies.

use std::time::Duration;

use journeys::surroundings::Surroundings;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

use crate::{
    machine,
    table::{Table, middle},
};

struct Case {
    name: &'static str,
    /// With `t` for the tenant and `k` for a customer.
    statement: &'static str,
    times: u32,
    budget: Budget,
}

enum Budget {
    /// Of processor time, more than without.
    Micros(f64),
    Percent(f64),
}

const CASES: [Case; 4] = [
    Case {
        name: "a customer by key",
        statement: "select c.number, p.display_name, e.value from customers c
            join parties p on p.tenant_id = c.tenant_id and p.id = c.party_id
            left join contact_points e on e.tenant_id = c.tenant_id and e.party_id = c.party_id and e.kind = 'email' and e.rank = 1
            where c.tenant_id = t and c.id = k",
        times: 5_000,
        budget: Budget::Micros(20.0),
    },
    Case {
        name: "a page of 20 customers",
        statement: "select c.number, p.display_name, e.value, f.value
            from (select c.* from customers c where c.tenant_id = t and c.id <= k order by c.id desc limit 21) c
            join parties p on p.tenant_id = c.tenant_id and p.id = c.party_id
            left join contact_points e on e.tenant_id = c.tenant_id and e.party_id = c.party_id and e.kind = 'email' and e.rank = 1
            left join contact_points f on f.tenant_id = c.tenant_id and f.party_id = c.party_id and f.kind = 'phone' and f.rank = 1
            order by c.id desc",
        times: 1_000,
        budget: Budget::Percent(10.0),
    },
    Case {
        name: "policies by state and class",
        statement: "select state, business_line, count(*) from policies where tenant_id = t group by 1, 2",
        times: 5,
        budget: Budget::Percent(10.0),
    },
    Case {
        name: "trial balance of all lines",
        statement: "select a.kind, sum(l.amount_minor) from journal_lines l join accounts a on a.tenant_id = l.tenant_id and a.id = l.account_id
            where l.tenant_id = t group by 1",
        times: 2,
        budget: Budget::Percent(10.0),
    },
];

/// A generic plan expects a tenant of middling size, and policies change by a little how many rows it expects: without the last two,
/// one side might sort what the other reads in order, and the difference would be the planner's and not the policies'.
const SETTINGS: [&str; 6] = [
    "plan_cache_mode = force_generic_plan",
    "statement_timeout = 0",
    "max_parallel_workers_per_gather = 0",
    "jit = off",
    "enable_sort = off",
    "enable_bitmapscan = off",
];

/// The first round fills caches and plans.
const ROUNDS: usize = 9;

pub async fn compare(around: &Surroundings, table: &mut Table) -> anyhow::Result<()> {
    let mut admin = around.cluster.connect().await?;
    let (tenant, user): (Uuid, Uuid) =
        sqlx::query_as("select t.id, u.id from tenants t join users u on u.tenant_id = t.id and u.kind = 'staff' where t.slug = $1 limit 1")
            .bind(around.slug())
            .fetch_one(&mut admin)
            .await?;
    let keys: Vec<Uuid> = sqlx::query_scalar("select id from customers where tenant_id = $1 order by md5(id::text) limit 5000")
        .bind(tenant)
        .fetch_all(&mut admin)
        .await?;
    let mut bound = PgConnection::connect(&around.cluster.url("wakala_tenant")).await?;
    let mut free = PgConnection::connect(&around.cluster.url("wakala_maintenance")).await?;
    for connection in [&mut bound, &mut free] {
        for setting in SETTINGS {
            connection.execute(AssertSqlSafe(format!("set {setting}"))).await?;
        }
    }
    let scope = format!("set app.tenant_id = '{tenant}'; set app.audience = 'staff'; set app.user_id = '{user}'");
    bound.execute(AssertSqlSafe(scope)).await?;

    for case in &CASES {
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let (a, b) = (run(&mut bound, case, tenant, &keys).await?, run(&mut free, case, tenant, &keys).await?);
            if round > 0 {
                with.push(a);
                without.push(b);
            }
        }
        let (with, without) = (middle(with), middle(without));
        let (more, percent) = ((with - without) * 1e6, 100.0 * (with / without - 1.0));
        let (budget, holds) = match case.budget {
            Budget::Micros(most) => (format!("at most {most:.0} us more"), more <= most),
            Budget::Percent(most) => (format!("at most {most:.0} % more"), percent <= most),
        };
        let took = |seconds: f64| format!("{:.1?}", Duration::from_secs_f64(seconds));
        table.row(
            &format!("row-level security: {}", case.name),
            &format!("{} with, {} without: {more:+.1} us, {percent:+.1} %", took(with), took(without)),
            &budget,
            holds,
        );
    }
    Ok(())
}

/// Seconds of processor time for one execution.
async fn run(connection: &mut PgConnection, case: &Case, tenant: Uuid, keys: &[Uuid]) -> anyhow::Result<f64> {
    let keys = keys.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",");
    let block = format!(
        "do $do$ declare t constant uuid := '{tenant}'; ks constant uuid[] := '{{{keys}}}'; k uuid; r record; begin
           for i in 1..{} loop k := ks[1 + i % array_length(ks, 1)]; for r in {} loop null; end loop; end loop;
         end $do$",
        case.times, case.statement
    );
    let process: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut *connection).await?;
    let before = machine::processor_time(process)?;
    connection.execute(AssertSqlSafe(block)).await?;
    Ok((machine::processor_time(process)? - before).as_secs_f64() / f64::from(case.times))
}
