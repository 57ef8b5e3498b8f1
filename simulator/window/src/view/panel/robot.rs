//! How the robot is, by its own account, and what one asks of it.

use bevy_egui::egui::{self, CornerRadius, RichText, Ui};
use wimz_vocabulary::{Command, Mode, ModeCause, Ratio, StopKind};

use super::super::person::{Person, treat};
use super::{BAD, COOL, FAINT, GOOD, WARM};
use crate::action::Action;
use crate::snapshot::Snapshot;

pub fn robot(ui: &mut Ui, shown: &Snapshot, person: &mut Person) {
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
    if let Some(battery) = status.battery {
        let (charge, volts) = (battery.charge.get(), shown.truth.battery.get());
        let color = if charge > 0.3 { GOOD } else { BAD };
        ui.horizontal(|ui| {
            let bar = egui::ProgressBar::new(charge).desired_width(120.0).desired_height(12.0).fill(color);
            ui.add(bar.corner_radius(CornerRadius::same(6)));
            ui.label(RichText::new(format!("{:.0}%  {volts:.1} V", charge * 100.0)).color(FAINT).small());
        });
    } else {
        ui.label(RichText::new("battery not measured").color(FAINT).small());
    }
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
            (true, _) if !drive.latched => "you drive".to_owned(),
            (_, Some(client)) => format!("client {client} has the controls"),
            (_, None) => String::new(),
        };
        ui.label(RichText::new(hand).color(FAINT).small());
    });
    ui.horizontal(|ui| {
        let treats = if shown.followed.is_some() {
            // How many are left in its carousels it does not tell.
            format!("treats {} in a day, {} more allowed", status.treats.day, status.treats.left)
        } else {
            format!("treats {} given, {} left", shown.truth.fallen, shown.truth.loaded)
        };
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
