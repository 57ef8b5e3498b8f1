//! How serious a low battery and a hot computer are. A level is left only when the reading has moved well past its
//! edge, so that nothing flutters. Without a reading it stays as it is: how old the last one is, the part's health says.

use serde::Serialize;
use wimz_vocabulary::{BatteryState, Celsius, Level};

/// Below these shares of a full charge a level begins; the worst begins at nothing. Field facts A1, Battery: 13.6 V
/// and 12.8 V of 12.0 to 16.8 V. At 12.0 V a cell has 3.0 V, and is harmed by going lower.
const LOW: f32 = 1.0 / 3.0;
const VERY_LOW: f32 = 1.0 / 6.0;

/// How far above its edge a level of the battery is left: 0.24 V, more than the pack recovers by itself at rest.
const CHARGE_MARGIN: f32 = 0.05;

/// From these temperatures on a level begins, in °C (field facts A1, Thermal).
const WARM: f32 = 86.0;
const HOT: f32 = 92.0;
const TOO_HOT: f32 = 95.0;

/// How far below its edge a level of the heat is left, in °C.
const HEAT_MARGIN: f32 = 3.0;

/// The battery's level.
///
/// It becomes worse when three readings in a row say so, to the mildest of the three: motors make the voltage sag, and
/// that is not emptiness. It becomes better with one reading. That the battery is being charged changes nothing by
/// itself: what counts is what is in it.
#[derive(Debug, Default, Serialize)]
pub struct BatteryLevel {
    level: Level,
    /// What the last two readings alone would make it.
    last: [Level; 2],
}

impl BatteryLevel {
    /// The level.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Hears a reading; the answer is the level before and now, if it changes.
    pub fn hear(&mut self, state: BatteryState) -> Option<(Level, Level)> {
        let charge = state.charge.get();
        let now = of_charge(charge);
        let [older, newer] = self.last;
        self.last = [newer, now];
        let at_least = older.min(newer).min(now);
        moved(&mut self.level, at_least, of_charge(charge - CHARGE_MARGIN))
    }
}

/// The level of the computer's heat.
#[derive(Debug, Default, Serialize)]
pub struct HeatLevel {
    level: Level,
}

impl HeatLevel {
    /// The level.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Hears a reading; the answer is the level before and now, if it changes.
    pub fn hear(&mut self, reading: Celsius) -> Option<(Level, Level)> {
        let celsius = reading.get();
        moved(&mut self.level, of_heat(celsius), of_heat(celsius + HEAT_MARGIN))
    }
}

/// Moves a level as little as the reading allows.
fn moved(level: &mut Level, at_least: Level, at_most: Level) -> Option<(Level, Level)> {
    let to = (*level).clamp(at_least, at_most);
    let from = core::mem::replace(level, to);
    (from != to).then_some((from, to))
}

fn of_charge(share: f32) -> Level {
    if share <= 0.0 {
        Level::Emergency
    } else if share < VERY_LOW {
        Level::Critical
    } else if share < LOW {
        Level::Warning
    } else {
        Level::Normal
    }
}

