//! What is not kept for ever.

use integrations::calls::Purge;
use kernel::jobs::{Job, JobError};

use crate::world::Wired;

#[tokio::test]
async fn old_calls_are_deleted_a_few_at_a_time_until_none_is_left() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    wired.install(&wired.world.staff(&tenant)).await;
    let scope = wired.world.system(&tenant);
    let mut tx = scope.begin_write().await.unwrap();
    sqlx::query(
        "insert into plugin_calls (tenant_id, id, installation_id, version_id, action, mode, attempt, correlation_id, outcome, request, duration_us,
           queued_us, cpu_us, memory_bytes, host_calls, at)
         select tenant_id, gen_random_uuid(), id, version_id, 'collect', 'live', 1, 'test', 'ok', '{}', 1, 1, 1, 1, 1,
           now() - case when number = 1 then interval '1 day' else interval '91 days' end
         from plugin_installations, generate_series(1, 10003) as number where tenant_id = $1",
    )
    .bind(tenant.id.0)
    .execute(tx.conn())
    .await
    .unwrap();
    tx.commit().await.unwrap();

    let first = Purge {}.run(wired.context(&tenant)).await;
    assert!(matches!(first, Err(JobError::Snooze(_))), "it comes back: {first:?}");
    Purge {}.run(wired.context(&tenant)).await.unwrap();
    let mut tx = scope.begin_read().await.unwrap();
    let left: i64 =
        sqlx::query_scalar("select count(*) from plugin_calls where tenant_id = $1").bind(tenant.id.0).fetch_one(tx.conn()).await.unwrap();
    assert_eq!(left, 1);
}
