//! Telling events plugins what happened: the `Subscribers` of domains.

use async_trait::async_trait;
use kernel::{AppResult, Scope};
use plugin_host::model::events as model;
use ports::{
    PortError,
    provider::Errand,
    subscriber::{Link, News, Reaction, Subscribers},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Integrations,
    ask::{Doubt, millis},
    calls::{Blobs, Use},
    installs, papers,
};

/// Links that are kept of one answer.
const LINKS: usize = 20;

#[async_trait]
impl Subscribers for Integrations {
    async fn listening(&self, scope: &Scope, kind: &str) -> AppResult<Vec<Uuid>> {
        let mut tx = scope.as_system("integrations.offers").begin_read().await?;
        let mut listening = Vec::new();
        for (id, version) in installs::store::list_hearing(&mut tx).await? {
            let Some(package) = self.sound_package(&mut tx, version).await? else { continue };
            if package.manifest.events.consumes.iter().any(|wanted| wanted == kind) {
                listening.push(id);
            }
        }
        Ok(listening)
    }

    async fn tell(&self, scope: &Scope, errand: Errand, news: News) -> Result<Reaction, PortError> {
        let blobs = Blobs::default();
        let request = json!({
            "event": news.id,
            "kind": news.kind,
            "version": news.version,
            "occurred_ms": millis(news.occurred_at),
            "subject": news.subject,
            "sequence": news.sequence,
            "data": news.data,
            "papers": news.papers.len(),
        });
        let using = Use::errand(errand, "event", request, &blobs);
        let told = model::Event {
            id: news.id.to_string(),
            kind: news.kind,
            version: news.version,
            occurred_ms: millis(news.occurred_at),
            subject: news.subject,
            sequence: news.sequence,
            data: news.data.to_string(),
            files: papers::lend_all(&blobs, news.papers)?,
            earlier_ref: news.earlier_ref,
            extra: Vec::new(),
        };
        self.ask_for(
            scope,
            using,
            // Taking an event has one effect however often it comes.
            Doubt::Again,
            describe,
            |plugin, spec| async move { plugin.tell(spec, told).await },
            |receipt| Ok(reaction(&blobs, receipt)),
        )
        .await
    }
}

/// An answer with links that can be shown: people follow them.
fn reaction(blobs: &Blobs, receipt: model::Receipt) -> Reaction {
    let safe = |link: &model::Link| url::Url::parse(&link.url).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    let link = |link: model::Link| Link { rel: link.rel, url: link.url, label: link.label };
    Reaction {
        provider_ref: receipt.provider_ref,
        links: receipt.links.into_iter().filter(safe).take(LINKS).map(link).collect(),
        papers: papers::take_all(blobs, receipt.files),
    }
}

fn describe(receipt: &model::Receipt) -> Value {
    json!({ "provider_ref": receipt.provider_ref, "links": receipt.links.len(), "files": receipt.files.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_is_not_https_is_not_shown() {
        let link = |url: &str| model::Link { rel: "view".into(), url: url.into(), label: "See".into(), extra: Vec::new() };
        let links = vec![link("https://example.com/p"), link("javascript:alert(1)"), link("http://example.com"), link("/relative")];
        let read = reaction(&Blobs::default(), model::Receipt { provider_ref: None, links, files: Vec::new(), extra: Vec::new() });
        assert_eq!(read.links.iter().map(|link| link.url.as_str()).collect::<Vec<_>>(), ["https://example.com/p"]);
    }
}
