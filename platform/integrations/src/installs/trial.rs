//! Trying single abilities of a plugin, beside the check of its settings. What has an effect is tried with the test settings only; the
//! answer stands in the log of calls, with everything that went out and came back.

use std::{future::Future, sync::Arc};

use kernel::{AppError, AppResult, Scope, error::Fields, phone::Phone, text_enum};
use plugin_host::{
    CallReport, CallSpec, Plugin,
    manifest::{Manifest, Mode, PayerFact, PaymentMethod},
    model::{Money, Party, PluginError, PollBatch, ai, messaging, payments},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ChoiceView, SettingsMode, store};
use crate::{
    IntegrationFailure, Integrations,
    calls::{Use, Wanted},
    messaging::only_one,
};

text_enum! {
    /// What can be tried.
    pub enum Trial {
        /// Asks a payer for the smallest amount.
        Collect = "collect",
        /// Sends a short message.
        Send = "send",
        /// Asks a model for a few words.
        Complete = "complete",
        /// Asks for news, which are then left where they are.
        Poll = "poll",
        /// Reads balances.
        Balances = "balances",
        /// Reads approved texts.
        Templates = "templates",
    }
}

impl Trial {
    /// The interface that a plugin answers if it can be tried.
    fn interface(self) -> &'static str {
        match self {
            Self::Collect => "gateway",
            Self::Send => "channel",
            Self::Complete => "assistant",
            Self::Poll => "poll",
            Self::Balances => "statements",
            Self::Templates => "templates",
        }
    }

    /// Whether nothing comes of it but an answer, so that it may be tried with the live settings as well.
    fn only_reads(self) -> bool {
        matches!(self, Self::Poll | Self::Balances | Self::Templates)
    }
}

/// Something to try with the settings of one mode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TrialView {
    pub trial: Trial,
    /// Ways to pay or channels, by name; one is chosen.
    pub choices: Vec<ChoiceView>,
    /// What has to be told: `phone`, `email`, `name` of a payer, or `to` for the reader of a message.
    pub asks: Vec<String>,
}

/// How something is tried.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TrialInput {
    /// One of the choices; the first if none.
    pub choice: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub name: Option<String>,
    pub to: Option<String>,
}

/// What a plugin lets one try in a mode.
pub(super) fn offered(manifest: &Manifest, mode: Mode) -> Vec<TrialView> {
    let tried = |trial: &Trial| {
        let answers = manifest.kind.answers(&manifest.provides, trial.interface());
        answers && (mode == Mode::Test || trial.only_reads())
    };
    let view = |trial: Trial| TrialView { trial, choices: choices(manifest, trial), asks: asks(manifest, trial) };
    Trial::ALL.iter().copied().filter(tried).map(view).collect()
}

fn choices(manifest: &Manifest, trial: Trial) -> Vec<ChoiceView> {
    let named = |name: &String, title: Option<&String>| ChoiceView { name: name.clone(), label: title.unwrap_or(name).clone() };
    match trial {
        Trial::Collect => manifest.methods.iter().map(|method| named(&method.name, method.title.as_ref())).collect(),
        Trial::Send => manifest.messaging.iter().flat_map(|messaging| &messaging.channels).map(|channel| named(channel, None)).collect(),
        _ => Vec::new(),
    }
}

fn asks(manifest: &Manifest, trial: Trial) -> Vec<String> {
    let needed = |fact: PayerFact| manifest.methods.iter().any(|method| method.payer.contains(&fact));
    match trial {
        Trial::Collect => [(PayerFact::Phone, "phone"), (PayerFact::Email, "email"), (PayerFact::Name, "name")]
            .into_iter()
            .filter(|(fact, _)| needed(*fact))
            .map(|(_, word)| word.to_owned())
            .collect(),
        Trial::Send => vec!["to".to_owned()],
        _ => Vec::new(),
    }
}

