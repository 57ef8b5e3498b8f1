//! The robot's board under a probe: registers and lines, and what they mean.

use bevy_egui::egui::{Grid, RichText, Ui};

use super::{FAINT, INK, WARM};
use crate::snapshot::Snapshot;

/// All of them, one under the other.
pub fn devices(ui: &mut Ui, shown: &Snapshot) {
    ui.spacing_mut().item_spacing.y = 1.0;
    for device in shown.devices.iter() {
        ui.horizontal(|ui| {
            ui.label(RichText::new(device.name).color(WARM).small().strong());
            ui.label(RichText::new(&device.place).color(FAINT).small());
        });
        Grid::new(device.name).num_columns(3).min_col_width(70.0).spacing([8.0, 0.0]).show(ui, |ui| {
            for register in &device.registers {
                ui.label(RichText::new(register.name).color(FAINT).small());
                ui.label(RichText::new(&register.value).color(INK).monospace().size(11.0));
                ui.label(RichText::new(&register.says).color(FAINT).small());
                ui.end_row();
            }
        });
        ui.add_space(4.0);
    }
}
