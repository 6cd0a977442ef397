//! The Kenyan pack's templates: complete, literal, within the page, the same every time.

use documents::amount_words::amount_in_words;
use documents::qr::verification_url;
use documents::render::{Fonts, Limits, RenderError, RenderRequest, Template, render_now};
use documents::verify_code::VerifyCode;
use serde_json::{Value, json};

use crate::pack::{Sample, issued_at, letterhead, render, squeezed, template_names, text_of, word_edges};

/// 18 mm in points, less half a point for the side bearing of a letter.
const MARGIN: f64 = 51.02 - 0.5;
const A4_WIDTH: f64 = 595.28;

/// The strings of a sample that a reader must find on the page.
fn printed_strings(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((path.to_owned(), text.clone())),
        Value::Array(items) => {
            for item in items {
                printed_strings(item, path, found);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                printed_strings(field, &format!("{path}/{key}"), found);
            }
        }
        _ => {}
    }
}

fn is_printed(path: &str) -> bool {
    !matches!(path, "/language" | "/brand/colour" | "/brand/logo" | "/verification/url")
}

/// In one piece, or in two where a page ends.
fn is_written(page: &str, text: &str) -> bool {
    page.contains(text)
        || text.char_indices().any(|(at, _)| {
            let (before, after) = text.split_at(at);
            at > 0 && page.contains(before) && page.contains(after)
        })
}

fn runs_right_to_left(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{0590}'..='\u{08FF}'))
}

#[test]
fn every_template_has_an_ordinary_and_a_long_sample() {
    let samples = Sample::all();
    for template in template_names() {
        for name in [template.clone(), format!("{template}.long")] {
            assert!(samples.iter().any(|s| s.name == name), "no sample {name}");
        }
    }
    for sample in samples {
        assert!(template_names().contains(&sample.template), "{}", sample.name);
    }
}

#[test]
fn an_ordinary_document_is_one_page_and_a_long_one_at_most_three() {
    for sample in Sample::all() {
        let pages = sample.render().pages;
        let expected = if sample.is_long() { 2..=3 } else { 1..=1 };
        assert!(expected.contains(&pages), "{}: {pages} pages", sample.name);
    }
}

#[test]
fn everything_in_the_data_is_on_the_page_letter_by_letter() {
    for sample in Sample::all() {
        let rendered = sample.render();
        assert_eq!(rendered.unprintable, Vec::<char>::new(), "{}", sample.name);
        let page = text_of(&rendered.pdf);
        let shouted = page.to_uppercase();

        let mut strings = Vec::new();
        printed_strings(&sample.data, "", &mut strings);
        assert!(strings.len() > 20, "{}: few strings", sample.name);
        for (path, text) in strings.iter().filter(|(path, _)| is_printed(path)) {
            let parts: Vec<&str> =
                if runs_right_to_left(text) { text.split_whitespace().filter(|word| !runs_right_to_left(word)).collect() } else { vec![text] };
            for part in parts {
                let part = squeezed(part);
                let there = if path == "/document/status" { shouted.contains(&part.to_uppercase()) } else { is_written(&page, &part) };
                assert!(there, "{}{path}: {part:?} is not in\n{page}", sample.name);
            }
        }
    }
}

#[test]
fn right_to_left_names_keep_their_letters() {
    let page = text_of(&Sample::named("risk-note.long").render().pdf);
    for name in ["محمد", "שרה"] {
        let reversed: String = name.chars().rev().collect();
        assert!(page.contains(name) || page.contains(&reversed), "{name}");
    }
}

#[test]
fn no_word_leaves_the_margins() {
    for sample in Sample::all() {
        let words = word_edges(&sample.render().pdf);
        assert!(words.len() > 80, "{}", sample.name);
        for (left, right, word) in words {
            let inside = left >= MARGIN && right <= A4_WIDTH - MARGIN;
            assert!(inside, "{}: {word}", sample.name);
        }
    }
}

#[test]
fn markup_and_code_in_the_data_are_printed_and_never_run() {
    let mut sample = Sample::named("receipt");
    let hostile = [
        r#"#panic("run")"#,
        r#"#eval("1+1")"#,
        r#"#import "letterhead.typ": ink"#,
        "*bold* _slanted_ $ x^2 $ `raw` @label <label>",
        "= Heading",
        "https://example.com // comment /* comment */",
        r"\u{41} \ ~ -- --- ... 'single' ",
        "#set text(size: 90pt)",
        "] #pagebreak() [",
    ];
    for text in hostile {
        sample.data["payer"]["name"] = json!(text);
        let rendered = sample.render();
        assert_eq!(rendered.pages, 1, "{text}");
        let page = text_of(&rendered.pdf);
        assert!(page.contains(&squeezed(text)), "{text:?} is not in\n{page}");
    }
}

