//! Panels over the picture: how the run is, what can be done to it, and which key does what.

use bevy::prelude::*;
use bevy_egui::egui::{self, Align2, Area, Color32, CornerRadius, Frame, Id, Margin, RichText, Stroke, Ui};
use bevy_egui::{EguiContexts, EguiPlugin, EguiPrimaryContextPass};
use wimz_vocabulary::{Command, Micros, Mode, ModeCause, Ratio, StopKind};
use wimz_world::dog::Act;
use wimz_world::fault::Fault;
use wimz_world::{Happening, Posture};

use super::Place;
use super::camera::{Angle, Gaze};
use super::moment::Moment;
use super::overlay::Overlays;
use super::person::{PULLED, Person, faster, treat};
use super::timeline::{self, timeline};
use crate::action::Action;
use crate::snapshot::{About, Snapshot};

/// A window so narrow shows no panel; one that is less wide or less high than that, neither log nor keys. In points.
const LEAST_FOR_ANY: f32 = 640.0;
const LEAST_FOR_ALL: [f32; 2] = [960.0, 640.0];

/// Lines of the log that are seen at once.
const LINES: usize = 9;

/// Colours of words: plain, by the way, what is under way, what the robot believes, what is well, what is not.
pub const INK: Color32 = Color32::from_rgb(0xf3, 0xec, 0xe0);
pub const FAINT: Color32 = Color32::from_rgb(0xc4, 0xbc, 0xae);
pub const WARM: Color32 = Color32::from_rgb(0xf0, 0xa3, 0x5e);
pub const COOL: Color32 = Color32::from_rgb(0x7c, 0xc4, 0xe8);
const GOOD: Color32 = Color32::from_rgb(0x8f, 0xcf, 0x8a);
const BAD: Color32 = Color32::from_rgb(0xf0, 0x6a, 0x5a);

/// What a person wants to see of them.
#[derive(Resource)]
pub struct Panels {
    /// Any at all.
    pub shown: bool,
    /// What is done to the house and the robot's body.
    hands: bool,
    /// Of the log, what holds this.
    filter: String,
}

/// What a person can break, for ten seconds, by the words of a scenario's faults.
const FAULTS: [(&str, Fault); 8] = [
    ("treat beam flickers", Fault::BeamFlicker),
    ("treat beam blocked", Fault::BeamBlocked),
    ("speaker unplugged", Fault::SpeakerGone),
    ("microphone unplugged", Fault::MicrophoneGone),
    ("microphone dead", Fault::MicrophoneDead),
    ("detector stuck", Fault::DetectorStuck),
    ("battery divider open", Fault::DividerOpen),
    ("thermometer silent", Fault::ThermometerSilent),
];

const NUDGES: [(&str, Act); 6] = [
    ("sit", Act::Sit),
    ("lie", Act::Lie),
    ("come", Act::Come),
    ("spin", Act::Spin),
    ("bark", Act::Speak),
    ("quiet", Act::Hush),
];

const KEYS: [[&str; 2]; 11] = [
    ["W A S D", "drive (shift: faster)"],
    ["arrows, C", "turn the head, centre it"],
    ["space", "stop"],
    ["backspace, R", "emergency stop, release it"],
    ["T, B", "treat, blue tube"],
    ["1 2 3 4", "orbit, chase, eye, top"],
    ["mouse, F", "turn and zoom, follow"],
    ["P  .", "pause, one tick"],
    ["-  =", "slower, faster"],
    ["O, H", "overlays, hide panels"],
    ["F12", "a picture of it, as PNG"],
];

/// Of a recording, in which nobody has a hand.
const KEYS_OF_A_REEL: [[&str; 2]; 8] = [
    ["P", "pause"],
    [",  .", "back and on by a moment"],
    ["left, right", "back and on by 5 s"],
    ["V", "backwards, forwards"],
    ["-  =", "slower, faster"],
    ["1 2 3 4, F", "cameras, follow"],
    ["O, H", "overlays, hide panels"],
    ["F12", "a picture of it, as PNG"],
];

