//! A loaded plugin and the calls it takes. Every call runs on a fresh instance.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use wasmtime::component::{InstancePre, ResourceTable};
use wasmtime::{Store, UpdateDeadline};

use crate::call::{CallFailure, CallReport, CallSpec, Usage};
use crate::compile::ComponentDigest;
use crate::engine::cpu::{CpuMeter, Metered, Turn};
use crate::engine::memory::Limiter;
use crate::failure::{classify, classify_start};
use crate::host::Shared;
use crate::limits::Limits;
use crate::manifest::{Manifest, Mode};
use crate::model::payments::{Balance, CollectRequest, Outcome, PaymentRef, PayoutRequest, StatementPage};
use crate::model::{CheckReport, Handled, Inbound, Money, PluginError, PollBatch};
use crate::secrets::ticket::Tickets;
use crate::v1::bindings::wakala::host::types::CallContext as WitContext;
use crate::v1::state::{CallState, Record};
use crate::v1::{self, Break, Exports, Invocation};

/// A plugin's answer inside the report of the call.
pub type Answer<T> = CallReport<Result<T, PluginError>>;

/// A loaded component. Calls in flight keep it alive.
pub struct Plugin {
    digest: ComponentDigest,
    manifest: Arc<Manifest>,
    core: Arc<Core>,
}

struct Core {
    pre: InstancePre<CallState>,
    exports: Exports,
    places: Arc<Semaphore>,
    shared: Arc<Shared>,
}

/// What the report needs even if the call is cut off.
struct Traces {
    record: Arc<Mutex<Record>>,
    meter: Arc<CpuMeter>,
    memory: Arc<AtomicUsize>,
    fuel: Arc<AtomicU64>,
}

struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Plugin {
    pub(crate) fn new(digest: ComponentDigest, manifest: Arc<Manifest>, pre: InstancePre<CallState>, shared: Arc<Shared>) -> Self {
        let exports = Exports::probe(&pre);
        let places = shared.admission.plugin_places();
        Self { digest, manifest, core: Arc::new(Core { pre, exports, places, shared }) }
    }

    /// Digest of the component.
    #[must_use]
    pub fn digest(&self) -> ComponentDigest {
        self.digest
    }

    /// The manifest it was loaded with.
    #[must_use]
    pub fn manifest(&self) -> &Arc<Manifest> {
        &self.manifest
    }

    /// Interfaces that the component exports, by name.
    #[must_use]
    pub fn interfaces(&self) -> Vec<&'static str> {
        self.core.exports.names()
    }

    /// `lifecycle.check`.
    pub async fn check(&self, spec: CallSpec) -> Answer<CheckReport> {
        let limits = spec.limits.clone().check();
        self.run(spec, limits, v1::Check).await
    }

    /// `lifecycle.activate`.
    pub async fn activate(&self, spec: CallSpec) -> Answer<()> {
        let limits = spec.limits.clone();
        self.run(spec, limits, v1::Activate).await
    }

    /// `lifecycle.deactivate`.
    pub async fn deactivate(&self, spec: CallSpec) -> Answer<()> {
        let limits = spec.limits.clone();
        self.run(spec, limits, v1::Deactivate).await
    }

    /// `lifecycle.migrate-config`: settings of `from_version` to settings of this version, both JSON objects as text.
    pub async fn migrate_config(&self, spec: CallSpec, from_version: String, settings: String) -> Answer<String> {
        let limits = spec.limits.clone().check();
        self.run(spec, limits, v1::MigrateConfig { from_version, settings }).await
    }

    /// `webhook.handle`, within the platform's ceiling for webhooks; `answered` ones have their own deadline, see [`Self::answer_webhook`].
    pub async fn handle_webhook(&self, spec: CallSpec, request: Inbound) -> Answer<Handled> {
        let limits = spec.limits.clone().webhook();
        self.run(spec, limits, v1::HandleWebhook(request)).await
    }

    /// `webhook.handle` for a provider that waits: the whole wait, queueing included, ends after `within`.
    pub async fn answer_webhook(&self, spec: CallSpec, request: Inbound, within: Duration) -> Answer<Handled> {
        let mut limits = spec.limits.clone().webhook();
        limits.queue = limits.queue.min(within / 2);
        limits.wall = limits.wall.min(within - limits.queue);
        self.run(spec, limits, v1::HandleWebhook(request)).await
    }

    /// `poll.next`.
    pub async fn poll(&self, spec: CallSpec, cursor: Option<String>) -> Answer<PollBatch> {
        let limits = spec.limits.clone();
        self.run(spec, limits, v1::PollNext(cursor)).await
    }

    /// `gateway.collect`. Any failure but [`CallFailure::before_start`] is an unknown outcome, unless
    /// [`CallReport::may_have_acted`] says that nothing left.
    pub async fn collect(&self, spec: CallSpec, request: CollectRequest) -> Answer<Outcome> {
        let limits = spec.limits.clone();
        self.run(spec, limits, v1::Collect(request)).await
    }

    /// `gateway.query`.
    pub async fn query(&self, spec: CallSpec, payment: PaymentRef) -> Answer<Outcome> {
        let limits = spec.limits.clone();
        self.run(spec, limits, v1::QueryCollect(payment)).await
    }

    /// `refunds.refund`; failures as for [`Self::collect`].
    pub async fn refund(&self, spec: CallSpec, payment: PaymentRef, amount: Money, reason: String) -> Answer<Outcome> {
        let limits = spec.limits.clone();
        self.run(spec, limits, v1::Refund { payment, amount, reason }).await
    }

    /// `refunds.query`.
    pub async fn query_refund(&self, spec: CallSpec, refund: PaymentRef) -> Answer<Outcome> {
        let limits = spec.limits.clone();
        self.run(spec, limits, v1::QueryRefund(refund)).await
    }

    /// `payouts.pay-out`; failures as for [`Self::collect`].
    pub async fn pay_out(&self, spec: CallSpec, request: PayoutRequest) -> Answer<Outcome> {
        let limits = spec.limits.clone();
        self.run(spec, limits, v1::PayOut(request)).await
    }

    /// `payouts.query`.
    pub async fn query_payout(&self, spec: CallSpec, payout: PaymentRef) -> Answer<Outcome> {
        let limits = spec.limits.clone();
        self.run(spec, limits, v1::QueryPayout(payout)).await
    }

    /// `statements.page` of a day, written `2026-10-02`.
    pub async fn statement_page(&self, spec: CallSpec, day: String, cursor: Option<String>) -> Answer<StatementPage> {
        let limits = spec.limits.clone();
        self.run(spec, limits, v1::StatementDay { day, cursor }).await
    }

    /// `statements.read-file` of an object of the store.
    pub async fn read_statement(&self, mut spec: CallSpec, file: String, cursor: Option<String>) -> Answer<StatementPage> {
        let limits = spec.limits.clone().blobs();
        spec.blobs.push(file.clone());
        self.run(spec, limits, v1::ReadStatement { file, cursor }).await
    }

    /// `statements.balances`.
    pub async fn balances(&self, spec: CallSpec) -> Answer<Vec<Balance>> {
        let limits = spec.limits.clone();
        self.run(spec, limits, v1::Balances).await
    }

    /// `vault.forget` of the `saved_method` of an outcome.
    pub async fn forget(&self, spec: CallSpec, saved_method: String) -> Answer<()> {
        let limits = spec.limits.clone();
        self.run(spec, limits, v1::Forget(saved_method)).await
    }

    /// Instantiates once and loads every export, without calling anything. For publishing.
    pub(crate) async fn verify_exports(&self, spec: CallSpec) -> Result<Vec<(&'static str, String)>, CallFailure> {
        let limits = spec.limits.clone().check();
        self.run(spec, limits, VerifyExports).await.outcome
    }

    pub(crate) async fn run<I: Invocation>(&self, spec: CallSpec, limits: Limits, invocation: I) -> CallReport<I::Answer> {
        let limits = limits.within(&self.manifest.limits);
        let asked = Instant::now();
        let shared = Arc::clone(&self.core.shared);
        let tenant = spec.tenant;
        let admitted = match shared.admission.enter(tenant, &self.core.places, limits.queue).await {
            Ok(admitted) => admitted,
            Err(scope) => return refused(CallFailure::Busy(scope), asked.elapsed()),
        };
        let queued = asked.elapsed();
        let meter = CpuMeter::new(limits.cpu, Arc::clone(&shared.heavy_turns));
        let traces = Traces { record: Arc::default(), meter, memory: Arc::default(), fuel: Arc::default() };
        let began = Instant::now();
        let wall = limits.wall;
        let call = {
            let state = self.state(&spec, &limits, &traces, began);
            let context = context(&spec, wall);
            let (core, meter) = (Arc::clone(&self.core), Arc::clone(&traces.meter));
            let ticking = shared.ticker.running();
            let work = Metered::new(async move { on_fresh_instance(&core, state, &limits, context, invocation).await }, meter);
            async move {
                let _held = (admitted, ticking);
                tokio::time::timeout(wall, work).await
            }
        };
        let mut task = AbortOnDrop(shared.threads.spawn(call));
        let ended = tokio::select! {
            ended = &mut task.0 => Some(ended),
            () = spec.caps.stopped() => None,
        };
        let outcome = match ended {
            Some(Ok(Ok(outcome))) => outcome,
            Some(Ok(Err(_late))) => Err(CallFailure::Deadline(wall)),
            Some(Err(broken)) => {
                Err(CallFailure::Host(if broken.is_panic() { "a host function panicked".to_owned() } else { "shutting down".to_owned() }))
            }
            None => {
                task.0.abort();
                // What it did until now is told only once it does no more.
                let _ = (&mut task.0).await;
                Err(CallFailure::Stopped)
            }
        };
        traces.meter.yield_turn();
        if matches!(outcome, Err(CallFailure::CpuBudget(_))) {
            shared.admission.note_offence(tenant, Instant::now());
            tracing::warn!(tenant.id = %tenant, installation.id = %spec.installation, plugin.id = %self.manifest.id, "plugin used up its CPU time");
        }
        report(outcome, &traces, queued, began.elapsed())
    }

    fn state(&self, spec: &CallSpec, limits: &Limits, traces: &Traces, began: Instant) -> CallState {
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.handles);
        CallState {
            table,
            limiter: Limiter::new(limits, Arc::clone(&self.core.shared.memory), Arc::clone(&traces.memory)),
            meter: Arc::clone(&traces.meter),
            fuel: Arc::clone(&traces.fuel),
            manifest: Arc::clone(&self.manifest),
            grants: Arc::clone(&spec.grants),
            mode: Mode::from_live(spec.context.live),
            caps: Arc::clone(&spec.caps),
            limits: limits.clone(),
            services: Arc::clone(&self.core.shared.services),
            installation: spec.installation,
            began,
            deadline: began + limits.wall,
            tickets: Tickets::default(),
            record: Arc::clone(&traces.record),
            blobs: spec.blobs.iter().cloned().collect::<HashSet<_>>(),
            seen: Vec::new(),
            tokens: HashMap::new(),
            renewed: HashSet::new(),
            secret_uses: 0,
            guesses: 0,
            http_calls: 0,
            addresses: 0,
            screens: 0,
            questions: 0,
        }
    }
}