#[test]
fn the_risk_note_says_pending_exactly_until_the_insurers_number_is_known() {
    let pending = text_of(&Sample::named("risk-note.pending").render().pdf);
    assert!(pending.contains("Certificatepending."), "{pending}");

    let known = text_of(&Sample::named("risk-note").render().pdf);
    assert!(known.contains("C00000001"));
    assert!(!known.contains("Certificatepending"));
}

#[test]
fn the_risk_note_says_what_it_is_not() {
    let page = text_of(&Sample::named("risk-note").render().pdf);
    assert!(page.contains("Itisnotthecertificateofmotorinsurance"), "{page}");
}

#[test]
fn every_page_says_which_of_how_many_it_is() {
    let rendered = Sample::named("certificate.long").render();
    let page = text_of(&rendered.pdf);
    for number in 1..=rendered.pages {
        let words = format!("Page{number}of{}", rendered.pages);
        assert!(page.contains(&words), "{words} is not in\n{page}");
    }
}

#[test]
fn a_cancelled_document_says_so_in_capitals() {
    let page = text_of(&Sample::named("risk-note.long").render().pdf);
    assert!(page.contains("CANCELLEDON14MARCH2026"), "{page}");
}

#[test]
fn the_same_request_gives_the_same_bytes_and_another_gives_others() {
    let mut sample = Sample::named("risk-note");
    let first = sample.render();
    assert_eq!(first, sample.render());

    sample.data["insured"]["name"] = json!("Somebody Else");
    assert_ne!(first.pdf, sample.render().pdf);
}

#[test]
fn data_that_lacks_a_required_field_is_an_error_with_its_line() {
    for (name, field) in
        [("risk-note", "insurer"), ("risk-note", "vehicle"), ("certificate", "cover"), ("receipt", "payment"), ("receipt", "verification")]
    {
        let mut sample = Sample::named(name);
        let code = sample.data["verification"]["url"].clone();
        sample.data.as_object_mut().unwrap().remove(field);
        let request = sample.request_with_code(code.as_str().unwrap());
        let error = render_now(&Fonts::bundled(), &Limits::default(), &request).unwrap_err();
        let RenderError::Template { fault } = error else {
            panic!("{name} without {field}: {error:?}");
        };
        assert!(fault.line.is_some(), "{fault}");
        assert!(fault.message.contains(field), "{fault}");
    }
}

#[test]
fn samples_carry_genuine_codes_and_their_addresses() {
    for sample in Sample::all() {
        let proof = &sample.data["verification"];
        let code: VerifyCode = proof["code"].as_str().unwrap().parse().unwrap();
        assert_eq!(proof["code"], json!(code.to_string()), "{}", sample.name);
        let url = verification_url("brokerage.example.com", &code);
        assert_eq!(proof["url"], json!(url), "{}", sample.name);
    }
}

#[test]
fn amounts_in_words_of_the_receipt_samples_are_the_amounts_in_figures() {
    for name in ["receipt", "receipt.long", "receipt.sw"] {
        let data = Sample::named(name).data;
        let (language, payment) = (data["language"].as_str().unwrap(), &data["payment"]);
        let figures: String = payment["amount"].as_str().unwrap().chars().filter(char::is_ascii_digit).collect();
        assert_eq!(payment["currency"], "KSh");
        assert_eq!(payment["amount_words"], json!(amount_in_words(language, figures.parse().unwrap(), "KES")));
    }
}

#[test]
fn a_brand_colour_is_made_readable_and_an_impossible_one_replaced() {
    let source = r##"
        #import "letterhead.typ": luminance, readable
        #for colour in json("data.json") {
          let contrast = 1.05 / (luminance(readable(colour)) + 0.05)
          assert(contrast >= 7, message: repr(colour) + " has " + repr(contrast))
        }
        #assert.eq(readable("#0b2e4f"), rgb("#0b2e4f"))
    "##;
    let template = Template::new("probe.typ", source).with_partial("letterhead.typ", letterhead());
    let colours = json!(["#ffffff", "#ffd54a", "#00ff00", "#ff0000", "#0b6e4f", "#000000", "", "red", "#12", null, 7, "#zzzzzz"]);
    render(&RenderRequest::new(template, colours, issued_at()));
}