impl Integrations {
    /// Lets the plugin do one thing with the settings of one mode, once per `key`, and says under which id the call is in the log,
    /// whatever came of it. `not_found` for what the plugin does not offer in this mode; 422 beside what has to be told.
    pub async fn try_out(&self, scope: &Scope, id: Uuid, mode: SettingsMode, trial: Trial, input: TrialInput, key: Uuid) -> AppResult<Uuid> {
        let mode = Mode::from(mode);
        let mut tx = scope.begin_read().await?;
        let row = store::find(&mut tx, id).await?.ok_or(IntegrationFailure::InstallationNotFound)?;
        let package = self.package(&mut tx, row.version_id).await?;
        drop(tx);
        if !offered(&package.manifest, mode).iter().any(|view| view.trial == trial) {
            return Err(AppError::not_found());
        }
        let using = |action, request: Value| Use { key: key.to_string(), request, ..Use::new(id, Wanted::ByHand(mode), action) };
        match trial {
            Trial::Collect => {
                let wish = wish(scope, &package.manifest, input)?;
                let request = json!({ "trial": true, "method": wish.method, "amount_minor": wish.amount.minor, "currency": wish.amount.currency });
                let answer = |outcome: &payments::Outcome| json!({ "state": outcome.state_word, "provider_ref": outcome.provider_ref });
                self.tried(scope, using("collect", request), answer, |plugin, spec| async move { plugin.collect(spec, wish).await }).await
            }
            Trial::Send => {
                let message = message(scope, &package.manifest, input, key)?;
                let request = json!({ "trial": true, "channel": message.channel });
                let answer = |receipt: &messaging::Receipt| json!({ "state": receipt.state, "provider_ref": receipt.provider_ref });
                let send = |plugin: Arc<Plugin>, spec: CallSpec| async move { only_one(plugin.send(spec, vec![message]).await) };
                self.tried(scope, using("send", request), answer, send).await
            }
            Trial::Complete => {
                let answer = |completion: &ai::Completion| json!({ "model": completion.model, "text": completion.turn.text });
                let request = using("complete", json!({ "trial": true }));
                self.tried(scope, request, answer, |plugin, spec| async move { plugin.complete(spec, greeting()).await }).await
            }
            Trial::Poll => {
                let answer = |batch: &PollBatch| json!({ "events": batch.events.len(), "more": batch.more });
                let request = using("poll", json!({ "trial": true }));
                self.tried(scope, request, answer, |plugin, spec| async move { plugin.poll(spec, None).await }).await
            }
            Trial::Balances => {
                let answer = |balances: &Vec<payments::Balance>| -> Value {
                    let line = |balance: &payments::Balance| {
                        let available = &balance.available;
                        json!({ "account": balance.account, "available_minor": available.minor, "currency": available.currency })
                    };
                    balances.iter().map(line).collect()
                };
                let request = using("balances", json!({ "trial": true }));
                self.tried(scope, request, answer, |plugin, spec| async move { plugin.balances(spec).await }).await
            }
            Trial::Templates => {
                let answer = |page: &messaging::TemplatePage| -> Value {
                    page.templates.iter().map(|template| json!({ "name": template.name, "language": template.language })).collect()
                };
                let request = using("templates", json!({ "trial": true }));
                self.tried(scope, request, answer, |plugin, spec| async move { plugin.templates(spec, None).await }).await
            }
        }
    }

    async fn tried<T, F, Fut>(&self, scope: &Scope, using: Use, describe: impl FnOnce(&T) -> Value, invoke: F) -> AppResult<Uuid>
    where
        F: FnOnce(Arc<Plugin>, CallSpec) -> Fut,
        Fut: Future<Output = CallReport<Result<T, PluginError>>>,
    {
        Ok(self.call(scope, using, describe, invoke).await?.call)
    }
}

/// The chosen one, or the first.
fn chosen(choices: Vec<ChoiceView>, choice: Option<String>) -> AppResult<String> {
    match choice {
        None => choices.into_iter().next().map(|choice| choice.name).ok_or_else(AppError::not_found),
        Some(choice) if choices.iter().any(|offered| offered.name == choice) => Ok(choice),
        Some(_) => Err(AppError::field("choice", "field-invalid")),
    }
}

