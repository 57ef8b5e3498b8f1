//! What a sweep came to, as [a page that is one file](crate::page): what held how often and within which bounds, each figure as
//! a histogram of its seeds, and each failing seed as a command. The numbers are those of the [table](super::Table).

mod comparison;
mod file;
mod histogram;

use std::fmt::{self, Display, Write as _};

pub use comparison::ComparisonPage;
pub use file::PageFile;

use super::summary::why;
use super::{Row, Summary, Taken};
use crate::page::{Frame, Text, command, facts, sign};
use crate::report::clock;
use crate::statistics::Share;
use crate::watch::TABLE;
use wimz_vocabulary::RobotTime;

const STYLE: &str = include_str!("page.css");

/// So many figures are seen at once; the others open.
const FIGURES_SEEN: usize = 12;
/// So many failing seeds are seen at once, and so many are told of at all; the file of results has all.
const FAILING_SEEN: usize = 5;
const FAILING_TOLD: usize = 500;

/// A sweep as a page. The same results give the same bytes.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a>(pub &'a Summary<'a>);

impl Display for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl Page<'_> {
    fn text(&self) -> String {
        let mut page = String::with_capacity(100_000);
        let head = &self.0.results.head;
        let frame = Frame { title: format!("{}: {}", self.word(), head.title()), style: STYLE, script: "" };
        frame.begin(&mut page);
        self.verdict(&mut page);
        self.expected(&mut page);
        self.watched(&mut page);
        self.failing(&mut page);
        self.figures(&mut page);
        // Writing to a string cannot fail.
        let _ = write!(page, "<footer>Played by wimz {}.</footer>", Text(&head.build));
        frame.end(&mut page, "");
        page
    }

    /// The verdict in a word or two.
    fn word(&self) -> String {
        let Share { held, of } = self.0.passed;
        match (of - held, of) {
            (_, 0) => "Nothing played".to_owned(),
            (0, _) => "All passed".to_owned(),
            (failed, _) if failed == of => "All failed".to_owned(),
            (failed, of) => format!("{failed} of {of} failed"),
        }
    }

    /// ... and in a sentence.
    fn outcome(&self) -> String {
        let Share { held, of } = self.0.passed;
        let mut outcome = format!("{held} of {of} seeds passed: {}", self.0.passed);
        match self.0.panics {
            0 => {}
            1 => outcome += ", and 1 panicked",
            panics => {
                let _ = write!(outcome, ", and {panics} panicked");
            }
        }
        outcome + "."
    }

    fn verdict(&self, page: &mut String) {
        let (summary, head) = (self.0, &self.0.results.head);
        let class = match summary.passed {
            Share { of: 0, .. } => "open",
            Share { held, of } if held == of => "passed",
            _ => "failed",
        };
        let _ = write!(
            page,
            "<header class=\"verdict {class}\"><div class=\"says\"><p class=\"over\">{}</p><h1>{}</h1>\
             <p class=\"lead\">{}</p><p class=\"soft about\">In brackets stands where a share or a mean lies in 95 of 100 \
             cases.</p></div>",
            Text(&head.scenario),
            self.word(),
            self.outcome()
        );
        if let Some(twin) = &head.twin {
            let _ = write!(
                page,
                "<p class=\"note\">This is the twin <b>{}</b> of the scenario: it is meant to fail.</p>",
                Text(twin)
            );
        }
        let length = RobotTime::from_micros((head.length_s * 1e6) as u64);
        let mut told = vec![("Seeds", head.seeds.to_string()), ("Length of each", clock(length))];
        let missing = summary.results.missing().len();
        told.extend((missing > 0).then(|| ("Not played yet", missing.to_string())));
        told.extend(head.shard.map(|shard| ("Shard", shard.to_string())));
        told.extend(head.tuning.clone().map(|tuning| ("Tuning", tuning)));
        told.extend(head.tuned.iter().map(|(row, value)| (row.as_str(), value.to_string())));
        facts(page, &told);
        let _ = write!(
            page,
            "<div class=\"again\"><span class=\"soft\">Play it again</span>{}</div></header>",
            command("again", &head.all_again())
        );
    }

    fn expected(&self, page: &mut String) {
        if self.0.expected.is_empty() {
            return;
        }
        page.push_str("<section id=\"expectations\"><h2>What was expected</h2><ul class=\"checks shares\">");
        for expected in &self.0.expected {
            page.push_str(&share(&format!("<b>{}</b>", Text(expected.name)), expected.held, ""));
        }
        page.push_str("</ul></section>");
    }

    /// What was broken is seen, what held is folded.
    fn watched(&self, page: &mut String) {
        let broken = &self.0.broken;
        page.push_str(
            "<section id=\"watch\"><h2>What must never be</h2><p class=\"soft\">Every run is watched for it, whatever the \
             scenario expects.</p>",
        );
        if !broken.is_empty() {
            page.push_str("<ul class=\"checks shares\">");
        }
        for one in broken {
            let holds = TABLE.iter().find(|watched| watched.name == one.name).map(|watched| watched.holds);
            let name = format!(
                "<b>{}</b> <span class=\"rule\">{}</span>",
                Text(one.name),
                Text(holds.unwrap_or_default())
            );
            let often = one.times > one.held.of - one.held.held;
            let times = if often { format!(", {} times in all", one.times) } else { String::new() };
            page.push_str(&share(&name, one.held, &times));
        }
        if !broken.is_empty() {
            page.push_str("</ul>");
        }
        let ended = self.0.passed.of - self.0.panics;
        let held = TABLE.iter().filter(|watched| !broken.iter().any(|one| one.name == watched.name));
        let all = Share { held: ended, of: ended };
        let _ = write!(
            page,
            "<details class=\"fold\"><summary>{} {} in every seed <span class=\"soft\">{all}</span></summary><dl \
             class=\"held\">",
            held.clone().count(),
            if broken.is_empty() { "invariants held" } else { "others held" }
        );
        for watched in held {
            let _ = write!(page, "<div><dt>{}</dt><dd>{}</dd></div>", watched.name, Text(watched.holds));
        }
        page.push_str("</dl></details></section>");
    }

    fn failing(&self, page: &mut String) {
        let failing: Vec<&Row> = self.0.failing().collect();
        if failing.is_empty() {
            return;
        }
        let _ = write!(
            page,
            "<section id=\"failing\"><h2>Failing seeds</h2><p class=\"soft\">Each with the command that plays it again; with \
             <code>--report FOLDER</code> it says what happened when.</p>"
        );
        let told = failing.len().min(FAILING_TOLD);
        let (seen, folded) = failing[..told].split_at(told.min(FAILING_SEEN));
        self.commands(page, seen);
        if !folded.is_empty() {
            let _ = write!(page, "<details class=\"fold\"><summary>{} more</summary>", folded.len());
            self.commands(page, folded);
            page.push_str("</details>");
        }
        if told < failing.len() {
            let more = failing.len() - told;
            let _ = write!(
                page,
                "<p class=\"soft\">{more} more have no place here; the file of results has them all.</p>"
            );
        }
        page.push_str("</section>");
    }

    fn commands(&self, page: &mut String, rows: &[&Row]) {
        page.push_str("<table class=\"seeds\">");
        for row in rows {
            let name = format!("seed-{}", row.seed);
            let again = self.0.results.head.again(row.seed);
            let _ = write!(
                page,
                "<tr><th scope=\"row\">{}</th><td class=\"again\">{}</td><td class=\"soft\">{}</td></tr>",
                row.seed,
                command(&name, &again),
                Text(why(row))
            );
        }
        page.push_str("</table>");
    }

    fn figures(&self, page: &mut String) {
        let Summary { figures, nothing, .. } = self.0;
        if figures.is_empty() && nothing.is_empty() {
            return;
        }
        page.push_str(
            "<section id=\"figures\"><h2>Figures</h2><p class=\"soft\">How many seeds had which value; those that failed \
             are red. Below each is its mean, with where it lies. A figure's name says what it is.</p>",
        );
        let (seen, folded) = figures.split_at(figures.len().min(FIGURES_SEEN));
        spreads(page, seen);
        if !folded.is_empty() {
            let _ = write!(page, "<details class=\"fold\"><summary>{} more</summary>", folded.len());
            spreads(page, folded);
            page.push_str("</details>");
        }
        if !nothing.is_empty() {
            let names: Vec<String> = nothing.iter().map(|name| name.replace('_', " ")).collect();
            let _ = write!(
                page,
                "<details class=\"fold\"><summary>{} of which there was nothing in any run</summary><p class=\"soft\">{}</p>\
                 </details>",
                names.len(),
                Text(names.join(", "))
            );
        }
        page.push_str("</section>");
    }
}

