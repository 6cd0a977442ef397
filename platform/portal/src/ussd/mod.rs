//! The portal for phones without internet: a menu over USSD, in the caller's language.
//!
//! What always holds: only whoever calls from a number that is proven to be one customer's learns anything of this customer, and then
//! no more than a phone that lies around may show; everybody else may ask to be called back. A screen is short, and what it offers is
//! looked up again when it is chosen.

mod caller;
mod menu;

use std::sync::OnceLock;

use async_trait::async_trait;
use kernel::{App, AppError, AppResult, Scope};
use ports::dialogue::{Dialogues, Shown, Step};

use caller::Caller;
use menu::Talk;

/// Answers once it has the application, which is made after everything that it consists of.
#[derive(Default)]
pub struct Menu(OnceLock<App>);

impl Menu {
    /// From now on callers are answered.
    pub fn serve(&self, app: App) {
        self.0.get_or_init(|| app);
    }
}

#[async_trait]
impl Dialogues for Menu {
    async fn answer(&self, scope: &Scope, step: Step) -> AppResult<Shown> {
        let app = self.0.get().ok_or_else(|| AppError::internal("a caller came before the application was there"))?;
        let place = step.memory.and_then(|memory| serde_json::from_value(memory).ok());
        match Caller::of(scope, &step.phone).await? {
            Some(caller) => Talk::new(app, &scope.speaking(caller.customer.locale.as_deref())).with(&caller, place, step.input.trim()).await,
            None => Ok(Talk::new(app, scope).with_a_stranger(place, step.input.trim())),
        }
    }
}
