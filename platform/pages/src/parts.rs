//! Small parts that components print. Texts in them are already in the reader's language.

use std::fmt;

use chrono::{DateTime, Utc};

/// An enum that templates print as a fixed word.
macro_rules! word {
    ($(#[$meta:meta])* $name:ident { $($(#[$case_meta:meta])* $case:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub enum $name { $($(#[$case_meta])* $case),+ }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$case => $word),+ })
            }
        }

        impl askama::FastWritable for $name {
            fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
                Ok(write!(dest, "{self}")?)
            }
        }
    };
}
pub(crate) use word;

word!(
    /// What a colour means. Nothing is coloured for decoration.
    Tone { #[default] Neutral = "neutral", Info = "info", Good = "good", Warn = "warn", Bad = "bad" }
);

impl Tone {
    #[must_use]
    pub fn icon(&self) -> &'static str {
        match self {
            Self::Good => "check-circle",
            Self::Warn | Self::Bad => "alert",
            Self::Neutral | Self::Info => "info",
        }
    }
    #[must_use]
    pub fn is_bad(&self) -> bool {
        *self == Self::Bad
    }
}

word!(
    /// What a line of a price is.
    PriceKind { #[default] Line = "line", Subtotal = "subtotal", Total = "total" }
);

word!(
    /// Where a wizard's step stands.
    StepState { Done = "done", Current = "current", #[default] Ahead = "ahead" }
);

impl StepState {
    #[must_use]
    pub fn is_done(&self) -> bool {
        *self == Self::Done
    }
    #[must_use]
    pub fn is_current(&self) -> bool {
        *self == Self::Current
    }
}

#[derive(Debug, Clone, Default)]
pub struct Link {
    pub label: String,
    pub href: String,
}

/// Another language of this page; `name` in that language.
#[derive(Debug, Clone, Default)]
pub struct Language {
    pub code: String,
    pub name: String,
    pub current: bool,
}

/// A group of the main navigation; the label may be empty.
#[derive(Debug, Clone, Default)]
pub struct NavGroup {
    pub label: String,
    pub items: Vec<NavItem>,
}

/// `key` is a shortcut such as `g p`, or empty.
#[derive(Debug, Clone, Default)]
pub struct NavItem {
    pub label: String,
    pub href: String,
    pub icon: &'static str,
    pub active: bool,
    pub count: Option<u64>,
    pub key: &'static str,
}

#[derive(Debug, Clone, Default)]
pub struct Crumb {
    pub label: String,
    pub href: String,
}

/// Told once, after a redirect. `undo` is posted to.
#[derive(Debug, Clone, Default)]
pub struct Flash {
    pub tone: Tone,
    pub text: String,
    pub undo: Option<Link>,
}

/// A standing bar: preview, test mode.
#[derive(Debug, Clone, Default)]
pub struct Notice {
    pub tone: Tone,
    pub text: String,
    pub link: Option<Link>,
    /// The link changes something: it is a button.
    pub acts: bool,
}

/// A state as people see it: a tone and a word. The icon may be empty.
#[derive(Debug, Clone, Default)]
pub struct Badge {
    pub tone: Tone,
    pub word: String,
    pub icon: &'static str,
}

impl Badge {
    #[must_use]
    pub fn new(tone: Tone, word: impl Into<String>) -> Self {
        Self { tone, word: word.into(), icon: "" }
    }
}

/// One row of a list of facts. A non-empty `href` makes the value a link.
#[derive(Debug, Clone, Default)]
pub struct Fact {
    pub label: String,
    pub value: String,
    pub href: String,
    pub copy: bool,
}

impl Fact {
    #[must_use]
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), ..Self::default() }
    }
    #[must_use]
    pub fn linked(mut self, href: impl Into<String>) -> Self {
        self.href = href.into();
        self
    }
    #[must_use]
    pub fn copied(mut self) -> Self {
        self.copy = true;
        self
    }
}

/// One line of a price: what it is, what it comes to, and why (empty: none).
#[derive(Debug, Clone, Default)]
pub struct PriceLine {
    pub label: String,
    pub amount: String,
    pub why: String,
    pub kind: PriceKind,
}

/// A step of a wizard; `href` is empty where one may not go yet.
#[derive(Debug, Clone, Default)]
pub struct Step {
    pub label: String,
    pub href: String,
    pub state: StepState,
}

/// One event of a record's timeline.
#[derive(Debug, Clone, Default)]
pub struct Event {
    pub icon: &'static str,
    pub tone: Tone,
    pub text: String,
    pub who: String,
    pub at: DateTime<Utc>,
    pub detail: String,
}

/// Something that the reader is told.
#[derive(Debug, Clone, Default)]
pub struct NoticeRow {
    pub href: String,
    pub title: String,
    pub body: String,
    pub at: DateTime<Utc>,
    pub unread: bool,
}

/// A choice of a select or of radio buttons; the detail may be empty.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub detail: String,
}

impl Choice {
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), detail: String::new() }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Tab {
    pub label: String,
    pub href: String,
    pub active: bool,
    pub count: Option<u64>,
}

/// What an error page says.
#[derive(Debug, Clone, Default)]
pub struct ErrorView {
    pub status: u16,
    pub title: String,
    pub text: String,
    pub icon: &'static str,
    pub retry_href: String,
    pub retry_label: String,
}
