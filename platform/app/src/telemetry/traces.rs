//! Traces, and errors with them, over OTLP to whoever collects them. What they hold are the spans and messages of the log, so the
//! log's rule is theirs: ids, never personal data or secrets.

use anyhow::Context as _;
use axum::http::{HeaderMap, HeaderName};
use opentelemetry::{
    KeyValue,
    propagation::{Extractor, TextMapPropagator},
    trace::TracerProvider,
};
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::{LogExporter, Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, logs::SdkLoggerProvider, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tracing::{Metadata, Span, level_filters::LevelFilter};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{
    Layer,
    filter::{FilterExt, filter_fn},
    registry::LookupSpan,
};

/// Sends what it gathered when it is dropped.
pub struct Exporters {
    traces: SdkTracerProvider,
    errors: SdkLoggerProvider,
}

impl Drop for Exporters {
    fn drop(&mut self) {
        // A collector that is away must not keep the process from ending well.
        let _ = self.traces.shutdown();
        let _ = self.errors.shutdown();
    }
}

/// Layers that send to the collector at this address. Not to be called within a runtime: the exporters have threads of their own.
pub(super) fn layers<S>(endpoint: &str) -> anyhow::Result<(Box<dyn Layer<S> + Send + Sync>, Exporters)>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    let endpoint = endpoint.trim_end_matches('/');
    let spans = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).with_endpoint(format!("{endpoint}/v1/traces")).build();
    let records = LogExporter::builder().with_http().with_protocol(Protocol::HttpBinary).with_endpoint(format!("{endpoint}/v1/logs")).build();
    let resource =
        Resource::builder().with_service_name("wakala").with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION"))).build();
    let traces = SdkTracerProvider::builder().with_batch_exporter(spans.context("telemetry.otlp_endpoint")?).with_resource(resource.clone()).build();
    let errors = SdkLoggerProvider::builder().with_batch_exporter(records.context("telemetry.otlp_endpoint")?).with_resource(resource).build();
    let layer = tracing_opentelemetry::layer().with_tracer(traces.tracer("wakala")).with_filter(filter_fn(is_ours));
    let bridge = OpenTelemetryTracingBridge::new(&errors).with_filter(LevelFilter::ERROR.and(filter_fn(is_ours)));
    Ok((Box::new(layer.and_then(bridge)), Exporters { traces, errors }))
}

/// What the exporters themselves say would be sent by them, and so on without end.
fn is_ours(metadata: &Metadata<'_>) -> bool {
    !["opentelemetry", "hyper", "reqwest", "h2"].iter().any(|library| metadata.target().starts_with(library))
}

/// Lets a span go on with the trace that the caller began.
pub fn continue_from(span: &Span, headers: &HeaderMap) {
    if headers.contains_key("traceparent") {
        // Without a collector there is nothing to go on with.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&Headers(headers)));
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }
    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}
