//! What surrounds every page: who reads it, under whose brand, in which language, and the way around.

use std::{collections::BTreeSet, sync::Arc};

use askama::filters::Safe;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use kernel::{
    AppError,
    error::FieldError,
    i18n::{FluentArgs, FluentValue, Texts},
    money::Money,
    phone::Phone,
    routes::Face,
};

use crate::{
    assets::Assets,
    count::Count,
    parts::{Crumb, Flash, Language, Link, NavGroup, Notice},
};

/// The tenant's looks and legal lines; on the platform's own site, the platform's. Colours lie in the stylesheet at `css_url`.
#[derive(Debug, Clone, Default)]
pub struct Brand {
    pub name: String,
    pub tagline: String,
    /// Empty: the name is set in type.
    pub logo_url: String,
    pub logo_width: u32,
    pub logo_height: u32,
    /// Where the ground is dark; empty: the same as elsewhere.
    pub dark_logo_url: String,
    pub css_url: String,
    pub icon_url: String,
    /// For home screens of phones; empty: none of the firm's own.
    pub touch_icon_url: String,
    pub theme_color: String,
    pub licence: String,
    /// E.164, or empty.
    pub phone: String,
    pub email: String,
    pub address: String,
    pub links: Vec<Link>,
    /// The firm's pages on other sites, by the site's name.
    pub elsewhere: Vec<Link>,
}

/// Who reads the page.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    pub name: String,
    pub initials: String,
    pub detail: String,
    pub staff: bool,
    pub permissions: Arc<BTreeSet<String>>,
    pub unread: u32,
}

/// See the module. Built by [`crate::PageShell`]; the handler gives it a title.
#[derive(Clone)]
pub struct Shell {
    pub face: Face,
    pub title: String,
    pub description: String,
    pub canonical: String,
    pub index: bool,
    pub json_ld: String,
    pub lang: String,
    pub languages: Vec<Language>,
    pub path: String,
    /// Where the reader is, with the query.
    pub here: String,
    pub brand: Brand,
    pub caller: Option<Caller>,
    pub nav: Vec<NavGroup>,
    pub crumbs: Vec<Crumb>,
    pub flash: Vec<Flash>,
    pub notice: Option<Notice>,
    pub csrf: String,
    pub nonce: String,
    pub live: String,
    pub request_id: String,
    pub(crate) zone: Tz,
    pub(crate) now: DateTime<Utc>,
    pub(crate) texts: Texts,
    pub(crate) assets: Arc<Assets>,
}

