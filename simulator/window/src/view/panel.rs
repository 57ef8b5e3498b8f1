//! Panels over the picture: how the run is, what can be done to it, and which key does what.

mod devices;
mod house;
mod labels;
mod log;
mod robot;
mod sight;

use bevy::prelude::*;
use bevy_egui::egui::{self, Align2, Area, Color32, CornerRadius, Frame, Id, Margin, RichText, Stroke, Ui};
use bevy_egui::{EguiContexts, EguiPlugin, EguiPrimaryContextPass};

use super::Place;
use super::camera::{Angle, Eye, Gaze};
use super::moment::Moment;
use super::overlay::Overlays;
use super::person::{Person, faster};
use super::timeline::{self, timeline};
use crate::action::Action;
use crate::snapshot::Snapshot;
use labels::View;
use sight::Sight;

/// A window so narrow shows no panel; one that is less wide or less high than that, neither log nor keys. In points.
const LEAST_FOR_ANY: f32 = 640.0;
const LEAST_FOR_ALL: [f32; 2] = [960.0, 640.0];

/// How far below the window's upper edge the second row of cards begins, in points.
const BELOW: f32 = 62.0;

/// What lies under words.
pub const SHADE: Color32 = Color32::from_rgba_premultiplied(23, 19, 16, 240);

/// Colours of words: plain, by the way, what is under way, what the robot believes, what is well, what is not.
pub const INK: Color32 = Color32::from_rgb(0xf3, 0xec, 0xe0);
pub const FAINT: Color32 = Color32::from_rgb(0xc4, 0xbc, 0xae);
pub const WARM: Color32 = Color32::from_rgb(0xf0, 0xa3, 0x5e);
pub const COOL: Color32 = Color32::from_rgb(0x7c, 0xc4, 0xe8);
const GOOD: Color32 = Color32::from_rgb(0x8f, 0xcf, 0x8a);
pub const BAD: Color32 = Color32::from_rgb(0xf0, 0x6a, 0x5a);

/// What a person wants to see of them.
#[derive(Resource)]
pub struct Panels {
    /// Any at all.
    pub shown: bool,
    /// What the robot sees.
    pub sight: bool,
    /// What its chips have.
    pub devices: bool,
    /// What is done to the house and the robot's body.
    hands: bool,
    /// Of the log, what holds this.
    filter: String,
}

/// A key and what it does.
type Key = [&'static str; 2];

const DRIVE: [Key; 7] = [
    ["W A S D", "drive (shift: faster)"],
    ["arrows, C", "turn the head, centre it"],
    ["space", "stop"],
    ["backspace, R", "emergency stop, release it"],
    ["T, B", "treat, blue tube"],
    ["1 2 3 4", "orbit, chase, eye, top"],
    ["mouse, F", "turn and zoom, follow"],
];

/// Of a run whose time is ours.
const PACE: [Key; 2] = [["P  .", "pause, one tick"], ["-  =", "slower, faster"]];

/// Of a recording, in which nobody has a hand.
const REEL: [Key; 6] = [
    ["P", "pause"],
    [",  .", "back and on by a moment"],
    ["left, right", "back and on by 5 s"],
    ["V", "backwards, forwards"],
    ["-  =", "slower, faster"],
    ["1 2 3 4, F", "cameras, follow"],
];

const OVERLAYS: [Key; 1] = [["O, H", "overlays, hide panels"]];
/// Of a robot into which one can look.
const INSIDE: [Key; 1] = [["I, G", "what it sees, its registers"]];
const PICTURE: [Key; 1] = [["F12", "a picture of it, as PNG"]];

/// The keys that mean something to what is shown.
const fn keys(shown: &Snapshot) -> &'static [&'static [Key]] {
    if shown.reel.is_some() {
        &[&REEL, &OVERLAYS, &INSIDE, &PICTURE]
    } else if shown.followed.is_some() {
        &[&DRIVE, &OVERLAYS, &PICTURE]
    } else {
        &[&DRIVE, &PACE, &OVERLAYS, &INSIDE, &PICTURE]
    }
}

pub fn plugin(app: &mut App) {
    app.insert_resource(Panels {
        shown: true,
        sight: true,
        devices: false,
        hands: false,
        filter: String::new(),
    });
    app.add_plugins((EguiPlugin::default(), sight::plugin));
    app.add_systems(EguiPrimaryContextPass, (dress, annotate, show).chain());
}