pub fn plugin(app: &mut App) {
    app.insert_resource(Panels { shown: true, hands: false, filter: String::new() });
    app.add_plugins(EguiPlugin::default());
    app.add_systems(EguiPrimaryContextPass, (dress, show).chain());
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

/// A card that floats over the picture.
fn card(context: &egui::Context, name: &str, at: Align2, away: [f32; 2], add: impl FnOnce(&mut Ui)) {
    let frame = Frame::new()
        .fill(Color32::from_rgba_unmultiplied(24, 20, 17, 240))
        .stroke(Stroke::new(1.0, Color32::from_rgba_unmultiplied(255, 235, 205, 26)))
        .corner_radius(CornerRadius::same(10))
        .inner_margin(Margin::symmetric(12, 10));
    Area::new(Id::new(name)).anchor(at, away).show(context, |ui| frame.show(ui, add));
}

fn show(
    mut contexts: EguiContexts,
    moment: Res<Moment>,
    place: Res<Place>,
    mut gaze: ResMut<Gaze>,
    mut overlays: ResMut<Overlays>,
    mut panels: ResMut<Panels>,
    mut person: ResMut<Person>,
) -> Result {
    let context = contexts.ctx_mut()?;
    let Some(shown) = moment.shown() else { return Ok(()) };
    if gaze.angle == Angle::Eye {
        hud(context, shown, &place);
    }
    if !panels.shown {
        return Ok(());
    }
    let room = context.content_rect().size();
    if room.x < LEAST_FOR_ANY {
        return Ok(());
    }
    card(context, "run", Align2::LEFT_TOP, [14.0, 14.0], |ui| {
        ui.set_width(236.0);
        run(ui, shown, &moment, &place, &mut person);
        ui.separator();
        robot(ui, shown, &mut person);
        ui.separator();
        dogs(ui, shown, &mut person);
        if shown.reel.is_some() {
            return;
        }
        ui.separator();
        let open = panels.hands;
        if ui.selectable_label(open, if open { "v  hands on" } else { ">  hands on" }).clicked() {
            panels.hands = !open;
        }
        if open {
            hands(ui, &mut person);
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
        });
    });
    let mut low = -14.0;
    if let Some(reel) = shown.reel {
        card(context, "timeline", Align2::CENTER_BOTTOM, [0.0, low], |ui| {
            ui.set_width(room.x - 54.0);
            timeline(ui, reel, shown.truth.at, &moment, &mut person);
        });
        low -= timeline::HEIGHT + 34.0;
    }
    // A small window is for the picture.
    if room.x < LEAST_FOR_ALL[0] || room.y < LEAST_FOR_ALL[1] {
        return Ok(());
    }
    card(context, "keys", Align2::RIGHT_BOTTOM, [-14.0, low], |ui| {
        let keys: &[[&str; 2]] = if shown.reel.is_some() { &KEYS_OF_A_REEL } else { &KEYS };
        egui::Grid::new("keys").num_columns(2).spacing([10.0, 2.0]).show(ui, |ui| {
            for [key, what] in keys {
                ui.label(RichText::new(*key).color(WARM).small());
                ui.label(RichText::new(*what).color(FAINT).small());
                ui.end_row();
            }
        });
    });
    card(context, "log", Align2::LEFT_BOTTOM, [14.0, low], |ui| log(ui, &moment, &mut panels.filter));
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

fn robot(ui: &mut Ui, shown: &Snapshot, person: &mut Person) {
    let status = &shown.status;
    ui.horizontal(|ui| {
        for (name, mode) in [
            ("idle", Mode::Idle),
            ("manual", Mode::Manual),
            ("guardian", Mode::SilentGuardian),
            ("coach", Mode::Coach),
        ] {
            let clicked = ui.selectable_label(status.mode == mode, name).clicked();
            if clicked && status.mode != mode {
                person.ask(Command::SetMode { mode, cause: ModeCause::Dropdown });
            }
        }
        if status.mode == Mode::Mission {
            ui.label(RichText::new("mission").color(WARM));
        }
    });
    let charge = status.battery.map_or(0.0, |battery| battery.charge.get());
    let volts = shown.truth.battery.get();
    let color = if charge > 0.3 { GOOD } else { BAD };
    ui.horizontal(|ui| {
        let bar = egui::ProgressBar::new(charge).desired_width(120.0).desired_height(12.0).fill(color);
        ui.add(bar.corner_radius(CornerRadius::same(6)));
        ui.label(RichText::new(format!("{:.0}%  {volts:.1} V", charge * 100.0)).color(FAINT).small());
    });
    let drive = &status.drive;
    let moving = drive.left != Ratio::ZERO || drive.right != Ratio::ZERO;
    let (state, color) = match (drive.latched, moving) {
        (true, _) => ("emergency stop", BAD),
        (false, true) => ("drives", WARM),
        (false, false) => ("at rest", GOOD),
    };
    ui.horizontal(|ui| {
        ui.label(RichText::new(state).color(color));
        let hand = match (person.drives(), status.operator) {
            (true, _) => "you drive".to_owned(),
            (false, Some(client)) => format!("client {client} has the controls"),
            (false, None) => String::new(),
        };
        ui.label(RichText::new(hand).color(FAINT).small());
    });
    ui.horizontal(|ui| {
        let treats = format!("treats {} given, {} left", shown.truth.fallen, shown.truth.loaded);
        ui.label(RichText::new(treats).color(FAINT).small());
    });
    if shown.reel.is_none() {
        buttons(ui, drive.latched, person);
    }
    for seen in status.sight.dogs.iter().flatten() {
        let who = seen.known.map_or("a dog".to_owned(), |known| known.dog.to_string());
        let does = seen.behavior.map_or(String::new(), |behavior| format!(", {behavior:?}").to_lowercase());
        let text = format!("sees {who} {:.0}%{does}", seen.confidence.get() * 100.0);
        ui.label(RichText::new(text).color(COOL).small());
    }
    if let Some(quiet) = status.hearing.quiet {
        let text = format!("hears quiet for {:.0} s, {} barks", quiet.as_secs_f32(), status.hearing.barks);
        ui.label(RichText::new(text).color(COOL).small());
    }
}

fn buttons(ui: &mut Ui, latched: bool, person: &mut Person) {
    ui.horizontal(|ui| {
        if ui.button(RichText::new("STOP").color(BAD).strong()).clicked() {
            person.act(Action::Stop(StopKind::Stop));
        }
        if latched && ui.button("release").clicked() {
            person.ask(Command::ReleaseStop);
        }
        if ui.button("treat").clicked() {
            person.ask(treat());
        }
        if ui.button("tube").clicked() {
            person.ask(Command::MoodLight { on: None });
        }
    });
}

fn dogs(ui: &mut Ui, shown: &Snapshot, person: &mut Person) {
    for dog in shown.truth.dogs.iter().flatten() {
        let does = match (dog.voice, dog.posture) {
            (Some(voice), _) => format!("{voice:?}s").to_lowercase(),
            (None, Posture::Stand) if dog.speed.abs() > 0.1 => format!("{:.1} m/s", dog.speed),
            (None, Posture::Stand) => "stands".to_owned(),
            (None, Posture::Sit) => "sits".to_owned(),
            (None, Posture::Lie) => "lies".to_owned(),
        };
        ui.horizontal(|ui| {
            let [_, red, green, blue] = dog.coat.to_be_bytes();
            let (area, _) = ui.allocate_exact_size(egui::vec2(12.0, 12.0), egui::Sense::hover());
            let coat = Color32::from_rgb(red, green, blue);
            ui.painter().circle(area.center(), 5.5, coat, Stroke::new(1.0, FAINT));
            ui.label(RichText::new(dog.id.to_string()).strong());
            ui.label(RichText::new(does).color(FAINT).small());
        });
        if shown.reel.is_some() {
            continue;
        }
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 3.0;
            for (word, act) in NUDGES {
                if ui.small_button(word).clicked() {
                    person.act(Action::Nudge(dog.id, act));
                }
            }
        });
    }
    if shown.truth.dogs.iter().all(Option::is_none) {
        ui.label(RichText::new("no dog here").color(FAINT).small());
    }
}