fn of_heat(celsius: f32) -> Level {
    if celsius >= TOO_HOT {
        Level::Emergency
    } else if celsius >= HOT {
        Level::Critical
    } else if celsius >= WARM {
        Level::Warning
    } else {
        Level::Normal
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;
    use wimz_vocabulary::{Charging, Ratio, Volts};

    fn charge(share: f32) -> BatteryState {
        BatteryState { volts: Volts::ZERO, charge: Ratio::clamped(share), charging: Charging::Unknown }
    }

    /// What a battery's level is after these readings, each heard three times.
    fn after_three(level: &mut BatteryLevel, share: f32) -> Level {
        for _ in 0..3 {
            level.hear(charge(share));
        }
        level.level()
    }

    #[test]
    fn a_batterys_level_has_its_edges_and_is_left_well_above_them() {
        let mut level = BatteryLevel::default();
        for (share, expected) in [
            (LOW, Level::Normal),
            (0.333, Level::Warning),
            (0.38, Level::Warning),
            (0.39, Level::Normal),
            (VERY_LOW + 0.001, Level::Warning),
            (VERY_LOW, Level::Warning),
            (0.166, Level::Critical),
            (0.21, Level::Critical),
            (0.22, Level::Warning),
            (0.001, Level::Critical),
            (0.0, Level::Emergency),
            (0.049, Level::Emergency),
            (0.051, Level::Critical),
            (0.0, Level::Emergency),
            (1.0, Level::Normal),
        ] {
            assert_eq!(after_three(&mut level, share), expected, "{share}");
        }
    }

    #[test]
    fn three_readings_in_a_row_are_a_low_battery_and_a_sag_is_not() {
        let mut level = BatteryLevel::default();
        for share in [0.9, 0.1, 0.1, 0.9, 0.1, 0.9, 0.1, 0.3] {
            assert_eq!(level.hear(charge(share)), None, "{share}");
        }
        assert_eq!(
            level.hear(charge(0.0)),
            Some((Level::Normal, Level::Warning)),
            "the mildest of the three"
        );
        assert_eq!(level.hear(charge(0.1)), None);
        assert_eq!(level.hear(charge(0.1)), Some((Level::Warning, Level::Critical)));
        assert_eq!(level.hear(charge(0.1)), None, "told once");
        assert_eq!(level.hear(charge(0.9)), Some((Level::Critical, Level::Normal)), "good news needs one");
    }

    #[test]
    fn heat_is_believed_at_once_and_left_three_degrees_below() {
        let mut level = HeatLevel::default();
        let mut told = Vec::new();
        for celsius in
            [85.9, 86.0, 83.0, 82.9, 91.9, 92.0, 89.0, 88.9, 94.9, 95.0, 92.0, 91.9, 96.0, 20.0, 99.0, 85.0]
        {
            told.extend(level.hear(Celsius::clamped(celsius)).map(|(_, to)| (celsius, to)));
            assert_eq!(told.last().map_or(Normal, |(_, to)| *to), level.level());
        }
        use Level::{Critical, Emergency, Normal, Warning};
        let expected = [
            (86.0, Warning),
            (82.9, Normal),
            (91.9, Warning),
            (92.0, Critical),
            (88.9, Warning),
            (94.9, Critical),
            (95.0, Emergency),
            (91.9, Critical),
            (96.0, Emergency),
            (20.0, Normal),
            (99.0, Emergency),
            (85.0, Warning),
        ];
        assert_eq!(told, expected);
    }

    proptest! {
        /// A reading that swings by less than the margin changes a level at most once, and to the worse.
        #[test]
        fn a_level_does_not_flutter(
            middle in 0.0f32..1.0, swings in proptest::collection::vec(-0.5f32..0.5, 1..60),
        ) {
            let (mut battery, mut heat) = (BatteryLevel::default(), HeatLevel::default());
            // Into the neighbourhood first, from the well side.
            let margin = CHARGE_MARGIN * 0.99;
            let settled = middle + margin / 2.0;
            after_three(&mut battery, settled);
            let (mut battery_moves, mut heat_moves) = (0, 0);
            let celsius = 80.0 + middle * 20.0;
            heat.hear(Celsius::clamped(celsius - HEAT_MARGIN * 0.495));
            for swing in swings {
                battery_moves += battery.hear(charge(middle + swing * margin)).is_some() as u32;
                heat_moves += heat.hear(Celsius::clamped(celsius + swing * HEAT_MARGIN * 0.99)).is_some() as u32;
            }
            // Two edges of the heat are as near to each other as its margin is wide.
            prop_assert!(battery_moves <= 1 && heat_moves <= 2, "{battery_moves} {heat_moves}");
        }

        /// A level is never milder than what all of the last three readings say, nor graver than the gravest of them
        /// with its margin.
        #[test]
        fn a_level_follows_its_readings(shares in proptest::collection::vec(0.0f32..0.5, 3..60)) {
            let mut battery = BatteryLevel::default();
            let mut heard: Vec<f32> = Vec::new();
            for share in shares {
                battery.hear(charge(share));
                heard.push(share);
                if let [.., a, b, c] = heard[..] {
                    prop_assert!(battery.level() >= of_charge(a.max(b).max(c)));
                    prop_assert!(battery.level() <= of_charge(c - CHARGE_MARGIN));
                }
            }
        }
    }
}