fn dress(mut contexts: EguiContexts, mut dressed: Local<bool>) -> Result {
    if std::mem::replace(&mut *dressed, true) {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    context.all_styles_mut(|style| {
        style.visuals = egui::Visuals::dark();
        style.visuals.override_text_color = Some(INK);
        style.visuals.widgets.inactive.weak_bg_fill = Color32::from_rgb(0x3d, 0x36, 0x2f);
        style.visuals.widgets.hovered.weak_bg_fill = Color32::from_rgb(0x54, 0x4a, 0x3f);
        style.visuals.widgets.active.weak_bg_fill = Color32::from_rgb(0x80, 0x58, 0x34);
        style.visuals.selection.bg_fill = Color32::from_rgb(0x9a, 0x5f, 0x2c);
        style.spacing.item_spacing = egui::vec2(6.0, 4.0);
        for (text, size) in [(egui::TextStyle::Small, 12.0), (egui::TextStyle::Body, 14.0)] {
            style.text_styles.insert(text, egui::FontId::proportional(size));
        }
    });
    Ok(())
}

/// A card that floats over the picture; how wide it is, in points.
pub fn card(
    context: &egui::Context,
    name: &str,
    at: Align2,
    away: [f32; 2],
    add: impl FnOnce(&mut Ui),
) -> f32 {
    let frame = Frame::new()
        .fill(SHADE)
        .stroke(Stroke::new(1.0, Color32::from_rgba_unmultiplied(255, 235, 205, 26)))
        .corner_radius(CornerRadius::same(10))
        .inner_margin(Margin::symmetric(12, 10));
    let area = Area::new(Id::new(name)).anchor(at, away).show(context, |ui| frame.show(ui, add));
    area.response.rect.width()
}

/// Beside those whom it is about, over the picture and under the panels.
fn annotate(
    mut contexts: EguiContexts,
    moment: Res<Moment>,
    place: Res<Place>,
    gaze: Res<Gaze>,
    overlays: Res<Overlays>,
    eyes: Query<(&Camera, &GlobalTransform), With<Eye>>,
) -> Result {
    let context = contexts.ctx_mut()?;
    let Some(shown) = moment.shown() else { return Ok(()) };
    if gaze.angle == Angle::Eye {
        sight::hud(context, shown, &place.lens);
    } else if let (true, Ok((camera, from))) = (overlays.shown, eyes.single()) {
        let painter = context.layer_painter(egui::LayerId::background());
        labels::labels(&painter, shown, &View { camera, from, window: context.content_rect() });
    }
    Ok(())
}

pub fn show(
    mut contexts: EguiContexts,
    moment: Res<Moment>,
    place: Res<Place>,
    mut gaze: ResMut<Gaze>,
    mut overlays: ResMut<Overlays>,
    (mut panels, sight): (ResMut<Panels>, Res<Sight>),
    mut person: ResMut<Person>,
) -> Result {
    let context = contexts.ctx_mut()?;
    let Some(shown) = moment.shown() else { return Ok(()) };
    if !panels.shown {
        return Ok(());
    }
    let room = context.content_rect().size();
    if room.x < LEAST_FOR_ANY {
        return Ok(());
    }
    let run_wide = card(context, "run", Align2::LEFT_TOP, [14.0, 14.0], |ui| {
        ui.set_width(236.0);
        run(ui, shown, &moment, &place, &mut person);
        ui.separator();
        robot::robot(ui, shown, &mut person);
        ui.separator();
        house::dogs(ui, shown, &mut person);
        if !shown.is_simulated_now() {
            return;
        }
        ui.separator();
        let open = panels.hands;
        if ui.selectable_label(open, if open { "v  hands on" } else { ">  hands on" }).clicked() {
            panels.hands = !open;
        }
        if open {
            house::hands(ui, &mut person);
        }
    });
    card(context, "angle", Align2::RIGHT_TOP, [-14.0, 14.0], |ui| {
        ui.horizontal(|ui| {
            for (number, (name, angle)) in Angle::ALL.into_iter().enumerate() {
                let label = format!("{} {name}", number + 1);
                if ui.selectable_label(gaze.angle == angle, label).clicked() {
                    gaze.angle = angle;
                }
            }
            ui.separator();
            ui.toggle_value(&mut overlays.shown, "overlays");
            if shown.followed.is_none() {
                ui.toggle_value(&mut panels.sight, "sight");
                ui.toggle_value(&mut panels.devices, "chips");
            }
        });
    });
    let mut beside = -14.0;
    if panels.sight && gaze.angle != Angle::Eye && shown.followed.is_none() {
        let wide = card(context, "sight", Align2::RIGHT_TOP, [beside, BELOW], |ui| {
            sight.show(ui, shown, &place.lens);
        });
        beside -= wide + 8.0;
    }
    let is_small = room.x < LEAST_FOR_ALL[0] || room.y < LEAST_FOR_ALL[1];
    if panels.devices && !shown.devices.is_empty() && !is_small {
        card(context, "devices", Align2::RIGHT_TOP, [beside, BELOW], |ui| devices::devices(ui, shown));
    }
    let mut low = -14.0;
    if let Some(reel) = shown.reel {
        card(context, "timeline", Align2::CENTER_BOTTOM, [0.0, low], |ui| {
            ui.set_width(room.x - 54.0);
            timeline(ui, reel, shown.truth.at, &moment, &mut person);
        });
        low -= timeline::HEIGHT + 34.0;
    }
    // A small window is for the picture.
    if is_small {
        return Ok(());
    }
    card(context, "keys", Align2::RIGHT_BOTTOM, [-14.0, low], |ui| {
        egui::Grid::new("keys").num_columns(2).spacing([10.0, 2.0]).show(ui, |ui| {
            for [key, what] in keys(shown).iter().copied().flatten() {
                ui.label(RichText::new(*key).color(WARM).small());
                ui.label(RichText::new(*what).color(FAINT).small());
                ui.end_row();
            }
        });
    });
    // With hands on, the panel above reaches down to it.
    let beside = if panels.hands { 14.0 + run_wide + 8.0 } else { 14.0 };
    card(context, "log", Align2::LEFT_BOTTOM, [beside, low], |ui| log::log(ui, &moment, &mut panels.filter));
    Ok(())
}

fn run(ui: &mut Ui, shown: &Snapshot, moment: &Moment, place: &Place, person: &mut Person) {
    let factor = moment.factor;
    let at = shown.truth.at.as_micros() / 100_000;
    let (minutes, tenths) = (at / 600, at % 600);
    let hour = shown.clock.hour();
    let clock = format!("{:02}:{:02}", hour as u32, (hour.fract() * 60.0) as u32);
    ui.horizontal(|ui| {
        ui.label(RichText::new("WIM-Z").strong().size(18.0));
        ui.label(
            RichText::new(format!("{minutes:02}:{:02}.{}", tenths / 10, tenths % 10)).monospace().size(15.0),
        );
        // A clock that nobody has set says nothing.
        if place.hour.is_none() {
            ui.label(RichText::new(clock).color(FAINT));
        }
    });
    // A real robot's time is nobody's to hold.
    if shown.followed.is_some() {
        return;
    }
    ui.horizontal(|ui| {
        let paused = shown.pacing.paused;
        if ui.button(if paused { "go on" } else { "pause" }).clicked() {
            person.act(Action::Pause(!paused));
        }
        if ui.add_enabled(paused, egui::Button::new("tick")).clicked() {
            person.act(Action::Step);
        }
        if shown.reel.is_some() && ui.button("turn").clicked() {
            person.act(Action::Speed(shown.pacing.speed.map(|speed| -speed)));
        }
        if ui.button("-").clicked() {
            person.act(Action::Speed(Some(faster(shown.pacing.speed, -1))));
        }
        let speed = shown.pacing.speed.map_or("max".to_owned(), |speed| format!("{speed}x"));
        ui.label(RichText::new(speed).color(WARM).strong());
        if ui.button("+").clicked() {
            person.act(Action::Speed(Some(faster(shown.pacing.speed, 1))));
        }
        let behind = shown.pacing.speed.is_some_and(|speed| f64::from(factor) < 0.95 * speed.abs());
        let behind = behind && !paused && shown.reel.is_none();
        let color = if behind { BAD } else { FAINT };
        ui.label(RichText::new(format!("{factor:.2}x")).color(color).small());
        ui.label(RichText::new(format!("{:.0} fps", moment.rate)).color(FAINT).small());
    });
}
