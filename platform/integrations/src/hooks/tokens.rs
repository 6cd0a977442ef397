//! Addresses for providers. A token is a keyed hash of what it stands for, so that the same arguments give the same address, and
//! only the token's own hash is kept. Lower-case hex, since some providers refuse addresses with certain words.

use kernel::{AppResult, csrf::Signer, tokens::token_hash};
use plugin_host::manifest::Mode;
use uuid::Uuid;

use super::store;
use crate::{calls::caps::Home, installs::mode_word};

fn token(signer: &Signer, installation: Uuid, mode: Mode, webhook: &str, subject: Option<&str>) -> String {
    // The lengths keep "a" + "bc" and "ab" + "c" apart.
    let subject = subject.map_or_else(|| "-".to_owned(), |subject| format!("{}:{subject}", subject.len()));
    signer.sign("integrations.hook", &format!("{installation}:{}:{}:{webhook}:{subject}", mode_word(mode), webhook.len()))
}

/// The public address of a webhook of this installation and mode.
pub(crate) async fn mint(home: &Home, webhook: &str, subject: Option<&str>) -> AppResult<String> {
    let token = token(&home.parts.signer, home.installation, home.mode, webhook, subject);
    let mut tx = home.scope.begin_write().await?;
    let new =
        store::NewToken { hash: &token_hash(&token), installation: home.installation, webhook, subject, mode: home.mode, now: chrono::Utc::now() };
    store::insert_token(&mut tx, new).await?;
    tx.commit().await?;
    Ok(home.parts.hosts.callback_url(&home.scope.tenant.slug, &format!("/hooks/{token}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_same_for_the_same_arguments_and_another_for_any_other() {
        let signer = Signer::new([3; 32]);
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let of = |id, mode, webhook: &str, subject: Option<&str>| token(&signer, id, mode, webhook, subject);
        let first = of(one, Mode::Live, "stk", Some("a"));
        assert_eq!(first, of(one, Mode::Live, "stk", Some("a")));
        assert!(first.len() == 64 && first.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
        for different in [
            of(other, Mode::Live, "stk", Some("a")),
            of(one, Mode::Test, "stk", Some("a")),
            of(one, Mode::Live, "stk2", Some("a")),
            of(one, Mode::Live, "stk", Some("b")),
            of(one, Mode::Live, "stk", None),
            of(one, Mode::Live, "stk:1:a", None),
        ] {
            assert_ne!(first, different);
        }
        assert_ne!(first, token(&Signer::new([4; 32]), one, Mode::Live, "stk", Some("a")), "another deployment");
    }
}
