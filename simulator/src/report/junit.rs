//! `junit.xml`: the verdict as CI servers show it. One case an expectation, and one for each broken invariant.
//!
//! Times in it are robot time; there is no other in a report.

use std::fmt::Write as _;

use super::{Report, clock, seconds};
use crate::page::Text;
use crate::recording::SOURCES;
use crate::verdict::{Failure, Outcome};

impl Report {
    /// `junit.xml`.
    pub fn junit(&self) -> String {
        let found = self.breaches.len().max(1);
        let tests = self.verdict.rows.len() + found;
        let failures = self.verdict.failed().len() + self.breaches.len();
        let (suite, time) = (Text(self.suite()), seconds(self.end));
        let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"{time:.3}\"");
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        // Writing to a string cannot fail.
        let _ = writeln!(xml, "<testsuites name=\"wimz\" {counts}>\n  <testsuite name=\"{suite}\" {counts}>");
        let _ = writeln!(xml, "    <properties>");
        let properties = [
            ("build", SOURCES),
            ("seed", &self.heading.seed.to_string()),
            ("hash", &self.hash),
            ("again", &self.heading.again),
        ];
        for (name, value) in properties {
            let _ = writeln!(xml, "      <property name=\"{name}\" value=\"{}\"/>", Text(value));
        }
        let _ = writeln!(xml, "    </properties>");
        self.judged(&mut xml);
        self.watched(&mut xml);
        xml.push_str("  </testsuite>\n</testsuites>\n");
        xml
    }

    /// What was run, in a line.
    fn suite(&self) -> String {
        match &self.heading.twin {
            Some(twin) => format!("{} (twin {twin})", self.heading.scenario),
            None => self.heading.scenario.clone(),
        }
    }

    fn judged(&self, xml: &mut String) {
        for (expectation, outcome) in &self.verdict.rows {
            let name = match &expectation.name {
                Some(name) => format!("{name}: {}", expectation.text),
                None => expectation.text.clone(),
            };
            let (file, line) = (&expectation.file, expectation.line);
            let at = match outcome {
                Outcome::Held => self.end,
                Outcome::Failed(failure) => failure.at,
            };
            let _ = write!(
                xml,
                "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{line}\" time=\"{:.3}\"",
                Text(self.suite()),
                Text(name),
                Text(file),
                seconds(at)
            );
            let Outcome::Failed(Failure { at, what, seen, around }) = outcome else {
                xml.push_str("/>\n");
                continue;
            };
            let mut text = format!("expected: {} ({file}:{line})\n", expectation.text);
            if let Some(because) = &expectation.because {
                let _ = writeln!(text, "because:  {because}");
            }
            let _ = writeln!(text, "at:       {at}: {what}\nseen:     {seen}");
            self.account(&mut text, "around:", around);
            let _ = writeln!(text, "again:    {}", self.heading.again);
            let message = format!("{}: {what}; seen: {seen}", clock(*at));
            fail(xml, "expectation", &message, &text);
        }
    }

    fn watched(&self, xml: &mut String) {
        if self.breaches.is_empty() {
            let _ = writeln!(
                xml,
                "    <testcase classname=\"wimz.watch\" name=\"no invariant is broken\" time=\"{:.3}\"/>",
                seconds(self.end)
            );
        }
        for breach in &self.breaches {
            let watched = breach.invariant.watched();
            let _ = write!(
                xml,
                "    <testcase classname=\"wimz.watch\" name=\"{} at {}\" time=\"{:.3}\"",
                Text(watched.name),
                breach.at,
                seconds(breach.at)
            );
            let mut text = format!(
                "must hold: {}\nat:        {}\nseen:      {}\n",
                watched.holds, breach.at, breach.seen
            );
            self.account(&mut text, "before:", &breach.before);
            let _ = writeln!(text, "again:     {}", self.heading.again);
            fail(xml, "invariant", &breach.seen, &text);
        }
    }

    fn account(&self, text: &mut String, head: &str, lines: &[crate::session::Line]) {
        for (place, told) in self.told(lines).iter().enumerate() {
            let head = if place == 0 { head } else { "" };
            let _ = writeln!(text, "{head:<9} {:>9.3} s  {:<8} {}", told.at_s, told.topic, told.text);
        }
    }
}

fn fail(xml: &mut String, kind: &str, message: &str, text: &str) {
    let _ = writeln!(
        xml,
        ">\n      <failure type=\"{kind}\" message=\"{}\">{}</failure>\n    </testcase>",
        Text(message),
        Text(text)
    );
}
