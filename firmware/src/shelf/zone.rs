//! How clocks run where the robot stands, from the database that comes with the program.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use wimz_vocabulary::{Zone, ZoneName};

/// What a machine without a zone has.
const UTC: &str = "UTC";

/// The machine's own zone; UTC, if that is not known.
pub fn of_the_machine() -> ZoneName {
    let here = TimeZone::try_system().ok();
    let name = here.as_ref().and_then(|zone| zone.iana_name()).unwrap_or(UTC);
    ZoneName::new(name).or_else(|_| ZoneName::new(UTC)).expect("a short name")
}

/// How clocks run in this zone, from `now` on, in seconds since 1970: at least three years ahead.
pub fn from(name: &ZoneName, now: i64) -> Zone {
    let mut zone = Zone::default();
    let here = TimeZone::get(name.as_str()).unwrap_or(TimeZone::UTC);
    let now = Timestamp::from_second(now).unwrap_or(Timestamp::UNIX_EPOCH);
    let ahead = here.following(now).map(|change| (change.timestamp().as_second(), change.offset().seconds()));
    let first = (now.as_second(), here.to_offset(now).seconds());
    for (place, change) in zone.changes.iter_mut().zip([first].into_iter().chain(ahead)) {
        *place = Some(change);
    }
    zone
}

/// What a clock in this zone shows at `unix`, in seconds since 1970; none past the end of the calendar.
pub fn shown(name: &ZoneName, unix: i64) -> Option<DateTime> {
    let here = TimeZone::get(name.as_str()).unwrap_or(TimeZone::UTC);
    Timestamp::from_second(unix).ok().map(|now| here.to_datetime(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_in_berlin_change_twice_a_year_and_in_kolkata_never() {
        let zone = |name: &str| from(&ZoneName::new(name).unwrap(), 1_767_225_600).changes;
        let berlin = zone("Europe/Berlin");
        assert_eq!(berlin[0], Some((1_767_225_600, 3_600)));
        assert_eq!(berlin[1], Some((1_774_746_000, 7_200)), "29 March 2026, 1:00 UTC");
        assert_eq!(berlin[2], Some((1_792_890_000, 3_600)), "25 October 2026, 1:00 UTC");
        assert!(berlin[7].is_some_and(|(from, _)| from > 1_767_225_600 + 3 * 365 * 86_400));
        assert_eq!(zone("Asia/Kolkata")[..2], [Some((1_767_225_600, 19_800)), None]);
        assert_eq!(zone("No/Where")[..2], [Some((1_767_225_600, 0)), None]);
    }
}