fn hands(ui: &mut Ui, person: &mut Person) {
    ui.label(RichText::new("the house").color(FAINT).small());
    ui.horizontal_wrapped(|ui| {
        for (name, happening) in [
            ("doorbell", Happening::Doorbell),
            ("passer-by", Happening::Passerby),
            ("thunder", Happening::Thunder),
            ("television 10 s", Happening::Television(Micros::from_secs(10))),
            ("owner leaves", Happening::Owner { home: false }),
            ("owner comes", Happening::Owner { home: true }),
        ] {
            if ui.small_button(name).clicked() {
                person.act(Action::House(happening));
            }
        }
    });
    ui.label(RichText::new("break for 10 s").color(FAINT).small());
    ui.horizontal_wrapped(|ui| {
        for (name, fault) in FAULTS {
            if ui.small_button(name).clicked() {
                person.act(Action::Break(fault, Some(PULLED)));
            }
        }
    });
    ui.horizontal(|ui| {
        for (name, action) in
            [("refill", Action::Refill), ("on the dock", Action::Dock(true)), ("off it", Action::Dock(false))]
        {
            if ui.small_button(name).clicked() {
                person.act(action);
            }
        }
    });
}

fn log(ui: &mut Ui, moment: &Moment, filter: &mut String) {
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
            let text: String = notice.text.chars().take(68).collect();
            ui.label(RichText::new(text).small().color(color));
        });
    }
    ui.add(egui::TextEdit::singleline(filter).hint_text("only lines that hold ...").desired_width(200.0));
}

