//! What came of the run, in words: the verdict, each expectation, what the watch found, and how to play it again.

use std::fmt::Write as _;

use super::super::{Report, clock};
use crate::page::{self, Text, command, sign};
use crate::verdict::{Failure, Outcome};
use crate::watch::Breach;

impl Report {
    pub(super) fn verdict_html(&self, page: &mut String) {
        let heading = &self.heading;
        let class = match self.word() {
            "Failed" => "failed",
            "Passed" => "passed",
            _ => "open",
        };
        // Writing to a string cannot fail.
        let _ = write!(
            page,
            "<header class=\"verdict {class}\"><div class=\"says\"><p class=\"over\">{}</p><h1>{}</h1>\
             <p class=\"lead\">{}</p><p class=\"soft about\">{}</p></div>",
            Text(&heading.scenario),
            self.word(),
            Text(self.outcome()),
            Text(&heading.about)
        );
        if let Some(twin) = &heading.twin {
            let _ = write!(
                page,
                "<p class=\"note\">This is the twin <b>{}</b> of the scenario: it is meant to fail.</p>",
                Text(twin)
            );
        }
        self.facts(page);
        let _ = write!(
            page,
            "<div class=\"again\"><span class=\"soft\">Play it again</span>{}</div></header>",
            command("again", &heading.again)
        );
        self.expectations_html(page);
        self.watch_html(page);
    }

    fn facts(&self, page: &mut String) {
        let heading = &self.heading;
        let dogs: Vec<String> = heading.dogs.iter().map(|(id, _)| id.to_string()).collect();
        let dogs = if dogs.is_empty() { "none".to_owned() } else { dogs.join(", ") };
        let mut facts = vec![
            ("Length", clock(self.end)),
            ("Seed", heading.seed.to_string()),
            ("Room", self.plan.name.clone()),
            ("Robot", stem(&heading.robot).to_owned()),
            ("Dogs", dogs),
        ];
        if let Some(tuning) = &heading.tuning {
            facts.push(("Tuning", tuning.clone()));
        }
        page::facts(page, &facts);
    }

    fn expectations_html(&self, page: &mut String) {
        if self.verdict.rows.is_empty() {
            return;
        }
        page.push_str("<section id=\"expectations\"><h2>What was expected</h2><ul class=\"checks\">");
        for (expectation, outcome) in &self.verdict.rows {
            let mut head = String::new();
            if let Some(name) = &expectation.name {
                let _ = write!(head, "<b>{}</b> ", Text(name));
            }
            let _ = write!(head, "<span class=\"rule\">{}</span>", Text(&expectation.text));
            let because = expectation
                .because
                .as_ref()
                .map(|because| format!("<p class=\"soft\">{}</p>", Text(because)));
            let because = because.unwrap_or_default();
            let _ = match outcome {
                Outcome::Held => {
                    write!(page, "<li class=\"held\">{}<div>{head}{because}</div></li>", sign(true, "Held"))
                }
                Outcome::Failed(failure) => {
                    let place = format!("{}:{}", expectation.file, expectation.line);
                    write!(
                        page,
                        "<li class=\"not\">{}<div>{head}{because}{}</div></li>",
                        sign(false, "Failed"),
                        self.failure_html(failure, &place)
                    )
                }
            };
        }
        page.push_str("</ul></section>");
    }

    fn failure_html(&self, failure: &Failure, place: &str) -> String {
        format!(
            "<dl class=\"account\"><div><dt>When</dt><dd><button type=\"button\" class=\"jump\" data-t=\"{:.1}\">{}</button> \
             {}</dd></div><div><dt>Seen</dt><dd>{}</dd></div><div><dt>Expected in</dt><dd>{}</dd></div></dl>{}",
            super::super::seconds(failure.at),
            clock(failure.at),
            Text(&failure.what),
            Text(&failure.seen),
            Text(place),
            self.account_html(&failure.around)
        )
    }

    fn watch_html(&self, page: &mut String) {
        if self.broken == 0 {
            return;
        }
        let _ = write!(
            page,
            "<section id=\"watch\"><h2>What the watch found</h2><p class=\"soft\">Things that must never be, whatever the \
             scenario expects.</p><ul class=\"checks\">"
        );
        for breach in &self.breaches {
            page.push_str(&self.breach_html(breach));
        }
        page.push_str("</ul>");
        let more = self.broken.saturating_sub(self.breaches.len() as u64);
        if more > 0 {
            let _ = write!(page, "<p class=\"soft\">And {more} more.</p>");
        }
        page.push_str("</section>");
    }

    fn breach_html(&self, breach: &Breach) -> String {
        let watched = breach.invariant.watched();
        format!(
            "<li class=\"not\">{}<div><b>{}</b> <span class=\"rule\">{}</span><dl class=\"account\"><div><dt>When</dt>\
             <dd><button type=\"button\" class=\"jump\" data-t=\"{:.1}\">{}</button></dd></div><div><dt>Seen</dt>\
             <dd>{}</dd></div></dl>{}</div></li>",
            sign(false, "Broken"),
            Text(watched.name),
            Text(watched.holds),
            super::super::seconds(breach.at),
            clock(breach.at),
            Text(&breach.seen),
            self.account_html(&breach.before)
        )
    }
}

/// A file's name without folder and ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".toml").unwrap_or(name)
}
