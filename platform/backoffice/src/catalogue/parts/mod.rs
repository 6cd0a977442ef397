//! What the terms of a product are made of, thing by thing: questions, benefits, extras, limits, pricing steps, rows of a table of
//! prices. Each is added, changed, moved and removed in the draft, which is reviewed on past quotes and published like any other
//! change.

mod benefit;
mod condition;
mod extra;
mod limit;
mod outline;
pub(super) mod period;
mod price;
mod question;
pub(super) mod row;
pub(super) mod step;
pub(super) mod table_change;

use axum::{extract::State, response::Response};
use insurance::{
    catalogue::{
        self, Product, ProductId, Terms,
        form::{Question, QuestionKind},
        terms::Benefit,
    },
    figures::Amount,
    law::Law,
    pricing::{self, Draft},
    rating::{Limit, Step},
};
use kernel::{
    App, AppError, AppResult,
    http::{Path, Staff},
    money::Currency,
};
use pages::{Choice, Crumb, Fact, Shell, Tone, redirect_with};

use self::extra::Extra;
pub(super) use self::outline::show as show_outline;
use super::under;
use crate::{
    entry::Confirmed,
    frame::{Field, FormPage, Languages, Office, Section, Sent, beside_english, languages},
};

/// What a list of things is called in addresses and texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Questions,
    Benefits,
    Extras,
    Limits,
    Steps,
    /// Of a table of prices, which their address names.
    Rows,
}

impl Kind {
    /// What terms are a list of themselves.
    const ALL: [Self; 5] = [Self::Questions, Self::Benefits, Self::Extras, Self::Limits, Self::Steps];

    fn named(name: &str) -> AppResult<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or_else(AppError::not_found)
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Questions => "questions",
            Self::Benefits => "benefits",
            Self::Extras => "extras",
            Self::Limits => "limits",
            Self::Steps => "steps",
            Self::Rows => "rows",
        }
    }
}

/// What the fields of a thing need to know of the rest.
struct Around<'a> {
    shell: &'a Shell,
    terms: &'a Terms,
    languages: &'a Languages,
    currency: Currency,
    /// Of the law in force.
    levies: Vec<Choice>,
    /// The code of the table whose rows are asked for; empty for everything else.
    table: String,
    /// The form as it came back; none where it is shown for the first time.
    sent: Option<&'a Sent>,
}

impl Around<'_> {
    /// Questions of these kinds; all without any.
    fn questions(&self, kinds: &[QuestionKind]) -> Vec<Choice> {
        let asked = self.terms.form.questions.iter().filter(|question| kinds.is_empty() || kinds.contains(&question.kind));
        asked.map(|question| Choice::new(question.key.clone(), question.label.get(&self.shell.lang))).collect()
    }
    /// An amount as people read it; one that the currency cannot hold as it was typed.
    fn money(&self, amount: Amount) -> String {
        amount.in_currency(self.currency).map_or_else(|_| amount.to_string(), |money| self.shell.money(&money))
    }
    /// An answer as customers choose it.
    fn answer(&self, question: &str, value: &str) -> String {
        let asked = self.terms.form.question(question);
        match asked.and_then(|asked| asked.choices.iter().find(|choice| choice.key == value)) {
            Some(choice) => choice.label.get(&self.shell.lang).to_owned(),
            None if matches!(value, "yes" | "no") => self.shell.t(value),
            None => value.to_owned(),
        }
    }
    /// An answer as a form shows it: in its words, or by its short name where the words would not lead back to it.
    fn written(&self, question: &str, value: &str) -> String {
        let words = self.answer(question, value);
        if !words.contains(',') && self.meant(question, &words) == value { words } else { value.to_owned() }
    }
    /// The answer of a question that somebody means.
    fn meant(&self, question: &str, typed: &str) -> String {
        self.terms.form.question(question).map_or_else(|| typed.trim().to_owned(), |asked| meant(self.shell, asked, typed))
    }
    /// What the question of this key is called.
    fn question(&self, key: &str) -> String {
        self.terms.form.question(key).map_or_else(|| key.to_owned(), |question| question.label.get(&self.shell.lang).to_owned())
    }
}