/// What the robot makes of its picture: boxes over it, where the picture lies in the window.
fn hud(context: &egui::Context, shown: &Snapshot, place: &Place) {
    let window = context.content_rect();
    // The whole of the robot's picture is seen: it fills the window in one direction.
    let aspect = place.lens.aspect;
    let size = if window.width() / window.height() > aspect {
        egui::vec2(window.height() * aspect, window.height())
    } else {
        egui::vec2(window.width(), window.width() / aspect)
    };
    let picture = egui::Rect::from_center_size(window.center(), size);
    let painter = context.layer_painter(egui::LayerId::background());
    let line = Stroke::new(1.5, Color32::from_rgba_unmultiplied(255, 255, 255, 60));
    let middle = picture.center();
    for way in [egui::vec2(9.0, 0.0), egui::vec2(0.0, 9.0)] {
        painter.line_segment([middle - way, middle + way], line);
    }
    for seen in shown.status.sight.dogs.iter().flatten() {
        let at = |x: Ratio, y: Ratio| {
            picture.min + egui::vec2(x.get() * picture.width(), y.get() * picture.height())
        };
        let area = egui::Rect::from_min_max(
            at(seen.area.left, seen.area.top),
            at(seen.area.right, seen.area.bottom),
        );
        painter.rect_stroke(area, CornerRadius::same(4), Stroke::new(2.0, COOL), egui::StrokeKind::Outside);
        let who = seen.known.map_or("dog".to_owned(), |known| known.dog.to_string());
        let text = format!("{who} {:.0}%", seen.confidence.get() * 100.0);
        painter.text(
            area.left_top() - egui::vec2(0.0, 4.0),
            Align2::LEFT_BOTTOM,
            text,
            egui::FontId::proportional(14.0),
            COOL,
        );
    }
    let head = format!("{}   pan {:+.0}   tilt {:+.0}", shown.status.mode, shown.truth.pan, shown.truth.tilt);
    painter.text(
        egui::pos2(window.center().x, window.bottom() - 18.0),
        Align2::CENTER_BOTTOM,
        head,
        egui::FontId::monospace(14.0),
        INK,
    );
}
