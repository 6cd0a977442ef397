//! The terms of a product, changed thing by thing: questions, benefits, extras, limits, steps of the price and rows of its tables.

use axum::http::StatusCode;
use insurance::{
    catalogue::{self, Product},
    rating::Step,
};

use crate::{
    catalogue::{APA, THIRD_PARTY, link_to, product},
    markup::sound,
    sales,
    support::{Browser, Site},
};

/// Sends a form of the terms with the draft's version, and expects it to be kept.
pub async fn keep(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) {
    let version = browser.get(path).await.hidden("version");
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("version", version.as_str())]).collect();
    let kept = browser.post(path, &fields).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{path}: {}", kept.body);
}

#[tokio::test]
async fn terms_are_changed_thing_by_thing_seen_on_past_quotes_and_published_for_new_ones() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    sales::sell(&site, &firm).await;
    let before = product(&firm, APA).await;
    let terms = format!("/products/{}/terms", before.id);
    assert!(browser.get(&format!("/products/{}", before.id)).await.has(&terms), "the record leads to its terms");
    sound("terms", &browser.get(&terms).await.body);
    for kind in ["questions", "benefits", "extras", "limits", "steps"] {
        sound(kind, &browser.get(&format!("{terms}/{kind}/new")).await.body);
        sound(kind, &browser.get(&format!("{terms}/{kind}/1")).await.body);
        sound(kind, &browser.get(&format!("{terms}/{kind}/1/remove")).await.body);
    }
    assert_eq!(browser.get(&format!("{terms}/nothing/new")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&format!("{terms}/steps/99")).await.status, StatusCode::NOT_FOUND);

    let unsaid = browser.post(&format!("{terms}/questions/new"), &[("version", "0"), ("kind", "choice"), ("key", "value")]).await;
    assert!(unsaid.status == StatusCode::UNPROCESSABLE_ENTITY && unsaid.has("There is a question of this short name already."), "{}", unsaid.body);
    let place = (before.current.terms.form.questions.len() + 1).to_string();
    let question = [
        ("key", "drivers"),
        ("kind", "integer"),
        ("required", "yes"),
        ("label_en", "Drivers"),
        ("label_sw", "Madereva"),
        ("min", "1"),
        ("default", "1"),
    ];
    keep(&mut browser, &format!("{terms}/questions/new"), &[question.as_slice(), &[("place", place.as_str())]].concat()).await;
    let extra = [("title_en", "Cover for drivers"), ("price", "per_unit"), ("unit_amount", "1,500"), ("per", "drivers"), ("place", "1")];
    keep(&mut browser, &format!("{terms}/extras/new"), &extra).await;
    keep(
        &mut browser,
        &format!("{terms}/benefits/new"),
        &[("title_en", "Accident of a driver"), ("add_on", "cover_for_drivers"), ("amount", "200000")],
    )
    .await;
    let limit = [("question", "drivers"), ("rule", "number_between"), ("number_min", "1"), ("number_max", "9"), ("place", "1")];
    keep(&mut browser, &format!("{terms}/limits/new"), &limit).await;
    let step = [
        ("step", "loading"),
        ("label_en", "Many drivers"),
        ("more", "10"),
        ("when", "at_least"),
        ("when_question", "drivers"),
        ("when_value", "1"),
        ("place", "2"),
    ];
    keep(&mut browser, &format!("{terms}/steps/new"), &step).await;
    let outline = browser.get(&terms).await;
    for text in ["Drivers", "Cover for drivers", "for each: Drivers", "With the extra Cover for drivers", "Many drivers", "1–9"] {
        assert!(outline.has(text), "{text}: {}", outline.body);
    }

    let named = browser.post(&format!("{terms}/questions/{place}/remove"), &[("version", "5")]).await;
    assert!(named.status == StatusCode::UNPROCESSABLE_ENTITY || named.status == StatusCode::CONFLICT, "what others name stays: {}", named.body);
    let stale = browser.post(&format!("{terms}/limits/1/remove"), &[("version", "1")]).await;
    assert!(stale.has("Somebody else changed this draft meanwhile."), "{}", stale.body);
    keep(&mut browser, &format!("{terms}/limits/1/remove"), &[]).await;

    assert_eq!(product(&firm, APA).await.current.terms, before.current.terms, "customers still get the terms in force");
    let review = browser.get(&format!("/products/{}/draft", before.id)).await;
    assert!(review.has("Dearer") && review.has("+KSh"), "past quotes have one driver by default, and would pay more: {}", review.body);
    let today = testkit::noon().date_naive().to_string();
    let sent = [("version", "6"), ("effective_from", today.as_str()), ("reason", "circular")];
    let published = browser.post(&format!("/products/{}/draft/publish", before.id), &sent).await;
    assert_eq!(published.status, StatusCode::SEE_OTHER, "{}", published.body);
    let after = product(&firm, APA).await.current;
    assert_eq!((after.number, after.terms.form.question("drivers").map(|question| question.label.get("sw"))), (2, Some("Madereva")));
    assert!(after.terms.add_on("cover_for_drivers").is_some() && after.terms.pricing.len() == before.current.terms.pricing.len() + 2);
    let mut tx = firm.scope.begin_read().await.expect("transaction");
    let first = catalogue::service::version(&mut tx, before.current.id).await.expect("the first version");
    assert_eq!(first.terms, before.current.terms, "the version that priced the quote is as it was");
}

