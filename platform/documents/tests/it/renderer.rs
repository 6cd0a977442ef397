//! The renderer's bounds: what a template can reach, how long it may run, how large it may grow.

use std::time::Duration;

use documents::render::{Fonts, Limits, RenderError, RenderRequest, Renderer, Template, render_now};
use serde_json::{Value, json};

use crate::pack::{issued_at, text_of};

fn request(source: &str) -> RenderRequest {
    with_data(source, json!({}))
}

fn with_data(source: &str, data: Value) -> RenderRequest {
    RenderRequest::new(Template::new("main.typ", source), data, issued_at())
}

fn error_of(request: &RenderRequest) -> RenderError {
    render_now(&Fonts::bundled(), &Limits::default(), request).unwrap_err()
}

fn message_of(source: &str) -> String {
    match error_of(&request(source)) {
        RenderError::Template { fault } => fault.message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_fault_names_its_file_line_and_column() {
    let error = error_of(&request("Good line.\n\n  #undefined-name\n"));
    assert_eq!(error.to_string(), "main.typ:3:4: unknown variable: undefined-name");
}

#[test]
fn a_fault_in_a_partial_names_the_partial() {
    let template = Template::new("main.typ", "#import \"part.typ\": f\n#f(0)").with_partial("part.typ", "#let f(x) = {\n  1 / x\n}");
    let error = error_of(&RenderRequest::new(template, json!({}), issued_at()));
    assert_eq!(error.to_string(), "part.typ:2:3: cannot divide by zero");
}

#[test]
fn a_syntax_error_is_a_fault() {
    let error = error_of(&request("#let x = (1,\n"));
    assert!(matches!(error, RenderError::Template { fault } if fault.line.is_some()));
}

#[test]
fn files_of_the_machine_and_packages_are_out_of_reach() {
    assert!(message_of("#read(\"/etc/hostname\")").contains("not found"));
    assert!(message_of("#read(\"../../../../etc/hostname\")").contains("path"));
    assert!(message_of("#image(\"other.png\")").contains("not found"));
    let package = message_of("#import \"@preview/example:0.1.0\": add");
    assert!(package.contains("access denied"), "{package}");
}

#[test]
fn text_cannot_be_run_as_code() {
    for call in ["eval(\"1 + 1\")", "std.eval(\"1 + 1\")", "plugin(\"x.wasm\")"] {
        let message = message_of(&format!("#{call}"));
        assert!(message.contains("expected function"), "{call}: {message}");
    }
}

#[test]
fn data_is_what_was_given() {
    let data = json!({"name": "A#B", "items": [1, 2.5, true, null], "nested": {"k": "v"}});
    let source = r##"#let d = json("data.json")
        #assert.eq(d, (name: "A#B", items: (1, 2.5, true, none), nested: (k: "v")))
        #d.name"##;
    let rendered = render_now(&Fonts::bundled(), &Limits::default(), &with_data(source, data));
    assert!(text_of(&rendered.unwrap().pdf).contains("A#B"));
}

#[test]
fn the_only_clock_is_the_documents_date() {
    let source = "#assert.eq(datetime.today().display(), \"2026-02-27\")";
    render_now(&Fonts::bundled(), &Limits::default(), &request(source)).unwrap();
}

#[test]
fn characters_without_a_font_are_reported() {
    let source = "#json(\"data.json\").name";
    let data = json!({"name": "李娜 and Ελένη"});
    let rendered = render_now(&Fonts::bundled(), &Limits::default(), &with_data(source, data));
    assert_eq!(rendered.unwrap().unprintable, ['娜', '李']);
}

#[test]
fn names_of_files_fit_one_pattern() {
    for name in ["", "a", "A.png", "a/b.png", "../a.png", "a.exe", "a.b.png", "data.json", "é.png"] {
        let error = error_of(&request("x").with_asset(name, vec![1]));
        assert_eq!(error, RenderError::FileName(name.to_owned()));
    }
    let template = Template::new("main.typ", "x").with_partial("part.txt", "");
    let error = error_of(&RenderRequest::new(template, json!({}), issued_at()));
    assert_eq!(error, RenderError::FileName("part.txt".to_owned()));
}

#[test]
fn input_and_output_have_limits() {
    let limits = Limits { source_bytes: 100, data_bytes: 100, asset_bytes: 100, output_bytes: 20_000, pages: 3, ..Limits::default() };
    let too_large = |request: RenderRequest| match render_now(&Fonts::bundled(), &limits, &request).unwrap_err() {
        RenderError::TooLarge { what, .. } => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(too_large(request(&"x".repeat(101))), "template bytes");
    assert_eq!(too_large(with_data("x", json!("y".repeat(99)))), "data bytes");
    assert_eq!(too_large(request("x").with_asset("a.png", vec![0; 101])), "asset bytes");
    assert_eq!(too_large(request("#for i in range(4) { pagebreak(weak: false) }")), "pages");
    assert_eq!(too_large(request("#set text(font: \"DejaVu Sans Mono\")\n#for i in range(33, 900) { str.from-unicode(i) }")), "PDF bytes");
}

#[test]
fn endless_recursion_and_deep_nesting_are_faults_and_not_crashes() {
    let message = message_of("#let f(x) = f(x + 1)\n#f(0)");
    assert!(message.contains("maximum function call depth"), "{message}");

    let deep = "#let f(n) = if n == 0 [x] else { box(inset: 0pt, f(n - 1)) }\n#f(60)";
    let outcome = render_now(&Fonts::bundled(), &Limits::default(), &request(deep));
    assert!(matches!(outcome, Ok(_) | Err(RenderError::Template { .. })), "{outcome:?}");

    let nested = format!("{}x{}", "#box[".repeat(2000), "]".repeat(2000));
    let outcome = render_now(&Fonts::bundled(), &Limits::default(), &request(&nested));
    assert!(matches!(outcome, Ok(_) | Err(RenderError::Template { .. })), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_template_is_given_up_and_refused_until_it_ends_while_others_go_on() {
    let limits = Limits { time: Duration::from_millis(30), ..Limits::default() };
    let patient = Renderer::default();
    let renderer = Renderer::new(Fonts::bundled(), limits.clone());
    let slow = request("#for i in range(600) { for j in range(1000) { let _ = calc.pow(i, 2) } }\ndone");

    let first = renderer.render(slow.clone()).await;
    assert_eq!(first, Err(RenderError::TooSlow(limits.time)));
    let second = renderer.render(slow).await;
    assert_eq!(second, Err(RenderError::Busy));
    assert_eq!(patient.render(request("quick")).await.unwrap().pages, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_documents_at_once_all_come_out_alike() {
    let renderer = Renderer::default();
    let tasks: Vec<_> = (0..24)
        .map(|_| {
            let renderer = renderer.clone();
            tokio::spawn(async move { renderer.render(request("= One\n#lorem(200)")).await })
        })
        .collect();
    let mut documents = Vec::new();
    for task in tasks {
        documents.push(task.await.unwrap().unwrap());
    }
    assert!(documents.iter().all(|document| *document == documents[0]));
}