/// Loads every export without calling any.
struct VerifyExports;

impl Invocation for VerifyExports {
    type Answer = Vec<(&'static str, String)>;

    async fn call(
        self,
        store: &mut Store<CallState>,
        instance: &wasmtime::component::Instance,
        exports: &Exports,
        _: WitContext,
    ) -> Result<Self::Answer, Break> {
        Ok(exports.verify(store, instance))
    }
}

async fn on_fresh_instance<I: Invocation>(
    core: &Core,
    state: CallState,
    limits: &Limits,
    context: WitContext,
    invocation: I,
) -> Result<I::Answer, CallFailure> {
    let (meter, fuel) = (Arc::clone(&state.meter), Arc::clone(&state.fuel));
    let mut store = Store::new(&core.shared.engine, state);
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(limits.transfer_bytes);
    store.set_max_component_handles(limits.handles);
    // Never runs out: it only counts. What ends a call is its CPU time.
    store.set_fuel(u64::MAX).map_err(|error| CallFailure::Host(format!("{error:#}")))?;
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |store| {
        note_fuel(&fuel, store.get_fuel());
        Ok(match meter.tick() {
            Turn::Stop => UpdateDeadline::Interrupt,
            Turn::Wait(others) => UpdateDeadline::YieldCustom(1, others),
        })
    });
    let instance = match core.pre.instantiate_async(&mut store).await {
        Ok(instance) => instance,
        Err(error) => return Err(classify_start(&error, limits, store.data().limiter.refused)),
    };
    let answer = invocation.call(&mut store, &instance, &core.exports, context).await;
    note_fuel(&store.data().fuel, store.get_fuel());
    let refused = store.data().limiter.refused;
    answer.map_err(|stopped| match stopped {
        Break::Failure(failure) => failure,
        Break::Runtime(error) => classify(&error, limits, refused),
    })
}

fn note_fuel(spent: &AtomicU64, left: wasmtime::Result<u64>) {
    if let Ok(left) = left {
        spent.store(u64::MAX - left, Ordering::Relaxed);
    }
}

fn context(spec: &CallSpec, wall: Duration) -> WitContext {
    let deadline = spec.caps.now_ms().saturating_add(u64::try_from(wall.as_millis()).unwrap_or(u64::MAX));
    let context = spec.context.clone();
    WitContext {
        idempotency_key: context.idempotency_key,
        attempt: context.attempt,
        live: context.live,
        locale: context.locale,
        correlation_id: context.correlation_id,
        deadline_ms: deadline,
        extra: context.extra,
    }
}

fn refused<T>(failure: CallFailure, queued: Duration) -> CallReport<T> {
    let usage = Usage { queued, ..Usage::default() };
    CallReport {
        outcome: Err(failure),
        usage,
        timeline: Vec::new(),
        exchanges: Vec::new(),
        logs: Vec::new(),
        logs_dropped: 0,
        created_blobs: Vec::new(),
    }
}

fn report<T>(outcome: Result<T, CallFailure>, traces: &Traces, queued: Duration, duration: Duration) -> CallReport<T> {
    let record = std::mem::take(&mut *traces.record.lock().unwrap_or_else(PoisonError::into_inner));
    let usage = Usage {
        queued,
        duration,
        cpu: traces.meter.used(),
        fuel: traces.fuel.load(Ordering::Relaxed),
        memory_peak: traces.memory.load(Ordering::Relaxed),
        host_calls: record.host_calls,
        http_bytes: record.http_bytes,
    };
    CallReport {
        outcome,
        usage,
        timeline: record.timeline,
        exchanges: record.exchanges,
        logs: record.logs,
        logs_dropped: record.logs_dropped,
        created_blobs: record.created_blobs,
    }
}
