//! Calls of messaging plugins, and dialogues over USSD in both directions: those that a plugin leads, and those that it asks about.

use super::bindings::exports::wakala::messaging::{channel, templates, ussd};
use super::bindings::wakala::host::types as wit;
use super::bindings::wakala::messaging::ussd as asked;
use super::calls;
use super::convert::{blobs, each};
use super::state::CallState;
use crate::grants::Refusal;
use crate::manifest::{Kind, USSD_MENU};
use crate::model::PluginError;
use crate::model::messaging as model;

/// Screens that one call may ask for. A caller sees one; somebody who tries numbers would want thousands.
const SCREENS: u32 = 4;

calls! {
    /// `channel.send`: one result for each message, in the order of the batch, if the plugin keeps to the interface. After a failure that
    /// may have come too late, no message of the batch may be sent again.
    send(batch: Vec<model::Message>) -> Vec<Result<model::Receipt, PluginError>> = channel.call_send(&each(batch)),
        blobs blobs(batch.iter().flat_map(|message| &message.files)), plain results;
    /// `templates.page`.
    templates(cursor: Option<String>) -> model::TemplatePage = templates.call_page(cursor.as_deref()), plain Into::into;
    /// `ussd.answer`.
    answer_ussd(turn: model::Turn) -> model::Screen = ussd.call_answer(&turn.into()), plain Into::into;
}

fn results(list: Vec<Result<channel::Receipt, wit::PluginError>>) -> Vec<Result<model::Receipt, PluginError>> {
    list.into_iter().map(|result| result.map(Into::into).map_err(Into::into)).collect()
}

impl asked::Host for CallState {
    async fn answer(&mut self, _ctx: wit::CallContext, turn: asked::Turn) -> wasmtime::Result<Result<asked::Screen, wit::PluginError>> {
        let _timed = self.enter("ussd.answer")?;
        self.meter.yield_turn();
        if self.manifest.kind != Kind::Messaging {
            return Ok(Err(wit::PluginError::Unsupported("only messaging plugins lead dialogues".to_owned())));
        }
        if let Err(Refusal::Denied(line) | Refusal::Invalid(line)) = self.policy().lookup(USSD_MENU) {
            return Ok(Err(wit::PluginError::Unsupported(line)));
        }
        self.screens += 1;
        if self.screens > SCREENS {
            return Ok(Err(wit::PluginError::Unsupported(format!("more than {SCREENS} screens in a call"))));
        }
        Ok(self.caps.answer_ussd(turn.into()).await.map(Into::into).map_err(Into::into))
    }
}

impl From<asked::Turn> for model::Turn {
    fn from(t: asked::Turn) -> Self {
        Self { session: t.session, number: t.number, service: t.service, phone: t.phone, network: t.network, input: t.input, extra: t.extra }
    }
}

impl From<model::Screen> for asked::Screen {
    fn from(s: model::Screen) -> Self {
        Self { text: s.text, end: s.end, extra: s.extra }
    }
}

impl From<model::Address> for channel::Address {
    fn from(a: model::Address) -> Self {
        Self { role: a.role, value: a.value, name: a.name, extra: a.extra }
    }
}

impl From<model::TemplateUse> for channel::TemplateUse {
    fn from(t: model::TemplateUse) -> Self {
        Self { name: t.name, language: t.language, params: t.params, extra: t.extra }
    }
}

impl From<model::Choice> for channel::Choice {
    fn from(c: model::Choice) -> Self {
        Self { id: c.id, title: c.title, description: c.description, group: c.group, url: c.url, extra: c.extra }
    }
}

impl From<model::Message> for channel::Message {
    fn from(m: model::Message) -> Self {
        Self {
            id: m.id,
            channel: m.channel,
            sender: m.sender,
            addresses: each(m.addresses),
            in_reply_to: m.in_reply_to,
            subject: m.subject,
            text: m.text,
            html: m.html,
            template: m.template.map(Into::into),
            choices: each(m.choices),
            files: each(m.files),
            tags: m.tags,
            extra: m.extra,
        }
    }
}

impl From<channel::Receipt> for model::Receipt {
    fn from(r: channel::Receipt) -> Self {
        Self { provider_ref: r.provider_ref, state: r.state, parts: r.parts, cost: r.cost, extra: r.extra }
    }
}

impl From<templates::Template> for model::Template {
    fn from(t: templates::Template) -> Self {
        Self {
            name: t.name,
            language: t.language,
            category: t.category,
            state: t.state,
            header: t.header,
            body: t.body,
            footer: t.footer,
            params: t.params,
            extra: t.extra,
        }
    }
}

impl From<templates::TemplatePage> for model::TemplatePage {
    fn from(t: templates::TemplatePage) -> Self {
        Self { templates: each(t.templates), next: t.next, extra: t.extra }
    }
}

impl From<model::Turn> for ussd::Turn {
    fn from(t: model::Turn) -> Self {
        Self { session: t.session, number: t.number, service: t.service, phone: t.phone, network: t.network, input: t.input, extra: t.extra }
    }
}

impl From<ussd::Screen> for model::Screen {
    fn from(s: ussd::Screen) -> Self {
        Self { text: s.text, end: s.end, extra: s.extra }
    }
}