/// One kind of thing that terms are a list of.
trait Part: Sized {
    const KIND: Kind;
    fn all(around: &Around<'_>) -> Vec<Self>;
    fn title(&self, around: &Around<'_>) -> String;
    fn detail(&self, around: &Around<'_>) -> String;
    /// The fields of a thing; of a new one without `kept`.
    fn sections(around: &Around<'_>, kept: Option<&Self>) -> Vec<Section>;
    /// The first field of what the form can be given more of by its second button; most forms have none.
    fn more(_: &Around<'_>, _: Option<&Self>) -> Option<String> {
        None
    }
    fn fill(&self, page: FormPage, around: &Around<'_>) -> FormPage;
    fn read(sent: &Sent, around: &Around<'_>, kept: Option<&Self>) -> AppResult<Self>;
    /// Puts it where the thing at `at` stood, or moves it to `place`, or adds it.
    fn put(self, terms: &mut Terms, at: Option<usize>, place: usize);
    fn take_out(&self, terms: &mut Terms, at: usize);
    /// Refuses an order of things in which one of them would be for nothing.
    fn check(_: &Terms, _: &Around<'_>) -> AppResult<()> {
        Ok(())
    }
    /// Links from the page of the thing to what it holds itself; most hold nothing.
    fn inside(&self, _: &Around<'_>, _: &Product) -> Vec<Fact> {
        Vec::new()
    }
}

/// Puts an item into a list: in place of the one at `at`, which goes, and to `place`.
fn placed<T>(list: &mut Vec<T>, item: T, at: Option<usize>, place: usize) {
    if let Some(at) = at.filter(|at| *at < list.len()) {
        list.remove(at);
    }
    list.insert(place.min(list.len()), item);
}

/// Takes the item at `at` out, if there is one.
fn taken<T>(list: &mut Vec<T>, at: usize) -> Option<T> {
    (at < list.len()).then(|| list.remove(at))
}

/// The answer that somebody means who typed its words in any language, or its short name.
fn meant(shell: &Shell, asked: &Question, typed: &str) -> String {
    let typed = typed.trim();
    let same = |words: &str| words.to_lowercase() == typed.to_lowercase();
    let named = asked.choices.iter().find(|choice| choice.key == typed);
    let worded = || asked.choices.iter().find(|choice| choice.label.0.values().any(|words| same(words)));
    let yes_or_no = || ["yes", "no"].into_iter().find(|word| asked.kind == QuestionKind::YesNo && (same(word) || same(&shell.t(word))));
    named.or_else(worded).map(|choice| choice.key.as_str()).or_else(yes_or_no).unwrap_or(typed).to_owned()
}

/// A code for something that is named so and is none of `taken`.
fn new_code(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let code = insurance::text::code_of(name, 40).replace('-', "_");
    let code = if code.is_empty() { "item".to_owned() } else { code };
    let mut candidates = std::iter::once(code.clone()).chain((2..100).map(|n| format!("{code}_{n}")));
    candidates.find(|candidate| !taken(candidate)).unwrap_or(code)
}

/// Names of wordings, whose complaints stand beside English.
const WORDINGS: [&str; 4] = ["label", "title", "help", "description"];
/// The field that says where the thing stands.
const PLACE: &str = "place";

struct Page<'a> {
    product: &'a Product,
    draft: &'a Draft,
    around: Around<'a>,
}

impl<'a> Page<'a> {
    fn of(staff: &Staff, law: &Law, shell: &'a Shell, product: &'a Product, draft: &'a Draft, languages: &'a Languages) -> AppResult<Self> {
        let levies = law.premium_on(staff.scope.today())?.levies.iter();
        let levies = levies.map(|levy| Choice::new(levy.code.clone(), levy.title.get(&shell.lang))).collect();
        let currency = staff.tenant().currency;
        Ok(Self { product, draft, around: Around { shell, terms: &draft.terms, languages, currency, levies, table: String::new(), sent: None } })
    }

    /// The page of the rows of this table; of other things without one.
    fn of_table(mut self, table: &str) -> AppResult<Self> {
        if !table.is_empty() && row::rows(self.around.terms, table).is_none() {
            return Err(AppError::not_found());
        }
        self.around.table = table.to_owned();
        Ok(self)
    }

    /// The page of a form that came back.
    fn sent(mut self, sent: &'a Sent) -> Self {
        self.around.sent = Some(sent);
        self
    }

    fn outline_href(&self) -> String {
        format!("/products/{}/terms", self.product.id)
    }

    /// The table whose rows are asked for: the step's name and address.
    fn table(&self) -> Option<Crumb> {
        let steps = &self.draft.terms.pricing;
        let (number, step) = (1..).zip(steps).find(|(_, step)| matches!(step, Step::Table { code, .. } if *code == self.around.table))?;
        Some(Crumb { label: step.title(&self.around), href: format!("{}/steps/{number}", self.outline_href()) })
    }

    /// Where one goes when done: the table whose rows are asked for, or the outline.
    fn back(&self) -> String {
        self.table().map_or_else(|| self.outline_href(), |table| table.href)
    }

    /// The shell of a page below the outline, and the address of the thing at `at`, or of a new one.
    fn below<P: Part>(&self, at: Option<usize>) -> (Shell, String) {
        let (mut shell, product) = under(self.around.shell.clone(), self.product);
        let outline = self.outline_href();
        shell.crumbs.push(Crumb { label: shell.t("office-terms-title"), href: outline.clone() });
        let table = self.table();
        let list = if table.is_some() { format!("{product}/tables/{}", self.around.table) } else { format!("{outline}/{}", P::KIND.as_str()) };
        shell.crumbs.extend(table);
        (shell, format!("{list}/{}", at.map_or_else(|| "new".to_owned(), |at| (at + 1).to_string())))
    }

    fn form<P: Part>(&self, at: Option<usize>) -> AppResult<FormPage> {
        let all = P::all(&self.around);
        let kept = at.map(|at| all.get(at).ok_or_else(AppError::not_found)).transpose()?;
        let (shell, href) = self.below::<P>(at);
        let mut sections = P::sections(&self.around, kept);
        let last = all.len() + usize::from(kept.is_none());
        let places = (1..=last).map(|place| {
            let name = if Some(place) == at.map(|at| at + 1) { None } else { all.get(place - 1).map(|item| item.title(&self.around)) };
            let label = name.map_or_else(|| place.to_string(), |name| format!("{place} · {name}"));
            Choice::new(place.to_string(), label)
        });
        sections
            .push(Section::of(vec![Field::select(PLACE, shell.t("office-terms-place"), places.collect()).help(shell.t("office-terms-place-help"))]));
        let title = match kept {
            Some(item) => item.title(&self.around),
            None => shell.t(&format!("office-terms-{}-new", P::KIND.as_str())),
        };
        let lede = shell.t("office-terms-lede");
        let place = at.map_or(last, |at| at + 1);
        let page = FormPage::new(shell, title, &href, &self.back(), sections).lede(lede).version(self.draft.version);
        let page = page.with(PLACE, place.to_string());
        let page = match P::more(&self.around, kept) {
            Some(field) => {
                let label = page.shell.t(&format!("office-terms-{}-more", P::KIND.as_str()));
                page.other(label).other_at(&field)
            }
            None => page,
        };
        let Some(item) = kept else { return Ok(page) };
        let remove = Fact::new(page.shell.t("office-terms-remove"), item.title(&self.around)).linked(format!("{href}/remove"));
        let facts = item.inside(&self.around, self.product).into_iter().chain([remove]).collect();
        Ok(item.fill(page, &self.around).facts(facts))
    }
}

/// Everything that a handler of one thing needs.
struct Asked {
    app: App,
    shell: Shell,
    staff: Staff,
    product: ProductId,
    /// Of rows, the code of their table.
    table: String,
    /// None: a new one.
    at: Option<usize>,
}

impl Asked {
    /// Things are counted from 1 in addresses.
    fn at(app: App, shell: Shell, staff: Staff, product: ProductId, number: &str) -> AppResult<Self> {
        let at = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).ok_or_else(AppError::not_found)?;
        Ok(Self { app, shell, staff, product, table: String::new(), at: Some(at) })
    }

    fn of_table(self, table: String) -> Self {
        Self { table, ..self }
    }

    async fn show<P: Part>(self) -> AppResult<Response> {
        let (law, languages) = (Law::of(&self.app, self.staff.tenant())?, languages(&self.app, &self.staff));
        let mut tx = self.staff.begin_read().await?;
        let product = catalogue::service::product(&mut tx, self.product).await?;
        let draft = pricing::service::draft(&mut tx, self.product).await?;
        Page::of(&self.staff, &law, &self.shell, &product, &draft, &languages)?.of_table(&self.table)?.form::<P>(self.at)?.show()
    }

    async fn save<P: Part>(self, sent: Sent) -> AppResult<Response> {
        let (law, languages) = (Law::of(&self.app, self.staff.tenant())?, languages(&self.app, &self.staff));
        let mut tx = self.staff.begin_write().await?;
        let product = catalogue::service::product(&mut tx, self.product).await?;
        let draft = pricing::service::draft(&mut tx, self.product).await?;
        let page = Page::of(&self.staff, &law, &self.shell, &product, &draft, &languages)?.of_table(&self.table)?.sent(&sent);
        let form = page.form::<P>(self.at)?;
        if sent.asks_for_other() {
            return form.redrawn(&sent);
        }
        let all = P::all(&page.around);
        let changed = P::read(&sent, &page.around, self.at.and_then(|at| all.get(at))).and_then(|item| {
            let place = sent.text(PLACE).parse::<usize>().map_or(all.len(), |place| place.saturating_sub(1));
            let mut terms = draft.terms.clone();
            item.put(&mut terms, self.at, place);
            P::check(&terms, &page.around)?;
            Ok(terms)
        });
        let saved = match changed {
            Ok(terms) => pricing::service::save(&mut tx, &law, self.product, sent.version()?, terms).await,
            Err(error) => Err(error),
        };
        match saved {
            Ok(_) => {
                tx.commit().await?;
                Ok(redirect_with(&page.back(), Tone::Good, "flash-saved"))
            }
            Err(error) => form.again(&sent, beside_english(error, &WORDINGS)),
        }
    }

    /// The question whether the thing is to go, and its answer.
    async fn remove<P: Part>(self, sent: Option<Sent>) -> AppResult<Response> {
        let (law, languages) = (Law::of(&self.app, self.staff.tenant())?, languages(&self.app, &self.staff));
        let mut tx = self.staff.begin_write().await?;
        let product = catalogue::service::product(&mut tx, self.product).await?;
        let draft = pricing::service::draft(&mut tx, self.product).await?;
        let page = Page::of(&self.staff, &law, &self.shell, &product, &draft, &languages)?.of_table(&self.table)?;
        let at = self.at.unwrap_or_default();
        let all = P::all(&page.around);
        let item = all.get(at).ok_or_else(AppError::not_found)?;
        let (shell, href) = page.below::<P>(self.at);
        let title = shell.tf("office-terms-remove-title", [("name", item.title(&page.around))]);
        let (lede, submit, keep) = (shell.t("office-terms-remove-lede"), shell.t("office-terms-remove"), shell.t("office-terms-keep"));
        let form = FormPage::new(shell, title, &format!("{href}/remove"), &page.back(), Vec::new());
        let form = form.lede(lede).submit(submit).grave(keep).version(draft.version);
        let Some(sent) = sent else { return form.show() };
        let mut terms = draft.terms.clone();
        item.take_out(&mut terms, at);
        match pricing::service::save(&mut tx, &law, self.product, sent.version()?, terms).await {
            Ok(_) => {
                tx.commit().await?;
                Ok(redirect_with(&page.back(), Tone::Good, "office-terms-removed"))
            }
            Err(error) => form.again(&sent, error),
        }
    }
}

/// Does the same for whichever kind the address names.
macro_rules! of_kind {
    ($kind:expr, $asked:expr, $step:ident ( $($argument:expr),* )) => {
        match $kind {
            Kind::Questions => $asked.$step::<Question>($($argument),*).await,
            Kind::Benefits => $asked.$step::<Benefit>($($argument),*).await,
            Kind::Extras => $asked.$step::<Extra>($($argument),*).await,
            Kind::Limits => $asked.$step::<Limit>($($argument),*).await,
            Kind::Steps => $asked.$step::<Step>($($argument),*).await,
            Kind::Rows => Err(AppError::not_found()),
        }
    };
}

pub(super) async fn show_new(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((product, kind)): Path<(ProductId, String)>,
) -> AppResult<Response> {
    let asked = Asked { app, shell, staff, product, table: String::new(), at: None };
    of_kind!(Kind::named(&kind)?, asked, show())
}

pub(super) async fn add(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((product, kind)): Path<(ProductId, String)>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let asked = Asked { app, shell, staff, product, table: String::new(), at: None };
    of_kind!(Kind::named(&kind)?, asked, save(sent))
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((product, kind, number)): Path<(ProductId, String, String)>,
) -> AppResult<Response> {
    let asked = Asked::at(app, shell, staff, product, &number)?;
    of_kind!(Kind::named(&kind)?, asked, show())
}

pub(super) async fn save(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((product, kind, number)): Path<(ProductId, String, String)>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let asked = Asked::at(app, shell, staff, product, &number)?;
    of_kind!(Kind::named(&kind)?, asked, save(sent))
}

pub(super) async fn show_remove(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((product, kind, number)): Path<(ProductId, String, String)>,
) -> AppResult<Response> {
    let asked = Asked::at(app, shell, staff, product, &number)?;
    of_kind!(Kind::named(&kind)?, asked, remove(None))
}

pub(super) async fn remove(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((product, kind, number)): Path<(ProductId, String, String)>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let asked = Asked::at(app, shell, staff, product, &number)?;
    of_kind!(Kind::named(&kind)?, asked, remove(Some(sent)))
}