#[tokio::test]
async fn a_thing_of_the_terms_is_changed_and_moved_and_an_extra_goes_with_its_price() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let before = product(&firm, APA).await.current.terms;
    let terms = format!("/products/{}/terms", product(&firm, APA).await.id);
    let benefits: Vec<String> = before.benefits.iter().map(|benefit| benefit.title.get("en").to_owned()).collect();
    keep(&mut browser, &format!("{terms}/benefits/1"), &[("title_en", "Renamed"), ("place", "2")]).await;
    let saved = browser.get(&format!("{terms}/benefits/2")).await;
    assert!(saved.has("Renamed"), "{}", saved.body);
    assert!(browser.get(&format!("{terms}/benefits/1")).await.has(&benefits[1].replace('\'', "&#39;")));

    // An extra that a benefit names stays; another goes, and with it what it costs.
    let free = before.add_ons.iter().position(|extra| before.benefits.iter().all(|benefit| benefit.add_on.as_deref() != Some(extra.key.as_str())));
    let named = before.add_ons.iter().position(|extra| before.benefits.iter().any(|benefit| benefit.add_on.as_deref() == Some(extra.key.as_str())));
    if let Some(named) = named {
        let path = format!("{terms}/extras/{}/remove", named + 1);
        let refused = browser.post(&path, &[("version", "1")]).await;
        assert_ne!(refused.status, StatusCode::SEE_OTHER, "{}", refused.body);
    }
    if let Some(free) = free {
        keep(&mut browser, &format!("{terms}/extras/{}/remove", free + 1), &[]).await;
    }
    browser.permissions = Some(vec![catalogue::READ, catalogue::CHANGE]);
    assert_eq!(browser.get(&terms).await.status, StatusCode::FORBIDDEN);
}

/// A row of a table of prices as the review tells it.
struct Changed {
    who: String,
    what: String,
    before: String,
    after: String,
}

fn changed(body: &str) -> Vec<Changed> {
    let between = |text: &str, from: &str, to: &str| {
        let rest = text.split_once(from).map_or("", |(_, rest)| rest);
        rest.split_once(to).map_or(rest, |(text, _)| text).trim().to_owned()
    };
    let rows = body.split("<tr><th scope=\"row\">").skip(1).filter(|row| row.contains("<span class=\"badge"));
    rows.map(|row| Changed {
        who: row.split_once("<span").map_or(row, |(who, _)| who).trim().to_owned(),
        what: between(row, "<span class=\"badge", "</span>").split_once('>').map(|(_, word)| word.to_owned()).unwrap_or_default(),
        before: between(&between(row, "<td data-label=\"Now\"", "</td>"), ">", "</td>"),
        after: between(&between(row, "<td data-label=\"Then\"", "</td>"), ">", "</td>"),
    })
    .collect()
}

