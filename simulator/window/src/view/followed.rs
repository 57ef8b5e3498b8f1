//! What one has to know when a real robot is followed: that all is by what it tells, its place reckoned, and how its link is.

use bevy::prelude::*;
use bevy_egui::egui::{self, Align2, RichText, Ui};
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};

use super::Place;
use super::moment::Moment;
use super::panel::{BAD, FAINT, INK, WARM, card};
use crate::snapshot::Followed;

/// Dashes of the ring around a place that is reckoned.
const DASHES: u16 = 12;

/// How wide the card is, in points.
const WIDE: f32 = 320.0;

pub fn plugin(app: &mut App) {
    app.add_systems(EguiPrimaryContextPass, show.after(super::panel::show));
    app.add_systems(Update, mark);
}

/// A card of its own, whatever other panels are shown: what is old must not be taken for what is.
fn show(mut contexts: EguiContexts, moment: Res<Moment>) -> Result {
    let context = contexts.ctx_mut()?;
    if let Some(followed) = moment.shown().and_then(|shown| shown.followed.as_ref()) {
        card(context, "followed", Align2::CENTER_TOP, [0.0, 14.0], |ui| words(ui, followed));
    }
    Ok(())
}

fn words(ui: &mut Ui, followed: &Followed) {
    ui.set_width(WIDE);
    let line = |ui: &mut Ui, text: String, color: egui::Color32, size: f32| {
        ui.label(RichText::new(text).color(color).size(size));
    };
    match &followed.lost {
        Some(lost) => {
            line(ui, format!("{}: no link for {} s", followed.robot, lost.since.as_secs()), BAD, 16.0);
            line(ui, lost.why.clone(), INK, 13.0);
            let again = format!("What you see is old. Tries again in {} s.", lost.again.as_secs());
            line(ui, again, WARM, 13.0);
        }
        None if followed.has_told => {
            line(ui, format!("{}, by what it tells", followed.robot), INK, 14.0);
            line(ui, "its place is reckoned from what its tracks were told,".to_owned(), FAINT, 12.0);
            line(ui, "dogs stand where its detector's boxes put them".to_owned(), FAINT, 12.0);
        }
        None => line(ui, format!("{} has told nothing yet", followed.robot), WARM, 14.0),
    }
}

/// A dashed ring around the robot: nobody has measured that it is there.
fn mark(moment: Res<Moment>, place: Res<Place>, mut gizmos: Gizmos) {
    let Some(shown) = moment.shown() else { return };
    let Some(followed) = &shown.followed else { return };
    let color =
        if followed.lost.is_some() { Color::srgb(0.94, 0.42, 0.35) } else { Color::srgb(0.94, 0.64, 0.37) };
    let [length, width] = place.chassis;
    let radius = 0.5 * length.hypot(width) + 0.06;
    let pose = shown.truth.pose;
    let turn = std::f32::consts::TAU / f32::from(DASHES);
    for dash in 0..DASHES {
        let at = |share: f32| {
            let (sin, cos) = (turn * (f32::from(dash) + share)).sin_cos();
            vec3(pose.x + radius * cos, 0.012, -(pose.y + radius * sin))
        };
        gizmos.linestrip([at(0.0), at(0.25), at(0.5)], color);
    }
}
