//! The time line: a lane a topic, spans and marks in it by the share of the run, so that it is as wide as it is given room.

use std::fmt::Write as _;

use super::super::lanes::{Lane, Mark, Span, Topic};
use super::super::{Report, clock, seconds};
use crate::page::Text;
use wimz_vocabulary::RobotTime;

/// A row of spans is so high, in pixels, and so much stays free above it and below.
const ROW: usize = 22;
const MARGIN: usize = 4;
/// Spans that overlap lie in rows of their own, up to so many.
const ROWS: usize = 4;
/// What a letter of a label takes of a time line at its narrowest, in shares of it.
const LETTER: f64 = 0.011;

/// What marks look like.
pub const SHAPES: &str = "<svg width=\"0\" height=\"0\" class=\"defs\" aria-hidden=\"true\"><defs>\
    <g id=\"dot\"><rect class=\"hit\" x=\"-6\" y=\"-11\" width=\"12\" height=\"22\"/><circle r=\"4\"/></g>\
    <g id=\"speck\"><rect class=\"hit\" x=\"-5\" y=\"-11\" width=\"10\" height=\"22\"/><circle r=\"2.2\"/></g>\
    <g id=\"ring\"><rect class=\"hit\" x=\"-6\" y=\"-11\" width=\"12\" height=\"22\"/><circle class=\"hollow\" r=\"3.6\"/></g>\
    <g id=\"tick\"><rect class=\"hit\" x=\"-5\" y=\"-11\" width=\"10\" height=\"22\"/>\
    <rect x=\"-1\" y=\"-8\" width=\"2\" height=\"16\" rx=\"1\"/></g>\
    <g id=\"gem\"><rect class=\"hit\" x=\"-7\" y=\"-11\" width=\"14\" height=\"22\"/><path d=\"M0-6.5 6 0 0 6.5-6 0z\"/></g>\
    <g id=\"gem-o\"><rect class=\"hit\" x=\"-7\" y=\"-11\" width=\"14\" height=\"22\"/>\
    <path class=\"hollow\" d=\"M0-6 5.5 0 0 6-5.5 0z\"/></g>\
    <g id=\"cross\"><rect class=\"hit\" x=\"-7\" y=\"-11\" width=\"14\" height=\"22\"/>\
    <path class=\"hollow\" d=\"M-4.5-4.5l9 9M4.5-4.5l-9 9\"/></g>\
    <g id=\"drop\"><rect class=\"hit\" x=\"-6\" y=\"-11\" width=\"12\" height=\"22\"/><path d=\"M0 6-5-4.5H5z\"/></g>\
    <g id=\"square\"><rect class=\"hit\" x=\"-7\" y=\"-11\" width=\"14\" height=\"22\"/>\
    <rect x=\"-4.5\" y=\"-4.5\" width=\"9\" height=\"9\" rx=\"2\"/></g>\
    </defs></svg>";

impl Report {
    pub(super) fn timeline_html(&self, page: &mut String) {
        // Writing to a string cannot fail.
        let _ = write!(
            page,
            "<section id=\"timeline\"><div class=\"head\"><h2>What happened when</h2>\
             <div class=\"zoom\" hidden role=\"group\" aria-label=\"Zoom\">\
             <button type=\"button\" id=\"wider\" aria-label=\"Closer\">+</button>\
             <button type=\"button\" id=\"narrower\" aria-label=\"Further away\">−</button></div></div>\
             <div class=\"scroll\" id=\"lanes\" tabindex=\"0\" role=\"region\" aria-label=\"Time line\">\
             <div class=\"lanes\">"
        );
        self.ruler(page);
        for lane in self.lanes.iter().filter(|lane| !lane.spans.is_empty() || !lane.marks.is_empty()) {
            self.lane(page, lane);
        }
        page.push_str("</div></div><details class=\"legend\"><summary>What the lanes show</summary><dl>");
        for lane in &self.lanes {
            let _ = write!(page, "<div><dt>{}</dt><dd>{}</dd></div>", lane.topic.title(), lane.topic.about());
        }
        page.push_str("</dl></details></section>");
    }

    /// Where a moment is, as a share of the run in percent.
    fn share(&self, at: RobotTime) -> f64 {
        100.0 * seconds(at) / seconds(self.end).max(1e-6)
    }

    fn ruler(&self, page: &mut String) {
        page.push_str(
            "<div class=\"lane ruler\"><div class=\"name\"></div><svg width=\"100%\" height=\"22\" aria-hidden=\"true\">",
        );
        for second in moments(seconds(self.end)) {
            let at = RobotTime::from_micros(second * 1_000_000);
            let x = self.share(at);
            let label = clock(at);
            let label = label.trim_end_matches(".0");
            let anchor = if x > 96.0 { " text-anchor=\"end\"" } else { "" };
            let _ = write!(
                page,
                "<line x1=\"{x:.3}%\" x2=\"{x:.3}%\" y1=\"14\" y2=\"22\"/><text x=\"{x:.3}%\" y=\"11\"{anchor}>{label}</text>"
            );
        }
        page.push_str("</svg></div>");
    }

