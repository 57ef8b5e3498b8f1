//! What the wall clock shows when a scenario begins, and where it hangs: `start = "2026-03-28T23:00"`, `timezone`.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use wimz_firmware::shelf::zone;
use wimz_vocabulary::document::{Document, Flaw, Spanned};
use wimz_vocabulary::words::nearest;
use wimz_vocabulary::{RobotTime, Zone, ZoneName};

use crate::outside::Outside;
use crate::session::WALL_CLOCK_US;

/// The wall clock of a scenario.
#[derive(Clone, Copy, Debug)]
pub struct Wall {
    /// How it runs, where the scenario says so. UTC, if it does not.
    zone: Option<Zone>,
    /// What it shows at the start, in seconds since 1970.
    start: i64,
}

impl Wall {
    /// As a scenario has it.
    ///
    /// # Errors
    /// A [`Flaw`] where there is no such zone, or no such time in it.
    pub fn read(
        document: &Document<'_>,
        timezone: Option<&Spanned<String>>,
        start: Option<&Spanned<String>>,
    ) -> Result<Self, Flaw> {
        let here = match timezone {
            None => TimeZone::UTC,
            Some(name) => TimeZone::get(name.get_ref())
                .map_err(|_| document.flaw(name.span(), no_such_zone(name.get_ref())))?,
        };
        let usual = WALL_CLOCK_US / 1_000_000;
        let start = match start {
            None => usual,
            Some(text) => {
                let shown = text.get_ref().parse::<DateTime>().ok();
                let moment = shown.and_then(|shown| here.to_ambiguous_zoned(shown).compatible().ok());
                let message = "is no time such as \"2026-03-28T23:00\"";
                moment
                    .ok_or_else(|| document.flaw(text.span(), format!("`{}` {message}", text.get_ref())))?
                    .timestamp()
                    .as_second()
            }
        };
        let zone =
            timezone.and_then(|name| ZoneName::new(name.get_ref()).ok()).map(|name| zone::from(&name, start));
        Ok(Self { zone, start })
    }

    /// What comes in for it at the start.
    pub fn inputs(&self) -> impl Iterator<Item = (RobotTime, Outside)> {
        let by_us = self.start * 1_000_000 - WALL_CLOCK_US;
        let jump = (by_us != 0).then_some(Outside::ClockJump(by_us));
        self.zone.map(Outside::Zone).into_iter().chain(jump).map(|outside| (RobotTime::BOOT, outside))
    }

    /// What it shows at a moment, in seconds since 1970.
    pub fn at(&self, at: RobotTime) -> i64 {
        self.start.saturating_add(i64::try_from(at.as_micros() / 1_000_000).unwrap_or(i64::MAX))
    }
}

fn no_such_zone(name: &str) -> String {
    let known: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
    match nearest(name, known.iter().map(String::as_str)) {
        Some(meant) => format!("unknown time zone `{name}`: did you mean `{meant}`?"),
        None => format!("unknown time zone `{name}`: give one of IANA's, such as `Europe/Berlin`"),
    }
}
