//! What `dev` tells once everything runs: addresses and logins.

use std::{path::Path, time::Duration};

use serde_json::{Value, json};

use super::{
    Surroundings,
    demo::{self, Demo, MERCHANTS},
};

/// See the module.
pub struct Links(Value);

impl Links {
    pub(super) fn new(port: u16, folder: &Path, around: &Surroundings, demo: Option<&Demo>) -> Self {
        let payments = around.daraja.url();
        let merchants: Vec<Value> = demo::merchants()
            .into_iter()
            .zip(MERCHANTS)
            .map(|(merchant, (_, mode))| {
                json!({
                    "mode": mode,
                    "shortcode": merchant.shortcode,
                    "consumer_key": merchant.consumer_key,
                    "consumer_secret": merchant.consumer_secret,
                    "passkey": merchant.passkey,
                })
            })
            .collect();
        let [card_test, card_live] = demo::accounts();
        let [debit_test, debit_live] = &around.providers.realpay;
        Self(json!({
            "port": port,
            "platform": format!("http://localhost:{port}/"),
            "mail": around.mail.url(),
            "phone": format!("{payments}/phone"),
            "payments": payments,
            "cards": {
                "dashboard": around.providers.paystack.dashboard(),
                "test": card_test.secret_key,
                "live": card_live.secret_key,
            },
            "debits": { "test": debit_test.dashboard(), "live": debit_live.dashboard() },
            "objects": around.objects.url(),
            "config": folder.join("config.toml"),
            "simulated": around.providers.asked(),
            "merchants": merchants,
            "demo": demo.map(|demo| json!({
                "slug": demo.slug,
                "portal": format!("http://{}.localhost:{port}/", demo.slug),
                "office": format!("http://{}.office.localhost:{port}/", demo.slug),
                "email": demo.email,
                "password": demo.password,
            })),
        }))
    }

    pub fn write(&self, file: &Path) -> anyhow::Result<()> {
        std::fs::write(file, serde_json::to_vec_pretty(&self.0)?)?;
        Ok(())
    }

    #[expect(clippy::print_stdout, reason = "what a person at the terminal waits for")]
    pub fn print(&self, took: Duration) {
        let text = |pointer: &str| self.0.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        println!("\nWakala runs (started in {:.1} s). Ctrl-C stops it and keeps its data.\n", took.as_secs_f64());
        println!("  Sign up          {}", text("/platform"));
        if self.0["demo"].is_object() {
            println!("  Demo portal      {}", text("/demo/portal"));
            println!("  Demo back office {}", text("/demo/office"));
            println!("                   {} / {}", text("/demo/email"), text("/demo/password"));
        }
        println!("  Mail             {}", text("/mail"));
        println!("  Phones (M-Pesa)  {}", text("/phone"));
        println!("  Paystack         {}", text("/cards/dashboard"));
        println!("                   secret keys {} (test) and {} (live)", text("/cards/test"), text("/cards/live"));
        println!("  RealPay          {} (test) and {} (live)", text("/debits/test"), text("/debits/live"));
        for host in self.0["simulated"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            println!("  Your simulator   plays {host}");
        }
        println!("  Configuration    {} (for other commands: wakala --config ...)", text("/config"));
        for merchant in self.0["merchants"].as_array().into_iter().flatten() {
            let field = |name: &str| merchant[name].as_str().unwrap_or_default();
            println!("\n  M-Pesa {} credentials: short code {}", field("mode"), field("shortcode"));
            println!("    consumer key     {}", field("consumer_key"));
            println!("    consumer secret  {}", field("consumer_secret"));
            println!("    passkey          {}", field("passkey"));
        }
        println!();
    }
}
