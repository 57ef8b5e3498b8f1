//! What differs between two sweeps, as [a page that is one file](crate::page). The numbers are those of the tables.

use std::fmt::{self, Display, Write as _};

use super::super::figures::named;
use super::super::{Change, Comparison};
use super::STYLE;
use crate::page::{Frame, Text};

/// A comparison as a page. The same results give the same bytes.
#[derive(Clone, Copy, Debug)]
pub struct ComparisonPage<'a>(pub &'a Comparison);

impl Display for ComparisonPage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl ComparisonPage<'_> {
    fn text(&self) -> String {
        let [sure, unsure, same] = self.0.parts();
        let word = match sure.len() {
            0 => "Nothing has changed for sure".to_owned(),
            1 => "1 figure has changed".to_owned(),
            count => format!("{count} figures have changed"),
        };
        let mut page = String::with_capacity(60_000);
        let frame = Frame { title: word.clone(), style: STYLE, script: "" };
        frame.begin(&mut page);
        // Writing to a string cannot fail.
        let _ = write!(
            page,
            "<header class=\"verdict {}\"><h1>{word}</h1><div class=\"says\">",
            if sure.is_empty() { "open" } else { "passed" }
        );
        for line in self.0.title().lines() {
            let _ = write!(page, "<p>{}</p>", Text(line));
        }
        page.push_str("</div></header>");
        if !sure.is_empty() {
            page.push_str("<section id=\"changed\"><h2>Changed</h2>");
            changes(&mut page, &sure);
            page.push_str("</section>");
        }
        if !unsure.is_empty() {
            let _ = write!(
                page,
                "<section id=\"unsure\"><details{}><summary><h2>Not the same, but that may be chance</h2> <span \
                 class=\"soft\">{}</span></summary>",
                if sure.is_empty() { " open" } else { "" },
                unsure.len()
            );
            changes(&mut page, &unsure);
            page.push_str("</details></section>");
        }
        if !same.is_empty() {
            let names: Vec<&str> = same.iter().map(|change| change.name.as_str()).collect();
            let _ = write!(
                page,
                "<section id=\"same\"><details><summary><h2>The same on every seed</h2> <span class=\"soft\">{}</span></summary>\
                 <p class=\"soft\">{}</p></details></section>",
                same.len(),
                Text(names.join(", "))
            );
        }
        let _ = write!(page, "<footer>{}</footer>", Text(self.0.note()));
        frame.end(&mut page, "");
        page
    }
}

fn changes(page: &mut String, changes: &[&Change]) {
    page.push_str("<ul class=\"checks shares changes\">");
    changes.iter().for_each(|change| draw(page, change));
    page.push_str("</ul>");
}

/// How much it changed, from the middle, which is not at all, and within which bounds.
fn draw(page: &mut String, change: &Change) {
    let [name, unit, before, after, told, of, seeds, chance] = change.row();
    let [low, high] = change.difference.interval;
    let value = change.difference.change();
    let far = [low, high, value].iter().fold(0.0_f64, |far, value| far.max(value.abs()));
    let across = |value: f64| if far > 0.0 { 50.0 + 48.0 * value / far } else { 50.0 };
    let [low, high, value] = [low, high, value].map(across);
    let of = if of == "-" { String::new() } else { format!("{of} of A; ") };
    let (name, unit) = (Text(&name), if unit == "-" { "" } else { unit.as_str() });
    let name = match named(&change.name) {
        None => format!("<b>{name}</b>"),
        Some(figure) => {
            let about = Text(figure.about);
            format!("<b tabindex=\"0\" data-tip=\"{about}\" title=\"{about}\">{name}</b>")
        }
    };
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "<li><div><p class=\"what\"><span>{name} <span class=\"rule\">{before} → {after} {unit}</span></span><span \
         class=\"soft\">{of}more / less / of: {seeds}; by chance: {}</span></p><div class=\"share\"><svg class=\"item bar\" \
         width=\"100%\" height=\"16\"><title>{told}\nfrom {before} to {after} {unit}</title><rect class=\"rest\" y=\"4\" \
         width=\"100%\" height=\"8\" rx=\"4\"/><line class=\"zero\" x1=\"50%\" x2=\"50%\" y1=\"0\" y2=\"16\"/><line class=\"bounds\" \
         x1=\"{low:.2}%\" x2=\"{high:.2}%\" y1=\"8\" y2=\"8\"/><circle class=\"mean\" cx=\"{value:.2}%\" cy=\"8\" r=\"5\"/></svg><b \
         class=\"number\">{told}</b></div></div></li>",
        Text(&chance),
    );
}
