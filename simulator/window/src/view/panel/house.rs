//! What a person does to dogs, house and robot, by hand.

use bevy_egui::egui::{self, Color32, RichText, Stroke, Ui};
use wimz_vocabulary::Micros;
use wimz_world::dog::Act;
use wimz_world::fault::Fault;
use wimz_world::{Happening, Posture};

use super::super::person::{PULLED, Person};
use super::FAINT;
use crate::action::Action;
use crate::snapshot::Snapshot;

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

pub fn dogs(ui: &mut Ui, shown: &Snapshot, person: &mut Person) {
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
        if !shown.is_simulated_now() {
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
        let none = if shown.followed.is_some() { "no dog in sight" } else { "no dog here" };
        ui.label(RichText::new(none).color(FAINT).small());
    }
}

pub fn hands(ui: &mut Ui, person: &mut Person) {
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
