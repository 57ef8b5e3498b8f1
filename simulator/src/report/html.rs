//! `report.html`: what came of a run, as [a page that is one file](crate::page).

mod figures;
mod plots;
mod room;
mod timeline;
mod verdict;

use std::fmt::Write as _;

use serde::Serialize;

use super::{Heading, Report, Told, clock, seconds};
use crate::page::{Frame, Text, script};
use crate::recording::SOURCES;
use wimz_vocabulary::RobotTime;

const STYLE: &str =
    concat!(include_str!("html/page.css"), include_str!("html/lanes.css"), include_str!("html/room.css"));
const SCRIPT: &str = include_str!("html/page.js");

/// A page holds so many lines of the story, and so many bytes of them; `run.json` has the rest.
const LINES: usize = 4_000;
const BYTES: usize = 400_000;

/// What the page's script is given.
#[derive(Serialize)]
struct Data {
    /// Of the run, in seconds.
    length: f64,
    ways: Vec<room::Way>,
}

impl Report {
    /// `report.html`.
    pub fn html(&self) -> String {
        let mut page = String::with_capacity(300_000);
        let Heading { scenario, seed, .. } = &self.heading;
        let title = format!("{}: {scenario}, seed {seed}", self.word());
        let frame = Frame { title, style: STYLE, script: SCRIPT };
        frame.begin(&mut page);
        page.push_str(timeline::SHAPES);
        self.verdict_html(&mut page);
        self.timeline_html(&mut page);
        // Writing to a string cannot fail.
        let _ = write!(page, "<div class=\"pair\">");
        let ways = self.room_html(&mut page);
        self.plots_html(&mut page);
        let _ = write!(page, "</div>");
        self.figures_html(&mut page);
        self.story_html(&mut page);
        let _ = write!(page, "<footer>Made by wimz {}. Hash {}.</footer>", Text(SOURCES), Text(&self.hash));
        let data = Data { length: seconds(self.end), ways };
        let data = serde_json::to_string(&data).expect("it is texts and finite numbers");
        let end = seconds(self.end);
        let outside = format!(
            "<div class=\"scrub\" id=\"scrub\" hidden><button type=\"button\" id=\"play\" aria-label=\"Play\"></button>\
             <input type=\"range\" id=\"moment\" min=\"0\" max=\"{end:.1}\" step=\"0.1\" value=\"{end:.1}\" \
             aria-label=\"Moment of the run\"><output id=\"clock\" for=\"moment\"></output></div>\
             <script type=\"application/json\" id=\"data\">{}</script>",
            script(&data)
        );
        frame.end(&mut page, &outside);
        page
    }

    /// The verdict in one word.
    fn word(&self) -> &'static str {
        match (self.passed(), self.verdict.rows.is_empty()) {
            (false, _) => "Failed",
            (true, true) => "Not judged",
            (true, false) => "Passed",
        }
    }

    fn story_html(&self, page: &mut String) {
        let mut room = BYTES;
        let shown = self.story.iter().take(LINES).take_while(|told| {
            let size = told.text.len() + 90;
            let fits = size <= room;
            room = room.saturating_sub(size);
            fits
        });
        let mut rows = String::new();
        let mut count = 0;
        for told in shown {
            count += 1;
            rows.push_str(&line(told, true));
        }
        let all = self.story.len() as u64 + self.untold;
        let _ = write!(
            page,
            "<section id=\"story\"><details><summary><h2>The story, line by line</h2> <span class=\"soft\">{all} \
             lines</span></summary><div class=\"scroll tall\" tabindex=\"0\" role=\"region\" aria-label=\"The story\">\
             <table class=\"lines\">{rows}</table></div>"
        );
        if count < all {
            let _ = write!(
                page,
                "<p class=\"soft\">{} more lines have no place here; run.json has {}.</p>",
                all - count,
                if self.untold == 0 { "them all" } else { "the next of them" }
            );
        }
        page.push_str("</details></section>");
    }

    /// Lines of an account.
    fn account_html(&self, lines: &[crate::session::Line]) -> String {
        let rows: String = self.told(lines).iter().map(|told| line(told, false)).collect();
        if rows.is_empty() { rows } else { format!("<table class=\"lines\">{rows}</table>") }
    }
}

fn line(told: &Told, leads: bool) -> String {
    let at = clock(RobotTime::from_micros((told.at_s * 1e6) as u64));
    let moment = if leads { format!(" data-t=\"{:.1}\"", told.at_s) } else { String::new() };
    format!("<tr{moment}><td>{at}</td><td>{}</td><td>{}</td></tr>", told.topic, Text(&told.text))
}
