//! Time zones by their names in IANA's database, which is a part of the program: the same names on every machine.

use wimz_vocabulary::words::nearest;

/// The names of all time zones, as they are written: `Europe/Berlin`, and not `europe/berlin`.
fn names() -> Vec<String> {
    jiff::tz::db().available().map(|zone| zone.to_string()).collect()
}

/// Whether there is a time zone of this name.
///
/// # Errors
/// A sentence for the caller, with the name that was probably meant.
pub(super) fn check(name: &str) -> Result<(), String> {
    let known = names();
    if known.iter().any(|known| known == name) {
        return Ok(());
    }
    let as_written = known.iter().find(|known| known.eq_ignore_ascii_case(name)).map(String::as_str);
    Err(match as_written.or_else(|| nearest(name, known.iter().map(String::as_str))) {
        Some(meant) => format!("`timezone`: unknown time zone `{name}`: did you mean `{meant}`?"),
        None => {
            format!("`timezone`: unknown time zone `{name}`: give one of IANA's, such as `Europe/Berlin`")
        }
    })
}

/// What [`check`] lets through, for schemas.
#[cfg(feature = "schemas")]
pub(super) struct TimeZoneName;

#[cfg(feature = "schemas")]
impl schemars::JsonSchema for TimeZoneName {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TimeZoneName".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A time zone by its name in IANA's database.",
            "type": "string",
            "enum": names(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::ZoneName;

    #[test]
    fn every_zone_is_let_through_by_its_own_name_alone() {
        let names = names();
        assert!(names.len() > 400, "{}", names.len());
        for name in names {
            assert_eq!(check(&name), Ok(()));
            assert!(ZoneName::new(&name).is_ok(), "{name}");
            assert!(jiff::tz::TimeZone::get(&name).is_ok(), "{name}");
        }
        for (wrong, meant) in [("Europe/Belrin", "`Europe/Berlin`"), ("utc", "`UTC`"), ("x", "such as")] {
            let why = check(wrong).unwrap_err();
            assert!(why.contains(wrong) && why.contains(meant), "{why}");
        }
    }
}