fn told(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn wish(scope: &Scope, manifest: &Manifest, input: TrialInput) -> AppResult<payments::CollectRequest> {
    let name = chosen(choices(manifest, Trial::Collect), input.choice)?;
    let method = manifest.method(&name).ok_or_else(AppError::not_found)?;
    let (email, payer) = (told(input.email), told(input.name));
    let mut complaints = Fields::new();
    let phone = told(input.phone).and_then(|typed| Phone::parse(&typed, &scope.tenant.country).ok()).map(|phone| phone.to_string());
    for fact in &method.payer {
        let (known, field, code) = match fact {
            PayerFact::Phone => (phone.is_some(), "phone", "field-phone"),
            PayerFact::Email => (email.is_some(), "email", "field-required"),
            PayerFact::Name => (payer.is_some(), "name", "field-required"),
        };
        if !known {
            complaints.add(field, code);
        }
    }
    complaints.finish()?;
    Ok(payments::CollectRequest {
        amount: smallest(method),
        method: name,
        payer: Party { name: payer, phone, email, ..Party::default() },
        saved_method: None,
        reference: "TEST".to_owned(),
        description: "Test".to_owned(),
        return_url: None,
        extra: Vec::new(),
    })
}

/// The least that the method takes, in whole units.
fn smallest(method: &PaymentMethod) -> Money {
    Money { minor: method.min, currency: method.currencies.first().cloned().unwrap_or_default() }
}

fn message(scope: &Scope, manifest: &Manifest, input: TrialInput, key: Uuid) -> AppResult<messaging::Message> {
    let channel = chosen(choices(manifest, Trial::Send), input.choice)?;
    let to = told(input.to).ok_or_else(|| AppError::field("to", "field-required"))?;
    let to = match Phone::parse(&to, &scope.tenant.country) {
        Ok(phone) if channel != "email" => phone.to_string(),
        _ => to,
    };
    let reader = messaging::Address { role: "to".to_owned(), value: to, name: None, extra: Vec::new() };
    Ok(messaging::Message {
        id: key.to_string(),
        subject: (channel == "email").then(|| "Test".to_owned()),
        channel,
        sender: None,
        addresses: vec![reader],
        in_reply_to: None,
        text: Some("Test".to_owned()),
        html: None,
        template: None,
        choices: Vec::new(),
        files: Vec::new(),
        tags: Vec::new(),
        extra: vec![("sender-name".to_owned(), scope.tenant.name.clone())],
    })
}

fn greeting() -> ai::CompletionRequest {
    let turn = ai::Turn {
        role: "user".to_owned(),
        text: "Say hello.".to_owned(),
        files: Vec::new(),
        tool_calls: Vec::new(),
        answers: None,
        extra: Vec::new(),
    };
    ai::CompletionRequest {
        model: None,
        turns: vec![turn],
        tools: Vec::new(),
        tool_choice: "none".to_owned(),
        answer_schema: None,
        max_tokens: 50,
        temperature: None,
        extra: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
        id = "com.example.pay"
        version = "1.0.0"
        publisher = "example"
        kind = "payment"
        provides = ["statements"]
        wit = "wakala:payments@1.0"
        license = "Apache-2.0"
        [display]
        name = "Example Pay"
        summary = "Pays."
        [[method]]
        name = "pay"
        currencies = ["KES"]
        smallest_unit = 100
        min = 100
        max = 1000
        payer = ["phone"]
    "#;

    fn manifest() -> Manifest {
        Manifest::parse(MANIFEST).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn with_live_settings_only_what_changes_nothing_is_tried() {
        let names = |mode| offered(&manifest(), mode).into_iter().map(|view| view.trial).collect::<Vec<_>>();
        assert_eq!(names(Mode::Test), [Trial::Collect, Trial::Balances]);
        assert_eq!(names(Mode::Live), [Trial::Balances]);
        let collect = offered(&manifest(), Mode::Test).remove(0);
        assert_eq!((collect.choices[0].name.as_str(), collect.asks), ("pay", vec!["phone".to_owned()]));
    }

    #[test]
    fn the_smallest_amount_is_one_that_the_method_takes() {
        let method = manifest().methods.remove(0);
        let amount = smallest(&method);
        assert_eq!((amount.minor, method.accepts(amount.minor, &amount.currency)), (100, true));
    }
}