fn spreads(page: &mut String, figures: &[Taken]) {
    page.push_str("<div class=\"spreads\">");
    figures.iter().for_each(|taken| histogram::draw(page, taken));
    page.push_str("</div>");
}

/// How often something held: a bar, and over it where the share lies.
fn share(name: &str, held: Share, more: &str) -> String {
    let failed = held.of - held.held;
    let [low, high] = held.interval().unwrap_or([0.0, 1.0]).map(|end| 100.0 * end);
    let width = if held.of == 0 { 0.0 } else { 100.0 * held.held as f64 / held.of as f64 };
    let told = match failed {
        0 => format!("held in all {} seeds", held.of),
        1 => format!("failed in 1 seed of {}{more}", held.of),
        _ => format!("failed in {failed} seeds of {}{more}", held.of),
    };
    format!(
        "<li class=\"{}\">{}<div><p class=\"what\"><span>{name}</span><span class=\"soft\">{told}</span></p>\
         <div class=\"share\"><svg class=\"item bar\" width=\"100%\" height=\"16\"><title>{held}\n\
         {told}</title><rect class=\"rest\" y=\"4\" width=\"100%\" height=\"8\" rx=\"4\"/><rect class=\"part\" y=\"4\" \
         width=\"{width:.2}%\" height=\"8\" rx=\"4\"/><line class=\"bounds\" x1=\"{low:.2}%\" x2=\"{high:.2}%\" y1=\"8\" \
         y2=\"8\"/><line class=\"bounds\" x1=\"{low:.2}%\" x2=\"{low:.2}%\" y1=\"2\" y2=\"14\"/><line class=\"bounds\" \
         x1=\"{high:.2}%\" x2=\"{high:.2}%\" y1=\"2\" y2=\"14\"/></svg><b class=\"number\">{held}</b></div></div></li>",
        if failed == 0 { "held" } else { "not" },
        if failed == 0 { sign(true, "Held") } else { sign(false, "Failed") },
    )
}