    fn lane(&self, page: &mut String, lane: &Lane) {
        let topic = lane.topic;
        let rows = rows(lane);
        let count = rows.iter().copied().max().map_or(1, |last| last + 1);
        let height = count * ROW + 2 * MARGIN;
        let items = lane.spans.len() + lane.marks.len();
        let name = topic.title();
        let _ = write!(
            page,
            "<div class=\"lane\" data-lane=\"{name}\"><div class=\"name\" title=\"{}\">{name}</div>\
             <svg width=\"100%\" height=\"{height}\" data-walk role=\"group\" aria-label=\"{name}: {items} items\">",
            Text(topic.about())
        );
        for (span, row) in lane.spans.iter().zip(&rows) {
            self.span(page, topic, span, *row);
        }
        let middle = height / 2;
        for mark in &lane.marks {
            self.mark(page, topic, mark, middle);
        }
        page.push_str("</svg></div>");
    }

    fn span(&self, page: &mut String, topic: Topic, span: &Span, row: usize) {
        let (x, width) = (self.share(span.from), self.share(span.to) - self.share(span.from));
        let top = MARGIN + row * ROW + 1;
        let full = ROW - 2;
        let (y, height) = match (topic, span.kind, span.level) {
            // A strip above or below what it has to do with.
            (_, "program" | "heat", _) => (1, 3),
            (_, "charging", _) => (ROW + MARGIN + 1, 3),
            (_, _, Some(level)) => {
                let height = full - 2 * (4 - usize::from(level.clamp(1, 4)));
                (top + full - height, height)
            }
            _ => (top, full),
        };
        let narrow = width < span.label.chars().count() as f64 * LETTER * 100.0;
        let label = if narrow || height < 11 {
            String::new()
        } else {
            format!("<text x=\"7\" y=\"{}\">{}</text>", (height + 9) / 2, Text(&span.label))
        };
        // What has a label is cut at its own edge, what has none may be wider than its time: it can be seen.
        let flow = if label.is_empty() { " overflow=\"visible\"" } else { "" };
        let _ = write!(
            page,
            "<svg class=\"item span k-{}\" x=\"{x:.3}%\" y=\"{y}\" width=\"{width:.3}%\" height=\"{height}\"{flow} \
             data-t=\"{:.2}\" data-u=\"{:.2}\" data-l=\"{}\"><title>{}</title><rect width=\"100%\" height=\"100%\" \
             rx=\"{}\"/>{label}</svg>",
            span.kind,
            seconds(span.from),
            seconds(span.to),
            Text(&span.label),
            Text(span.tip()),
            if height < 8 || width < 1.0 { 1 } else { 4 }
        );
    }

    fn mark(&self, page: &mut String, topic: Topic, mark: &Mark, middle: usize) {
        let (shape, color) = look(topic, mark.kind);
        let _ = write!(
            page,
            "<use href=\"#{shape}\" class=\"item c-{color}\" x=\"{:.3}%\" y=\"{middle}\" data-t=\"{:.2}\"><title>{}</title>\
             </use>",
            self.share(mark.at),
            seconds(mark.at),
            Text(mark.tip())
        );
    }
}

/// The shape and the colour of a mark.
fn look(topic: Topic, kind: &str) -> (&'static str, &'static str) {
    match (topic, kind) {
        (_, "breach") => ("gem", "red"),
        (_, "failed") => ("cross", "red"),
        (Topic::Barks, _) => ("tick", "ink"),
        (_, "heard") => ("dot", "look"),
        (_, "asked") => ("ring", "look"),
        (Topic::Rejected, _) => ("speck", "soft"),
        (_, "deserved") => ("gem", "drive"),
        (_, "praised") => ("gem-o", "drive"),
        (_, "missed") => ("cross", "soft"),
        (_, "fell") => ("drop", "ink"),
        (_, "eaten") => ("dot", "look"),
        (_, "stop" | "guard") => ("square", "red"),
        (_, "fault") => ("cross", "red"),
        (_, "house") => ("dot", "ink"),
        (_, "obeys") => ("gem", "look"),
        (_, "ignores") => ("ring", "soft"),
        (_, "rest") => ("dot", "soft"),
        (_, "roams") => ("speck", "ink"),
        (_, "contact" | "voice" | "note" | "refused") => ("tick", "soft"),
        _ => ("ring", "soft"),
    }
}

/// The row of each span: those that overlap lie below one another, as far as there is room.
fn rows(lane: &Lane) -> Vec<usize> {
    if matches!(lane.topic, Topic::Guardian | Topic::Mission | Topic::Battery) {
        return vec![0; lane.spans.len()];
    }
    let mut free = [RobotTime::BOOT; ROWS];
    let row = |span: &Span| {
        let row = free.iter().position(|until| *until <= span.from).unwrap_or(ROWS - 1);
        free[row] = free[row].max(span.to);
        row
    };
    lane.spans.iter().map(row).collect()
}

/// The moments that a ruler names, in seconds: ten at the most, at round times.
fn moments(length_s: f64) -> impl Iterator<Item = u64> {
    const STEPS: [u64; 15] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 43_200, 86_400];
    let step = STEPS.into_iter().find(|step| length_s / *step as f64 <= 9.0).unwrap_or(604_800);
    (0..).map(move |place| place * step).take_while(move |second| *second as f64 <= length_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ruler_has_round_times() {
        assert_eq!(moments(47.0).collect::<Vec<_>>(), [0, 10, 20, 30, 40]);
        assert_eq!(moments(1_200.0).collect::<Vec<_>>(), [0, 300, 600, 900, 1_200]);
        assert!(moments(30.0 * 86_400.0).count() <= 10);
    }
}
