//! What has happened, in words.

use bevy_egui::egui::{self, RichText, Ui};

use super::super::moment::Moment;
use super::{BAD, COOL, FAINT, GOOD, INK, WARM};
use crate::snapshot::About;

/// Lines of the log that are seen at once.
const LINES: usize = 9;

pub fn log(ui: &mut Ui, moment: &Moment, filter: &mut String) {
    ui.set_width(430.0);
    let held = |text: &str| filter.is_empty() || text.contains(filter.as_str());
    let mut lines: Vec<_> = moment.past().filter(|notice| held(&notice.text)).take(LINES).collect();
    lines.reverse();
    for notice in lines {
        let seconds = notice.at.as_micros() as f64 / 1e6;
        let color = match notice.about {
            About::Robot => INK,
            About::Refusal => BAD,
            About::Room => GOOD,
            About::Bark(_) => WARM,
            About::HeardBark => COOL,
            About::Hand => FAINT,
        };
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.label(RichText::new(format!("{seconds:>8.2}")).monospace().small().color(FAINT));
            ui.add(egui::Label::new(RichText::new(&notice.text).small().color(color)).truncate());
        });
    }
    // An id of its own: one that is counted out changes with the number of lines, and what is typed next would drive.
    let typed = egui::TextEdit::singleline(filter).id(egui::Id::new("filter"));
    ui.add(typed.hint_text("only lines that hold ...").desired_width(200.0));
}
