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

#[cfg(test)]
mod tests {
    use bevy_egui::egui::{Context, Event, Key, Modifiers, RawInput};

    use super::*;

    /// One picture, before which something was typed.
    fn picture(context: &Context, moment: &Moment, filter: &mut String, event: Option<Event>) {
        let events = event.into_iter().collect();
        let _ = context.run_ui(RawInput { events, ..RawInput::default() }, |ui| log(ui, moment, filter));
    }

    /// What goes elsewhere is a key of the window's, and drives.
    #[test]
    fn all_that_is_typed_goes_into_the_filter_however_many_lines_it_leaves() {
        let mut moment = Moment::default();
        for text in ["a treat fell", "a bark", "the doorbell rings"] {
            moment.note(text.to_owned());
        }
        let (context, mut filter) = (Context::default(), String::new());
        let (key, modifiers) = (Key::Tab, Modifiers::NONE);
        let into = Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
        picture(&context, &moment, &mut filter, None);
        picture(&context, &moment, &mut filter, Some(into));
        for letter in "treat w".chars() {
            picture(&context, &moment, &mut filter, Some(Event::Text(letter.into())));
        }
        assert_eq!(filter, "treat w");
    }
}
