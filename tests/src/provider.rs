//! The payment simulator, by its control API.

use anyhow::Context;
use reqwest::Client;
use serde_json::json;
use simulators::daraja::{AutoAnswer, Book, Rule};

/// See the module.
pub struct Provider {
    client: Client,
    control: String,
}

impl Provider {
    pub(crate) fn at(url: &str) -> Self {
        Self { client: Client::new(), control: format!("{url}/_sim") }
    }

    /// Lets payers answer by lot.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn answer_by_lot(&self, lot: &AutoAnswer) -> anyhow::Result<()> {
        let settings = json!({ "auto_answer": lot, "prompt_ttl_ms": 20_000 });
        self.client.patch(format!("{}/settings", self.control)).json(&settings).send().await?.error_for_status()?;
        Ok(())
    }

    /// # Errors
    /// It does not answer.
    pub async fn script(&self, rule: &Rule) -> anyhow::Result<()> {
        self.client.post(format!("{}/scripts", self.control)).json(rule).send().await?.error_for_status()?;
        Ok(())
    }

    /// Everything it knows.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn book(&self) -> anyhow::Result<Book> {
        Ok(self.client.get(format!("{}/book", self.control)).send().await?.error_for_status()?.json().await?)
    }

    /// The statement of a short code, as its owner downloads it.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn statement(&self, shortcode: &str) -> anyhow::Result<Vec<u8>> {
        let request = self.client.get(format!("{}/statement.csv", self.control)).query(&[("shortcode", shortcode)]);
        Ok(request.send().await?.error_for_status().context("the statement")?.bytes().await?.to_vec())
    }
}
