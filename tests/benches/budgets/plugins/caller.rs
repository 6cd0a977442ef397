//! A loaded plugin and one kind of call, made over and over.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures::future::try_join_all;
use plugin_host::{
    Answer, CallSpec, Grants, Limits, Plugin,
    model::{CallContext, Inbound, payments::PaymentRef},
};
use uuid::Uuid;

use super::lent::Lent;
use crate::table::Latencies;

/// The payment that is asked about.
pub const PAYMENT: &str = "payment-0123456789abcdef";
/// Calls at once, each of another tenant.
pub const AT_ONCE: u32 = 64;

pub enum Work {
    /// What became of a payment.
    Question,
    /// A callback with this body.
    Callback(Vec<u8>),
}

pub struct Caller {
    plugin: Arc<Plugin>,
    grants: Arc<Grants>,
    work: Work,
}

/// What calls took.
pub struct Figures {
    /// Processor time in the sandbox: instance, call, and the end of both.
    pub inside: Latencies,
    /// What the caller waited, on its way to the plugins' threads and back.
    pub whole: Latencies,
    /// Calls a second, [`AT_ONCE`].
    pub a_second: f64,
}

impl Caller {
    pub fn of(plugin: Arc<Plugin>, work: Work) -> Arc<Self> {
        let grants = Arc::new(Grants::all(plugin.manifest()));
        Arc::new(Self { plugin, grants, work })
    }

    /// Gives the processor time of the call.
    ///
    /// # Errors
    /// The call fails, or the plugin says no.
    pub async fn once(&self, tenant: u32) -> anyhow::Result<Duration> {
        let spec = self.spec(tenant);
        match &self.work {
            Work::Question => spent(self.plugin.query(spec, payment()).await),
            Work::Callback(body) => spent(self.plugin.handle_webhook(spec, inbound(body.clone())).await),
        }
    }

    /// Of so many calls one after the other, and four times as many at once.
    ///
    /// # Errors
    /// As [`Caller::once`].
    pub async fn figures(self: &Arc<Self>, calls: u32) -> anyhow::Result<Figures> {
        let (mut inside, mut whole) = (Vec::new(), Vec::new());
        let warm = calls / 20;
        for n in 0..warm + calls {
            let began = Instant::now();
            let cpu = self.once(0).await?;
            let took = began.elapsed();
            if n >= warm {
                inside.push(cpu);
                whole.push(took);
            }
        }
        let each = 4 * calls / AT_ONCE;
        let began = Instant::now();
        let lanes = (0..AT_ONCE).map(|tenant| {
            let caller = Arc::clone(self);
            tokio::spawn(async move {
                for _ in 0..each {
                    caller.once(tenant).await?;
                }
                anyhow::Ok(())
            })
        });
        for lane in try_join_all(lanes).await? {
            lane?;
        }
        let a_second = f64::from(AT_ONCE * each) / began.elapsed().as_secs_f64();
        Ok(Figures { inside: Latencies::of(inside), whole: Latencies::of(whole), a_second })
    }

    fn spec(&self, tenant: u32) -> CallSpec {
        CallSpec {
            tenant: Uuid::from_u128(tenant.into()),
            installation: Uuid::nil(),
            context: CallContext {
                idempotency_key: PAYMENT.to_owned(),
                attempt: 1,
                live: false,
                locale: "en-KE".to_owned(),
                correlation_id: String::new(),
                extra: Vec::new(),
            },
            grants: Arc::clone(&self.grants),
            caps: Arc::new(Lent),
            limits: Limits::default(),
            blobs: Vec::new(),
        }
    }
}

fn spent<T>(report: Answer<T>) -> anyhow::Result<Duration> {
    match report.outcome? {
        Ok(_) => Ok(report.usage.cpu),
        Err(refusal) => anyhow::bail!("the plugin says no: {refusal:?}"),
    }
}

fn payment() -> PaymentRef {
    PaymentRef { idempotency_key: PAYMENT.to_owned(), provider_ref: None, receipt: None, extra: Vec::new() }
}

fn inbound(body: Vec<u8>) -> Inbound {
    Inbound {
        name: "report".to_owned(),
        subject: None,
        method: "POST".to_owned(),
        path: String::new(),
        query: String::new(),
        headers: Vec::new(),
        body,
        source_ip: "192.0.2.1".to_owned(),
        received_ms: 0,
        extra: Vec::new(),
    }
}
