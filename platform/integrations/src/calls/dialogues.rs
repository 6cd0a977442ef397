//! Dialogues over USSD, as plugins ask for their screens: the platform remembers where each is, and what it says comes from the domains.

use chrono::{Duration, Utc};
use kernel::AppResult;
use plugin_host::{
    CapabilityError,
    manifest::Mode,
    model::messaging::{Screen, Turn},
};
use ports::{dialogue::Step, report::Source};
use uuid::Uuid;

use super::{caps::Home, store};
use crate::{
    inbox::{self, NewMessage},
    installs::{self, InstallMode},
};

/// Longest name of a dialogue or a caller, and most that somebody can type.
const SESSION: usize = 100;
const INPUT: usize = 200;
/// Letters of a screen, less than 182: providers add marks of their own.
const SCREEN: usize = 170;
/// Networks end dialogues far earlier.
const REMEMBERED: Duration = Duration::minutes(10);

/// The next screen; for a turn that was answered, the same again.
pub(super) async fn answer(home: &Home, turn: Turn) -> AppResult<Result<Screen, CapabilityError>> {
    let Some(number) = i32::try_from(turn.number).ok().filter(|_| is_fine(&turn)) else {
        return Ok(Err(CapabilityError::Invalid("this is no turn of a dialogue".to_owned())));
    };
    let mut tx = home.scope.begin_read().await?;
    let is_live = home.mode == Mode::Live;
    // Addresses outlive what they were made for; nobody is told anything by a plugin that was switched off.
    if is_live && installs::mode(&mut tx, home.installation).await? != InstallMode::Live {
        return Ok(Err(CapabilityError::NotOffered));
    }
    let session = format!("{} {}", turn.phone, turn.session);
    let before = store::find_dialogue(&mut tx, home.installation, home.mode, &session, Utc::now()).await?;
    drop(tx);
    let memory = match before {
        Some(before) if before.number == number => return Ok(Ok(screen(before.screen, before.ended))),
        Some(before) if before.ended => return Ok(Err(CapabilityError::Invalid("the dialogue is over".to_owned()))),
        before => before.map(|before| before.memory),
    };
    let step = Step {
        // What a provider's test system calls a number is nobody's.
        phone: if is_live { turn.phone.clone() } else { String::new() },
        // A dialogue that is not remembered begins anew.
        input: if memory.is_some() { turn.input } else { String::new() },
        memory,
    };
    let shown = home.parts.dialogues.answer(&home.scope, step).await?;
    let (text, now) = (fit(&shown.text), Utc::now());
    let mut tx = home.scope.begin_write().await?;
    let dialogue = store::Dialogue { number, screen: text.clone(), ended: shown.end, memory: shown.memory };
    store::put_dialogue(&mut tx, home.installation, home.mode, &session, &dialogue, now + REMEMBERED).await?;
    if shown.wants_call && is_live {
        inbox::keep(&mut tx, &wish(home, turn.phone)).await?;
    }
    tx.commit().await?;
    Ok(Ok(screen(text, shown.end)))
}

fn is_fine(turn: &Turn) -> bool {
    let is_name = |text: &str| !text.is_empty() && text.len() <= SESSION && !text.contains('\0');
    is_name(&turn.session) && is_name(&turn.phone) && turn.input.len() <= INPUT
}

fn screen(text: String, end: bool) -> Screen {
    Screen { text, end, extra: Vec::new() }
}

/// What a phone can show: no longer than a screen, and no space that its alphabet lacks.
fn fit(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ").chars().filter(|letter| *letter != '\0').take(SCREEN).collect()
}

/// The caller's wish to be called back, for the inbox.
fn wish(home: &Home, phone: String) -> NewMessage {
    NewMessage {
        // A dialogue is of many callbacks; its last one has no name here.
        source: Source { delivery: Uuid::now_v7(), installation: home.installation, is_trusted: false },
        channel: "ussd",
        provider_ref: None,
        sender: phone,
        sender_name: None,
        text: String::new(),
        files: 0,
        wish: None,
        happened_at: Utc::now(),
    }
}

#[cfg(test)]
mod tests;
