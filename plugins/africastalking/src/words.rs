//! What a message says as bare text.

use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::messaging::channel::Message;

/// The text with its choices numbered below it.
///
/// # Errors
/// `rejected` with `content` for a message without words or with files, which nothing here can carry.
pub fn of(message: &Message) -> Result<String, PluginError> {
    let content = |why: &str| PluginError::rejected("content", why);
    if !message.files.is_empty() {
        return Err(content("files cannot be sent through this provider"));
    }
    let mut text = message.text.as_deref().unwrap_or_default().trim_end().to_owned();
    if text.trim().is_empty() {
        return Err(content("the message has no words"));
    }
    for (n, choice) in message.choices.iter().enumerate() {
        text.push_str(&format!("\n{}. {}", n + 1, choice.title));
        if let Some(url) = &choice.url {
            text.push_str(&format!(": {url}"));
        }
    }
    Ok(text)
}

#[cfg(test)]
pub mod sample {
    use super::*;
    use wakala_plugin_sdk::messaging::channel::Address;

    /// A message of a channel to one reader.
    pub fn message(channel: &str, id: &str, to: &str, text: &str) -> Message {
        Message {
            id: id.into(),
            channel: channel.into(),
            sender: None,
            addresses: vec![Address { role: "to".into(), value: to.into(), name: None, extra: Vec::new() }],
            in_reply_to: None,
            subject: None,
            text: Some(text.into()),
            html: None,
            template: None,
            choices: Vec::new(),
            files: Vec::new(),
            tags: Vec::new(),
            extra: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wakala_plugin_sdk::messaging::channel::Choice;

    #[test]
    fn choices_stand_numbered_below_the_text() {
        let mut message = sample::message("sms", "m-1", "+254700000101", "Pay now?");
        let choice = |title: &str, url: Option<&str>| Choice {
            id: title.into(),
            title: title.into(),
            description: None,
            group: None,
            url: url.map(str::to_owned),
            extra: Vec::new(),
        };
        message.choices = vec![choice("Pay", None), choice("Read", Some("https://example.com/p"))];
        assert_eq!(of(&message).as_deref(), Ok("Pay now?\n1. Pay\n2. Read: https://example.com/p"));
    }

    #[test]
    fn a_message_without_words_is_not_sent() {
        assert!(of(&sample::message("sms", "m-1", "+254700000101", " ")).is_err());
    }
}
