//! The Kenyan pack's documents and their samples, and what a reader of a PDF finds in it.

use std::path::PathBuf;
use std::process::Command;

use chrono::{DateTime, Utc};
use documents::qr;
use documents::render::{Fonts, Limits, RenderRequest, Rendered, Template, render_now};
use serde_json::Value;

/// A sample of a template: `risk-note.long.json` belongs to `risk-note.typ`.
#[derive(Debug, Clone)]
pub struct Sample {
    pub name: String,
    pub template: String,
    pub data: Value,
}

impl Sample {
    pub fn named(name: &str) -> Self {
        let template = name.split('.').next().unwrap().to_owned();
        let data = serde_json::from_str(&text_file(&format!("samples/{name}.json"))).unwrap();
        Self { name: name.to_owned(), template, data }
    }

    pub fn all() -> Vec<Self> {
        let mut names: Vec<String> = std::fs::read_dir(folder().join("samples"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|file| file.strip_suffix(".json").map(str::to_owned))
            .collect();
        names.sort();
        names.iter().map(|name| Self::named(name)).collect()
    }

    pub fn is_long(&self) -> bool {
        self.name.ends_with(".long")
    }

    pub fn request(&self) -> RenderRequest {
        self.request_with_code(self.data["verification"]["url"].as_str().unwrap())
    }

    /// The request with this address in its QR code, whatever the data say.
    pub fn request_with_code(&self, url: &str) -> RenderRequest {
        RenderRequest::new(template(&self.template), self.data.clone(), issued_at())
            .with_asset("qr.svg", qr::svg(url).unwrap().into_bytes())
            .with_asset("logo.png", std::fs::read(folder().join("samples/logo.png")).unwrap())
    }

    pub fn render(&self) -> Rendered {
        render(&self.request())
    }
}

pub fn render(request: &RenderRequest) -> Rendered {
    render_now(&Fonts::bundled(), &Limits::default(), request).unwrap_or_else(|error| panic!("{error}"))
}

/// Names of the pack's templates, without the shared partial.
pub fn template_names() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|file| file.strip_suffix(".typ").map(str::to_owned))
        .filter(|name| name != "letterhead")
        .collect();
    names.sort();
    names
}

pub fn template(name: &str) -> Template {
    let file = format!("{name}.typ");
    let source = text_file(&file);
    Template::new(file, source).with_partial("letterhead.typ", letterhead())
}

pub fn letterhead() -> String {
    text_file("letterhead.typ")
}

pub fn issued_at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_190_300, 0).unwrap()
}

/// The text of a PDF in its order of writing, without any white space.
pub fn text_of(pdf: &[u8]) -> String {
    squeezed(&pdftotext(pdf, "-raw"))
}

/// A text without white space and without the invisible places to break it.
pub fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{200B}')
        .filter(|c| !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        .collect()
}

/// Left and right edge of every word of a PDF, in points.
pub fn word_edges(pdf: &[u8]) -> Vec<(f64, f64, String)> {
    let edge = |line: &str, name: &str| -> f64 {
        let rest = line.split(&format!("{name}=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    pdftotext(pdf, "-bbox")
        .lines()
        .filter(|line| line.trim_start().starts_with("<word"))
        .map(|line| (edge(line, "xMin"), edge(line, "xMax"), line.to_owned()))
        .collect()
}

fn pdftotext(pdf: &[u8], mode: &str) -> String {
    let file = std::env::temp_dir().join(format!("{}.pdf", uuid::Uuid::new_v4()));
    std::fs::write(&file, pdf).unwrap();
    let run = Command::new("pdftotext")
        .args(["-enc", "UTF-8", mode])
        .arg(&file)
        .arg("-")
        .output()
        .expect("pdftotext (package poppler-utils) reads the documents back");
    std::fs::remove_file(&file).unwrap();
    assert!(run.status.success(), "{run:?}");
    String::from_utf8(run.stdout).unwrap()
}

fn text_file(name: &str) -> String {
    let path = folder().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tenants/kenya-brokerage/documents")
}
