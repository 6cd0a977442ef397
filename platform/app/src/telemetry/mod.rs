//! Logs: one JSON line per event in production, readable ones on a terminal. Personal data never goes in. Traces and metrics where
//! the configuration asks for them.

pub mod metrics;
pub mod traces;

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::Telemetry;
use traces::Exporters;

/// `RUST_LOG` chooses what is logged; warnings of libraries and everything of ours from `info` by default. Keep what is returned as
/// long as the process runs.
pub fn init(config: Option<&Telemetry>) -> anyhow::Result<Option<Exporters>> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new("info,sqlx=warn,apalis=warn,apalis_core=warn,apalis_postgres=warn,hyper=warn,aws=warn,s3s=warn,cranelift=warn")
    });
    let lines = if std::io::stderr().is_terminal() {
        fmt::layer().compact().with_writer(std::io::stderr).boxed()
    } else {
        fmt::layer().json().flatten_event(true).with_span_list(false).with_writer(std::io::stderr).boxed()
    };
    let endpoint = config.and_then(|telemetry| telemetry.otlp_endpoint.as_deref());
    let (sent, exporters) = endpoint.map(traces::layers).transpose()?.unzip();
    // A second call (tests) keeps the first subscriber.
    let _ = tracing_subscriber::registry().with(filter).with(lines).with(sent).try_init();
    Ok(exporters)
}