#[tokio::test]
async fn rows_of_a_table_of_prices_come_and_go_but_none_that_could_never_count() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let before = product(&firm, THIRD_PARTY).await;
    let step = before.current.terms.pricing.iter().position(|step| matches!(step, Step::Table { .. })).expect("a table") + 1;
    let (step, table) = (format!("/products/{}/terms/steps/{step}", before.id), format!("/products/{}/tables/basic_premium", before.id));
    let shown = browser.get(&step).await;
    sound("table", &shown.body);
    assert!(shown.has(&format!("{table}/new")) && shown.has(&format!("{table}/7\"")) && !shown.has(&format!("{table}/8\"")), "{}", shown.body);
    assert!(shown.has("KSh\u{a0}12,000"), "amounts have separators: {}", shown.body);
    for page in ["new", "1", "1/remove"] {
        sound(page, &browser.get(&format!("{table}/{page}")).await.body);
    }
    for nothing in [format!("{table}/8"), format!("/products/{}/tables/nothing/new", before.id), format!("/products/{}/terms/rows/new", before.id)] {
        assert_eq!(browser.get(&nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
    }

    let new = format!("{table}/new");
    let price = [("version", "0"), ("price", "fixed"), ("amount", "27,000")];
    let unsaid = browser.post(&new, &price).await;
    assert!(unsaid.status == StatusCode::UNPROCESSABLE_ENTITY && unsaid.has("Say for whom this row is."), "{}", unsaid.body);
    let cartage = [("when", "equals"), ("when_question", "use"), ("when_value", "general_cartage")];
    let light = [("when_2", "equals"), ("when_question_2", "tonnage"), ("when_value_2", "up_to_3")];
    let late = browser.post(&new, &[price.as_slice(), &cartage, &light, &[("place", "8")]].concat()).await;
    assert!(late.has("One row would never count") && late.has("27,000"), "what was typed stays: {}", late.body);
    let again = [("when_2", "equals"), ("when_question_2", "use"), ("when_value_2", "own_goods")];
    let twice = browser.post(&new, &[price.as_slice(), &cartage, &again].concat()).await;
    assert!(twice.has("compares this question already"), "{}", twice.body);

    let young = [("when", "at_least"), ("when_question", "year"), ("when_value", "2020"), ("price", "fixed"), ("amount", "27,000")];
    keep(&mut browser, &new, &[young.as_slice(), &[("place", "1")]].concat()).await;
    assert!(browser.get(&step).await.has("at least 2020"));
    keep(&mut browser, &format!("{table}/1"), &[young.as_slice(), &[("place", "8")]].concat()).await;
    let stale = browser.post(&format!("{table}/1/remove"), &[("version", "1")]).await;
    assert!(stale.has("Somebody else changed this draft meanwhile."), "{}", stale.body);
    keep(&mut browser, &format!("{table}/1/remove"), &[]).await;
    let figures = [("label_en", "Basic premium"), ("label_sw", "Ada ya msingi"), ("price", "fixed"), ("amount", "26000"), ("place", "1")];
    keep(&mut browser, &step, &figures).await;
    let review = browser.get(&format!("/products/{}/draft", before.id)).await;
    sound("draft of a table", &review.body);
    assert!(review.has("What changes in Basic premium"), "{}", review.body);
    let rows = changed(&review.body);
    let told: Vec<(&str, &str, &str)> = rows.iter().map(|row| (row.what.as_str(), row.before.as_str(), row.after.as_str())).collect();
    assert_eq!(
        told,
        [("Removed", "KSh\u{a0}20,000", ""), ("New", "", "KSh\u{a0}27,000"), ("Changed", "KSh\u{a0}25,000", "KSh\u{a0}26,000")],
        "row by row, and none of those that stay as they are: {}",
        review.body
    );
    assert!(rows[1].who.contains("at least 2020") && rows[2].who == "Everybody else", "by the conditions of each: {}", review.body);

    let today = testkit::noon().date_naive().to_string();
    let publish = [("version", "4"), ("effective_from", today.as_str()), ("reason", "circular")];
    let published = browser.post(&format!("/products/{}/draft/publish", before.id), &publish).await;
    assert_eq!(published.status, StatusCode::SEE_OTHER, "{}", published.body);
    let rows = |product: &Product| {
        let table = product.current.terms.pricing.iter().find_map(|step| if let Step::Table { rows, .. } = step { Some(rows.clone()) } else { None });
        table.expect("a table")
    };
    let (old, new) = (rows(&before), rows(&product(&firm, THIRD_PARTY).await));
    assert_eq!((new.len(), new[0].clone()), (old.len(), old[1].clone()), "the first went, the new one stands before the last");
    assert!(new[6].when.len() == 1 && new[7].when.is_empty() && new[7].price != old[7].price);
    let record = browser.get(&format!("/products/{}", before.id)).await;
    let version = browser.get(&link_to(&record.body, "/versions/")).await;
    assert_eq!(changed(&version.body).len(), 3, "the history tells the same rows: {}", version.body);
}

#[tokio::test]
async fn a_row_has_as_many_conditions_as_there_are_questions_to_compare() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let before = product(&firm, THIRD_PARTY).await;
    let (terms, table) = (format!("/products/{}/terms", before.id), format!("/products/{}/tables/basic_premium", before.id));
    let question = [("key", "claims"), ("kind", "integer"), ("label_en", "Claims in three years"), ("min", "0"), ("default", "0")];
    keep(&mut browser, &format!("{terms}/questions/new"), &question).await;

    let new = format!("{table}/new");
    let offers = |body: &str, number: usize| body.contains(&format!("Condition {number}<"));
    let empty = browser.get(&new).await;
    assert!(offers(&empty.body, 2) && !offers(&empty.body, 3), "a few, and a way to more: {}", empty.body);
    assert!(empty.has("Add a condition") && empty.has(&format!("formaction=\"{new}#f-when_3\"")), "which leads to it: {}", empty.body);

    let mut sent: Vec<(&str, &str)> = vec![("version", "1"), ("price", "fixed"), ("amount", "31,000"), ("place", "1")];
    sent.extend([("when", "equals"), ("when_question", "use"), ("when_value", "general_cartage")]);
    sent.extend([("when_2", "equals"), ("when_question_2", "tonnage"), ("when_value_2", "up_to_3")]);
    let more = browser.post(&new, &[sent.as_slice(), &[("then", "other")]].concat()).await;
    assert_eq!(more.status, StatusCode::OK);
    sound("one condition more", &more.body);
    assert!(offers(&more.body, 3) && !offers(&more.body, 4), "{}", more.body);
    assert!(
        more.has("31,000") && more.has("general_cartage") && !more.has("error-summary"),
        "what was typed stays, and nothing is wrong: {}",
        more.body
    );

    sent.extend([("when_3", "equals"), ("when_question_3", "body"), ("when_value_3", "van")]);
    sent.extend([("when_4", "at_least"), ("when_question_4", "year"), ("when_value_4", "2020")]);
    let full = browser.post(&new, &[sent.as_slice(), &[("then", "other")]].concat()).await;
    assert!(offers(&full.body, 5) && !full.has("Add a condition"), "there are five questions to compare: {}", full.body);
    sent.extend([("when_5", "at_least"), ("when_question_5", "claims"), ("when_value_5", "some")]);
    let wrong = browser.post(&new, &sent).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && offers(&wrong.body, 5) && wrong.has("id=\"f-when_value_5-error\""), "{}", wrong.body);
    sent.retain(|(name, _)| *name != "when_value_5" && *name != "version");
    keep(&mut browser, &new, &[sent.as_slice(), &[("when_value_5", "2")]].concat()).await;

    let saved = browser.get(&format!("{table}/1")).await;
    sound("five conditions", &saved.body);
    assert!(offers(&saved.body, 5) && saved.has("at least 2020") && saved.has("Claims in three years: at least 2"), "{}", saved.body);
}

