//! The text of a mail in the tenant's frame: name and colour above, licence and contact below. Plain tables and inline styles,
//! since mail programs know little else; nothing is loaded from elsewhere.

use std::fmt::Write;

use kernel::profile::Profile;

/// Who the mail is from.
pub(super) struct Sender {
    pub name: String,
    /// BCP 47.
    pub language: String,
    pub profile: Profile,
}

/// Neutral, for tenants without a colour of their own.
const COLOUR: &str = "#1f2937";

impl Sender {
    fn colour(&self) -> &str {
        let colour = self.profile.brand_colour.as_str();
        let fine = colour.len() == 7 && colour.starts_with('#') && colour.chars().skip(1).all(|c| c.is_ascii_hexdigit());
        if fine { colour } else { COLOUR }
    }

    /// Lines below the text: who this is and how to reach them.
    fn footer(&self) -> Vec<String> {
        let profile = &self.profile;
        let contact: Vec<&str> =
            [&profile.phone, &profile.email, &profile.website].into_iter().filter(|text| !text.is_empty()).map(String::as_str).collect();
        [self.name.clone(), profile.licence_number.clone(), profile.address.clone(), contact.join(" · ")]
            .into_iter()
            .filter(|line| !line.is_empty())
            .collect()
    }
}

/// The text with the footer that the law wants to see on business mail.
pub(super) fn plain(text: &str, sender: &Sender) -> String {
    format!("{}\n\n-- \n{}\n", text.trim_end(), sender.footer().join("\n"))
}

/// `inner` instead of the paragraphs of `text`, if the caller made its own.
pub(super) fn html(subject: &str, text: &str, inner: Option<&str>, sender: &Sender) -> String {
    let content = inner.map_or_else(|| paragraphs(text, sender.colour()), str::to_owned);
    let footer = sender.footer().iter().map(|line| escape(line)).collect::<Vec<_>>().join("<br>");
    let (subject, name, colour, language) = (escape(subject), escape(&sender.name), sender.colour(), escape(&sender.language));
    format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{subject}</title></head><body style=\"margin:0;background:#f3f4f6;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#111827\">\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\"><tr><td align=\"center\" style=\"padding:24px 12px\">\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"max-width:560px;background:#ffffff;border-radius:8px\">\
         <tr><td style=\"padding:20px 24px;border-top:4px solid {colour};font-weight:600\">{name}</td></tr>\
         <tr><td style=\"padding:0 24px 24px\">{content}</td></tr></table>\
         <p style=\"max-width:560px;margin:16px 0 0;font-size:13px;color:#4b5563\">{footer}</p></td></tr></table></body></html>"
    )
}

/// Blank lines part paragraphs; a paragraph that is only an address becomes a button.
fn paragraphs(text: &str, colour: &str) -> String {
    let mut html = String::new();
    for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        let line = if is_link(paragraph) && !paragraph.contains(char::is_whitespace) {
            let address = escape(paragraph);
            format!(
                "<p style=\"margin:20px 0;overflow-wrap:anywhere\"><a href=\"{address}\" style=\"color:{colour};font-weight:600\">{address}</a></p>"
            )
        } else {
            let lines: Vec<String> = paragraph.lines().map(|line| linked(line, colour)).collect();
            format!("<p style=\"margin:0 0 16px\">{}</p>", lines.join("<br>"))
        };
        html.push_str(&line);
    }
    html
}

fn is_link(word: &str) -> bool {
    word.starts_with("https://") || word.starts_with("http://")
}

/// A line with its addresses as links.
fn linked(line: &str, colour: &str) -> String {
    let mut html = String::new();
    for (n, word) in line.split(' ').enumerate() {
        if n > 0 {
            html.push(' ');
        }
        if is_link(word) {
            let address = word.trim_end_matches(['.', ',', ')', ';']);
            let rest = word.get(address.len()..).unwrap_or_default();
            let address = escape(address);
            // Writing to a string does not fail.
            let _ = write!(html, "<a href=\"{address}\" style=\"color:{colour}\">{address}</a>{}", escape(rest));
        } else {
            html.push_str(&escape(word));
        }
    }
    html
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender() -> Sender {
        let profile =
            Profile { licence_number: "IRA/05/0001".into(), phone: "+254700000100".into(), brand_colour: "#0f766e".into(), ..Profile::default() };
        Sender { name: "Mfano & Co".into(), language: "en-KE".into(), profile }
    }

    #[test]
    fn the_text_stands_in_the_tenants_frame_and_cannot_break_out_of_it() {
        let html =
            html("Hi", "Dear <b>Asha</b>,\nwelcome.\n\nSee https://demo.example.com/a?b=1&c=2.\n\nhttps://demo.example.com/pay", None, &sender());
        assert!(html.contains("Dear &lt;b&gt;Asha&lt;/b&gt;,<br>welcome."), "{html}");
        assert!(html.contains("href=\"https://demo.example.com/a?b=1&amp;c=2\""), "{html}");
        assert!(html.contains("Mfano &amp; Co") && html.contains("IRA/05/0001") && html.contains("#0f766e"), "{html}");
        assert_eq!(html.matches("<a href").count(), 2);
    }

    #[test]
    fn a_colour_that_is_none_is_not_written() {
        let mut sender = sender();
        sender.profile.brand_colour = "red\" onload=\"x".into();
        assert!(!html("Hi", "x", None, &sender).contains("onload"));
    }
}
