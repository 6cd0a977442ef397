//! One SMTP conversation as a state machine: lines in, replies out, no sockets.
//!
//! Speaks what clients of a submission server need: EHLO, HELO, AUTH PLAIN and LOGIN (any credentials),
//! MAIL, RCPT, DATA, RSET, NOOP, VRFY, QUIT. No TLS: it is only reachable from this machine.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Most recipients of one message (RFC 5321 wants at least 100).
const MOST_RECIPIENTS: usize = 1_000;

/// Sender and recipients of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub from: String,
    pub to: Vec<String>,
}

/// What the connection does after a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Sends the reply and reads another line.
    Reply(String),
    /// Sends the reply and reads message data up to the lone dot.
    Data(String),
    /// Sends the reply and closes.
    Close(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Login {
    None,
    Plain,
    Username,
    Password,
}

/// State of one conversation.
#[derive(Debug)]
pub(crate) struct Session {
    most_bytes: usize,
    greeted: bool,
    login: Login,
    sender: Option<String>,
    recipients: Vec<String>,
}

fn reply(text: &str) -> Next {
    Next::Reply(format!("{text}\r\n"))
}

impl Session {
    pub fn new(most_bytes: usize) -> Self {
        Self { most_bytes, greeted: false, login: Login::None, sender: None, recipients: Vec::new() }
    }

    /// Takes a line without its end. `refuse` may turn down a recipient with a reply of its own.
    pub fn line(&mut self, line: &str, refuse: impl Fn(&str) -> Option<&'static str>) -> Next {
        if self.login != Login::None {
            return self.login_step(line);
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.greet(rest, true),
            "HELO" => self.greet(rest, false),
            "AUTH" if self.greeted => self.auth(rest),
            "MAIL" if self.greeted => self.mail(rest),
            "RCPT" => self.rcpt(rest, refuse),
            "DATA" if self.recipients.is_empty() => reply("503 5.5.1 no valid recipients"),
            "DATA" => Next::Data("354 end data with <CR><LF>.<CR><LF>\r\n".to_owned()),
            "RSET" => {
                self.reset();
                reply("250 2.0.0 reset")
            }
            "NOOP" => reply("250 2.0.0 ok"),
            "VRFY" => reply("252 2.1.5 cannot verify, try to deliver"),
            "QUIT" => Next::Close("221 2.0.0 bye\r\n".to_owned()),
            "AUTH" | "MAIL" => reply("503 5.5.1 say EHLO first"),
            "STARTTLS" => reply("454 4.7.0 TLS is not available"),
            _ => reply("500 5.5.2 command not recognised"),
        }
    }

    /// The envelope of the message whose data was just read; the next message starts afresh.
    pub fn take_envelope(&mut self) -> Envelope {
        let envelope = Envelope { from: self.sender.take().unwrap_or_default(), to: std::mem::take(&mut self.recipients) };
        self.reset();
        envelope
    }

    fn reset(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    fn greet(&mut self, client: &str, extended: bool) -> Next {
        if client.trim().is_empty() {
            return reply("501 5.5.4 a host name is missing");
        }
        self.reset();
        self.greeted = true;
        if !extended {
            return reply("250 mail catcher");
        }
        let most = self.most_bytes;
        Next::Reply(format!(
            "250-mail catcher\r\n250-SIZE {most}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN LOGIN\r\n"
        ))
    }

    fn auth(&mut self, rest: &str) -> Next {
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let (expected, prompt) = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => (Login::Plain, "334 "),
            "LOGIN" => (Login::Username, "334 VXNlcm5hbWU6"),
            _ => return reply("504 5.5.4 mechanism not known"),
        };
        self.login = expected;
        if initial.is_empty() { reply(prompt) } else { self.login_step(initial) }
    }

    fn login_step(&mut self, line: &str) -> Next {
        let step = std::mem::replace(&mut self.login, Login::None);
        if line == "*" {
            return reply("501 5.7.0 cancelled");
        }
        if STANDARD.decode(line.trim()).is_err() {
            return reply("501 5.5.2 not base64");
        }
        if step == Login::Username {
            self.login = Login::Password;
            return reply("334 UGFzc3dvcmQ6");
        }
        reply("235 2.7.0 accepted")
    }

    fn mail(&mut self, rest: &str) -> Next {
        if self.sender.is_some() {
            return reply("503 5.5.1 one sender is enough");
        }
        let Some((address, parameters)) = path(rest, "FROM:") else {
            return reply("501 5.5.4 say MAIL FROM:<address>");
        };
        let size = parameters.split_ascii_whitespace().find_map(|p| {
            let (name, value) = p.split_once('=')?;
            name.eq_ignore_ascii_case("SIZE").then(|| value.parse::<usize>().ok())?
        });
        if size.is_some_and(|size| size > self.most_bytes) {
            return reply("552 5.3.4 message is too large");
        }
        self.sender = Some(address);
        reply("250 2.1.0 ok")
    }

    fn rcpt(&mut self, rest: &str, refuse: impl Fn(&str) -> Option<&'static str>) -> Next {
        if self.sender.is_none() {
            return reply("503 5.5.1 say MAIL FROM first");
        }
        let Some((address, _)) = path(rest, "TO:").filter(|(address, _)| address.contains('@')) else {
            return reply("501 5.1.3 say RCPT TO:<address>");
        };
        if self.recipients.len() >= MOST_RECIPIENTS {
            return reply("452 4.5.3 too many recipients");
        }
        if let Some(refusal) = refuse(&address) {
            return reply(refusal);
        }
        self.recipients.push(address);
        reply("250 2.1.5 ok")
    }
}

/// The address in `FROM:<address> parameters`.
fn path(rest: &str, keyword: &str) -> Option<(String, String)> {
    let head = rest.get(..keyword.len())?;
    if !head.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let (address, parameters) = rest.get(keyword.len()..)?.trim_start().strip_prefix('<')?.split_once('>')?;
    Some((address.to_owned(), parameters.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(next: Next) -> String {
        match next {
            Next::Reply(text) | Next::Data(text) | Next::Close(text) => text,
        }
    }

    fn say(session: &mut Session, line: &str) -> String {
        text(session.line(line, |_| None))
    }

    fn greeted() -> Session {
        let mut session = Session::new(1_000);
        say(&mut session, "EHLO client.example");
        session
    }

    #[test]
    fn a_message_needs_greeting_sender_and_recipient_in_this_order() {
        let mut session = Session::new(1_000);
        assert!(say(&mut session, "MAIL FROM:<a@example.com>").starts_with("503"));
        assert!(say(&mut session, "EHLO client.example").starts_with("250"));
        assert!(say(&mut session, "RCPT TO:<b@example.com>").starts_with("503"));
        assert!(say(&mut session, "DATA").starts_with("503"));
        assert!(say(&mut session, "mail from:<a@example.com> BODY=8BITMIME").starts_with("250"));
        assert!(say(&mut session, "RCPT TO:<b@example.com>").starts_with("250"));
        assert!(say(&mut session, "DATA").starts_with("354"));
        let envelope = session.take_envelope();
        assert_eq!(envelope, Envelope { from: "a@example.com".into(), to: vec!["b@example.com".into()] });
    }

    #[test]
    fn both_logins_accept_any_credentials_but_only_base64() {
        let mut session = greeted();
        assert!(say(&mut session, "AUTH PLAIN AGEAYg==").starts_with("235"));
        assert!(say(&mut session, "AUTH LOGIN").starts_with("334"));
        assert!(say(&mut session, "dXNlcg==").starts_with("334"));
        assert!(say(&mut session, "cGFzcw==").starts_with("235"));
        assert!(say(&mut session, "AUTH PLAIN").starts_with("334"));
        assert!(say(&mut session, "not base64!").starts_with("501"));
        assert!(say(&mut session, "AUTH CRAM-MD5").starts_with("504"));
    }

    #[test]
    fn an_announced_size_above_the_limit_is_refused_before_the_data() {
        assert!(say(&mut greeted(), "MAIL FROM:<a@example.com> SIZE=1001").starts_with("552"));
        assert!(say(&mut greeted(), "MAIL FROM:<a@example.com> SIZE=1000").starts_with("250"));
    }

    #[test]
    fn a_bounce_has_an_empty_sender() {
        let mut session = greeted();
        assert!(say(&mut session, "MAIL FROM:<>").starts_with("250"));
    }

    #[test]
    fn reset_forgets_the_envelope_and_nonsense_is_survived() {
        let mut session = greeted();
        say(&mut session, "MAIL FROM:<a@example.com>");
        assert!(say(&mut session, "RSET").starts_with("250"));
        assert!(say(&mut session, "RCPT TO:<b@example.com>").starts_with("503"));
        for nonsense in ["", " ", "MAIL", "MAIL FROM", "RCPT TO:", "\u{fffd}\u{fffd}", "AUTH", "MAIL FROM:é<"] {
            assert!(say(&mut session, nonsense).starts_with('5'), "{nonsense}");
        }
    }

    #[test]
    fn one_refused_recipient_does_not_refuse_the_others() {
        let mut session = greeted();
        say(&mut session, "MAIL FROM:<a@example.com>");
        let refuse = |to: &str| to.starts_with("block@").then_some("550 5.1.1 no such mailbox");
        assert!(text(session.line("RCPT TO:<block@example.com>", refuse)).starts_with("550"));
        assert!(text(session.line("RCPT TO:<ok@example.com>", refuse)).starts_with("250"));
        assert_eq!(session.take_envelope().to, ["ok@example.com"]);
    }
}
