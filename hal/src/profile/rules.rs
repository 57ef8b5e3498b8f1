//! What the values of a profile must be to each other.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use wimz_vocabulary::Degrees;
use wimz_vocabulary::document::{Document, Flaw};

use super::check::Places;
use super::{AxisProfile, BatteryProfile, Profile, pulse};

/// An ADS1115 on 3.3 V clamps its inputs 0.3 V above that (datasheet, absolute maximum ratings), and would call
/// a full battery less than it is.
const CLAMP: f32 = 3.6;

/// All flaws of a profile whose values are in order one by one.
pub fn rules(document: &Document<'_>, places: &Places, profile: &Profile) -> Vec<Flaw> {
    let mut broken = Vec::new();
    broken.extend(travel("head.pan", &profile.head.pan));
    broken.extend(travel("head.tilt", &profile.head.tilt));
    broken.extend(battery(&profile.battery));
    let mut flaws: Vec<Flaw> = broken
        .into_iter()
        .map(|(path, message)| document.flaw(places.get(path.as_str()).cloned().unwrap_or(0..0), message))
        .collect();
    flaws.sort_by_key(|flaw| (flaw.line, flaw.column));
    flaws
}

/// A value's path, and what is wrong with it beside the others.
type Broken = (String, String);

fn travel(path: &str, axis: &AxisProfile) -> Vec<Broken> {
    let commandable = pulse::FIRST_DEGREES..=pulse::FIRST_DEGREES + pulse::SPAN_DEGREES;
    let ends: [(&str, Degrees); 2] = [("low", axis.low), ("high", axis.high)];
    let over = ends.into_iter().filter(|(_, end)| !commandable.contains(&axis.commanded(end.get())));
    over.map(|(name, end)| {
        let commanded = axis.commanded(end.get());
        let center = axis.center;
        let message =
            format!("{end} from centre {center} is commanded angle {commanded}: the servo knows -90 to 270");
        (format!("{path}.{name}"), message)
    })
    .collect()
}

fn battery(battery: &BatteryProfile) -> Vec<Broken> {
    let (empty, full, divider) = (battery.empty, battery.full, battery.divider);
    let mut broken = Vec::new();
    if full <= empty {
        broken.push(("battery.full".into(), format!("full at {full} is not above empty at {empty}")));
    }
    let input = full.get() / divider;
    if input > CLAMP {
        let least = full.get() / CLAMP;
        let message = format!(
            "{divider} puts {input:.2} V on the ADS1115's input when the battery is full: it clamps at {CLAMP} V, \
             so the divider must be at least {least:.2}"
        );
        broken.push(("battery.divider".into(), message));
    }
    broken
}