#[tokio::test]
async fn how_long_cover_lasts_and_quotes_hold_is_changed_in_the_draft() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let before = product(&firm, APA).await;
    let (terms, period) = (format!("/products/{}/terms", before.id), format!("/products/{}/terms/period", before.id));
    assert!(browser.get(&terms).await.has(&period), "the terms lead to it");
    sound("period", &browser.get(&period).await.body);
    let wrong = browser.post(&period, &[("version", "0"), ("term_months", "61"), ("quote_valid_days", "0")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("months from 1 to 60") && wrong.has("days from 1 to 90"), "{}", wrong.body);
    keep(&mut browser, &period, &[("term_months", "6"), ("quote_valid_days", "21")]).await;
    let stale = browser.post(&period, &[("version", "0"), ("term_months", "7"), ("quote_valid_days", "14")]).await;
    assert!(stale.has("Somebody else changed this draft meanwhile."), "{}", stale.body);
    let review = browser.get(&format!("/products/{}/draft", before.id)).await;
    assert!(review.has("6 months") && review.has("21 days") && !review.has("The wording or cover changes too."), "{}", review.body);
    assert_eq!(product(&firm, APA).await.current.terms, before.current.terms, "customers still get the terms in force");
    browser.permissions = Some(vec![catalogue::READ, catalogue::CHANGE]);
    assert_eq!(browser.get(&period).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn answers_are_written_in_words_and_their_short_names_are_made_of_them() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    sales::sell(&site, &firm).await;
    let before = product(&firm, APA).await;
    let terms = format!("/products/{}/terms", before.id);
    let place = (before.current.terms.form.questions.len() + 1).to_string();
    let question = [
        ("kind", "choice"),
        ("label_en", "Where is it kept?"),
        ("choices_en", "In a garage\nOn the street"),
        ("choices_sw", "Gereji\nBarabarani"),
        ("default", "on the street"),
        ("place", place.as_str()),
    ];
    keep(&mut browser, &format!("{terms}/questions/new"), &question).await;
    let form = browser.get(&format!("{terms}/questions/{place}")).await;
    assert!(form.has("in_a_garage: In a garage") && form.has("on_the_street: Barabarani") && form.has("value=\"On the street\""), "{}", form.body);
    let limit = [("question", "where_is_it_kept"), ("rule", "allowed"), ("values", "gereji"), ("place", "1")];
    keep(&mut browser, &format!("{terms}/limits/new"), &limit).await;
    assert!(browser.get(&format!("{terms}/limits/1")).await.has("value=\"In a garage\""));
}
