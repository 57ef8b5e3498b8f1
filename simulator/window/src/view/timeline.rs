//! The time line of a recording: how far it can be shown, what happened when, and where one is; a click goes there.

use bevy_egui::egui::{self, Color32, CornerRadius, Sense, Stroke, Ui};
use wimz_vocabulary::{Micros, RobotTime};

use super::moment::Moment;
use super::panel::{COOL, FAINT, INK, WARM};
use super::person::Person;
use crate::action::Action;
use crate::snapshot::{About, Reel};

/// How high it is.
pub const HEIGHT: f32 = 22.0;

/// Draws it as wide as there is room.
pub fn timeline(ui: &mut Ui, reel: Reel, now: RobotTime, moment: &Moment, person: &mut Person) {
    let wide = ui.available_width();
    let (area, touched) = ui.allocate_exact_size(egui::vec2(wide, HEIGHT), Sense::click_and_drag());
    let end = reel.end.as_micros().max(1);
    let place = |at: RobotTime| area.left() + area.width() * at.as_micros() as f32 / end as f32;
    let painter = ui.painter();
    let bar = area.shrink2(egui::vec2(0.0, 7.0));
    painter.rect_filled(bar, CornerRadius::same(4), Color32::from_rgba_unmultiplied(255, 240, 220, 20));
    let ready = egui::Rect::from_min_max(bar.min, egui::pos2(place(reel.ready), bar.bottom()));
    painter.rect_filled(ready, CornerRadius::same(4), Color32::from_rgba_unmultiplied(255, 240, 220, 36));
    for notice in &moment.notices {
        let color = match notice.about {
            About::Bark(_) => WARM,
            About::HeardBark => COOL,
            About::Robot => FAINT,
            About::Refusal | About::Room | About::Hand => continue,
        };
        let x = place(notice.at);
        painter.vline(x, bar.y_range(), Stroke::new(1.0, color.gamma_multiply(0.7)));
    }
    painter.vline(place(now), area.y_range(), Stroke::new(2.5, INK));
    if let Some(at) = touched.interact_pointer_pos()
        && (touched.clicked() || touched.dragged())
    {
        let share = ((at.x - area.left()) / area.width().max(1.0)).clamp(0.0, 1.0);
        person.act(Action::Seek(RobotTime::BOOT + Micros::new((f64::from(share) * end as f64) as u64)));
    }
}