impl Shell {
    /// Gives the page its title, by the title's key.
    #[must_use]
    pub fn titled(mut self, key: &str) -> Self {
        self.title = self.t(key);
        self
    }
    /// Gives the page a title that is already text, such as a record's name.
    #[must_use]
    pub fn named(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }
    /// Adds a step to the way back.
    #[must_use]
    pub fn under(mut self, key: &str, href: &str) -> Self {
        let label = self.t(key);
        self.crumbs.push(Crumb { label, href: href.to_owned() });
        self
    }

    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.texts.get(&self.lang, key, &[])
    }
    /// A text with arguments of one type.
    pub fn tf<'a>(&self, key: &str, args: impl Arguments<'a>) -> String {
        self.texts.format(&self.lang, key, &args.collect()).unwrap_or_else(|| key.to_owned())
    }
    /// A text with the argument `$count`, which chooses its plural form.
    pub fn tn(&self, key: &str, count: impl Count) -> String {
        self.tf(key, [("count", FluentValue::from(count.count()))])
    }
    /// Makes values of different types fit one list of arguments.
    pub fn arg<'a>(&self, value: impl IntoArg<'a>) -> FluentValue<'a> {
        value.into_arg()
    }
    /// The message of an error.
    #[must_use]
    pub fn error(&self, error: &AppError) -> String {
        self.texts.error(&self.lang, &error.code, &error.params)
    }
    /// What is wrong with a field.
    #[must_use]
    pub fn field_error(&self, field: &FieldError) -> String {
        let params: Vec<(&str, String)> = field.params.iter().map(|(name, value)| (*name, value.clone())).collect();
        let key = format!("error-{}", field.code.replace(['.', '_'], "-"));
        self.texts
            .find(&self.lang, &key, &params)
            .or_else(|| self.texts.find(&self.lang, &field.code, &params))
            .unwrap_or_else(|| field.code.to_string())
    }
    /// The text of a state: `state-<area>-<state>`, with hyphens.
    #[must_use]
    pub fn state(&self, area: &str, state: &str) -> String {
        self.t(&format!("state-{area}-{}", state.replace('_', "-")))
    }

    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        self.assets.url(name)
    }
    #[must_use]
    pub fn icon(&self, name: &str) -> Safe<String> {
        self.assets.icon(name)
    }
    /// `KSh 45,243` or `KSh 45,243.50`: cents only where there are some; the space does not break.
    #[must_use]
    pub fn money(&self, amount: &Money) -> String {
        amount.to_string()
    }
    /// The figures alone.
    #[must_use]
    pub fn figures(&self, amount: &Money) -> String {
        amount.short()
    }
    pub fn number(&self, n: impl Count) -> String {
        let figure = Money::new(n.count(), kernel::money::Currency::KES);
        let zero_exponent = kernel::money::Currency::from_code("UGX").map(|c| Money::new(figure.minor, c).figure());
        zero_exponent.unwrap_or_else(|_| figure.minor.to_string())
    }
    #[must_use]
    pub fn date(&self, day: &NaiveDate) -> String {
        self.texts.short_day(&self.lang, *day)
    }
    /// The day on which something happened, where the firm is.
    #[must_use]
    pub fn day_of(&self, at: &DateTime<Utc>) -> String {
        self.date(&at.with_timezone(&self.zone).date_naive())
    }
    #[must_use]
    pub fn moment(&self, at: &DateTime<Utc>) -> String {
        let at = at.with_timezone(&self.zone);
        format!("{}, {}", self.date(&at.date_naive()), at.format("%H:%M"))
    }
    /// `3 minutes ago`, `in 2 days`.
    #[must_use]
    pub fn ago(&self, at: &DateTime<Utc>) -> String {
        let seconds = (self.now - *at).num_seconds();
        let (unit, count) = match seconds.abs() {
            0..=59 => return self.t("ago-now"),
            s @ 60..=3_599 => ("minutes", s / 60),
            s @ 3_600..=86_399 => ("hours", s / 3_600),
            s @ 86_400..=2_591_999 => ("days", s / 86_400),
            _ => return self.date(&at.with_timezone(&self.zone).date_naive()),
        };
        self.tn(&format!("{}-{unit}", if seconds >= 0 { "ago" } else { "in" }), count)
    }
    #[must_use]
    pub fn iso(&self, at: &DateTime<Utc>) -> String {
        at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
    /// `0712 345 678`, or the text itself if it is no number we know.
    #[must_use]
    pub fn phone(&self, e164: &str) -> String {
        Phone::parse(e164, "").map_or_else(|_| e164.to_owned(), |phone| phone.local())
    }
    #[must_use]
    pub fn can(&self, permission: &str) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.permissions.contains(permission))
    }
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.staff)
    }
}

/// Names and values of a text's arguments. Code passes an array; templates pass a reference to one.
pub trait Arguments<'a> {
    fn collect(self) -> FluentArgs<'a>;
}

impl<'a, V: Into<FluentValue<'a>>, const N: usize> Arguments<'a> for [(&'a str, V); N] {
    fn collect(self) -> FluentArgs<'a> {
        let mut all = FluentArgs::new();
        for (name, value) in self {
            all.set(name, value);
        }
        all
    }
}

impl<'a, V: Into<FluentValue<'a>> + Clone, const N: usize> Arguments<'a> for &[(&'a str, V); N] {
    fn collect(self) -> FluentArgs<'a> {
        self.clone().collect()
    }
}

/// What a text's argument may be made of.
pub trait IntoArg<'a> {
    fn into_arg(self) -> FluentValue<'a>;
}

impl<'a> IntoArg<'a> for &'a str {
    fn into_arg(self) -> FluentValue<'a> {
        self.into()
    }
}

impl<'a> IntoArg<'a> for &'a String {
    fn into_arg(self) -> FluentValue<'a> {
        self.as_str().into()
    }
}

impl<'a> IntoArg<'a> for String {
    fn into_arg(self) -> FluentValue<'a> {
        self.into()
    }
}

macro_rules! number_arg {
    ($($int:ty),*) => {
        $(impl<'a> IntoArg<'a> for $int {
            fn into_arg(self) -> FluentValue<'a> {
                Count::count(&self).into()
            }
        }
        impl<'a> IntoArg<'a> for &$int {
            fn into_arg(self) -> FluentValue<'a> {
                Count::count(self).into()
            }
        })*
    };
}

number_arg!(usize, u64, u32, u16, u8, i64, i32);
