//! A page that is one file: it needs neither network nor other files, and tells most without JavaScript.
//!
//! The look and the hands that all such pages have. Everything that somebody wrote goes through [`Text`], and the page's
//! own policy lets no other script run.

mod escape;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

pub use escape::{Text, script};

const LOOK: &str = concat!(include_str!("../../assets/app/palette.css"), include_str!("page/look.css"));
const TIPS: &str = include_str!("page/tips.js");

/// Signs that all pages have.
const SIGNS: &str = "<svg width=\"0\" height=\"0\" class=\"defs\" aria-hidden=\"true\"><defs>\
    <g id=\"held\"><circle cx=\"10\" cy=\"10\" r=\"9\"/><path class=\"cut\" d=\"M6 10.4l2.8 2.8L14.2 7.4\"/></g>\
    <g id=\"not\"><circle cx=\"10\" cy=\"10\" r=\"9\"/><path class=\"cut\" d=\"M7 7l6 6M13 7l-6 6\"/></g>\
    </defs></svg>";

/// What a page has of its own.
#[derive(Debug)]
pub struct Frame {
    /// Its title, as it was written.
    pub title: String,
    /// Its style, on top of the look that all pages have.
    pub style: &'static str,
    /// Its script, after the one that all pages have.
    pub script: &'static str,
}

impl Frame {
    /// From the first byte to the opened `<main>`.
    pub fn begin(&self, page: &mut String) {
        let mut hash = Sha256::new();
        [TIPS, self.script].iter().for_each(|script| hash.update(script));
        let allowed = STANDARD.encode(hash.finalize());
        // Writing to a string cannot fail.
        let _ = write!(
            page,
            "{BEGINNING}<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"dark light\">\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; \
             style-src 'unsafe-inline'; script-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'\">\
             <link rel=\"icon\" href=\"data:,\"><title>{}</title><style>{LOOK}{}</style></head><body>{SIGNS}<main>",
            Text(&self.title),
            self.style,
        );
    }

    /// From the closed `</main>` to the last byte, with what stands outside it.
    pub fn end(&self, page: &mut String, outside: &str) {
        let _ = writeln!(
            page,
            "</main>{outside}<div id=\"tip\" role=\"status\" hidden></div><script>{TIPS}{}</script></body></html>",
            self.script
        );
    }
}

/// With which every page begins.
pub const BEGINNING: &str = "<!doctype html>\n";

/// Whether something held, as a sign before it.
pub fn sign(held: bool, label: &str) -> String {
    let name = if held { "held" } else { "not" };
    format!(
        "<svg class=\"sign\" viewBox=\"0 0 20 20\" role=\"img\" aria-label=\"{label}\"><use href=\"#{name}\"/></svg>"
    )
}

/// A command with a button that copies it. The name is the page's own for it.
pub fn command(name: &str, command: &str) -> String {
    format!(
        "<code id=\"{name}\">{}</code><button type=\"button\" class=\"copy\" data-copy=\"{name}\" hidden>Copy</button>",
        Text(command)
    )
}

/// Names and values in a row, as a page's head has them.
pub fn facts(page: &mut String, facts: &[(&str, String)]) {
    page.push_str("<dl class=\"facts\">");
    for (name, value) in facts {
        let _ = write!(page, "<div><dt>{name}</dt><dd>{}</dd></div>", Text(value));
    }
    page.push_str("</dl>");
}
