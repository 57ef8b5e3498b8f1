//! What an owner sets: `/settings`. Whatever stands here has an effect, at once and after every start.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wimz_vocabulary::{Micros, TreatLimits, ZoneName};

use super::command::field::whole;
use super::{GuardianChosen, GuardianWish, zone};

/// All settings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Settings {
    /// How loud, 0 to 100.
    #[cfg_attr(feature = "schemas", schemars(range(min = 0, max = 100)))]
    pub volume: u8,
    /// How many treats the robot gives.
    pub treats: TreatSettings,
    /// When silent guardian asks for quiet.
    pub guardian: GuardianChosen,
    /// Where the robot stands, as far as clocks go: a time zone by its name in IANA's database. That of the machine, if
    /// nothing is set.
    pub timezone: ZoneName,
}

/// How many treats the robot gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TreatSettings {
    /// In any 24 hours, whoever wants them: 0 to 50.
    #[cfg_attr(feature = "schemas", schemars(range(min = 0, max = 50)))]
    pub day: u16,
    /// In any 60 minutes, of the robot's own giving: 0 to 30.
    #[cfg_attr(feature = "schemas", schemars(range(min = 0, max = 30)))]
    pub hour: u16,
    /// From one change of the mode to the next, of the robot's own giving: 0 to 50.
    #[cfg_attr(feature = "schemas", schemars(range(min = 0, max = 50)))]
    pub session: u16,
    /// Seconds between two treats of the robot's own giving: 5 to 3,600.
    #[cfg_attr(feature = "schemas", schemars(range(min = 5, max = 3600)))]
    pub spacing_s: u16,
}

/// What an owner wants to be different; what is left out stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SettingsPatch {
    /// See [`Settings::volume`].
    #[serde(default, deserialize_with = "whole", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(range(min = 0, max = 100)))]
    pub volume: Option<u8>,
    /// See [`Settings::treats`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub treats: Option<TreatPatch>,
    /// See [`Settings::guardian`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardian: Option<GuardianWish>,
    /// See [`Settings::timezone`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(with = "Option<zone::TimeZoneName>"))]
    pub timezone: Option<ZoneName>,
}

/// See [`SettingsPatch`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TreatPatch {
    /// See [`TreatSettings::day`].
    #[serde(default, deserialize_with = "whole", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(range(min = 0, max = 50)))]
    pub day: Option<u16>,
    /// See [`TreatSettings::hour`].
    #[serde(default, deserialize_with = "whole", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(range(min = 0, max = 30)))]
    pub hour: Option<u16>,
    /// See [`TreatSettings::session`].
    #[serde(default, deserialize_with = "whole", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(range(min = 0, max = 50)))]
    pub session: Option<u16>,
    /// See [`TreatSettings::spacing_s`].
    #[serde(default, deserialize_with = "whole", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(range(min = 5, max = 3600)))]
    pub spacing_s: Option<u16>,
}

impl SettingsPatch {
    /// Reads what a caller gives.
    ///
    /// # Errors
    /// A sentence for the caller: a setting that is unknown or of another kind.
    pub fn read(data: Value) -> Result<Self, String> {
        // A list would do for serde, in an order that nobody knows.
        if !data.is_object()
            || ["treats", "guardian"].iter().any(|part| data.get(part).is_some_and(Value::is_array))
        {
            return Err(
                "give settings as a JSON object: {\"volume\": 40, \"treats\": {\"day\": 10}}".to_owned()
            );
        }
        serde_json::from_value(data).map_err(|error| error.to_string())
    }
}

impl Settings {
    /// These with the changes of a patch.
    ///
    /// # Errors
    /// A sentence for the caller on the first setting that would be out of its range.
    pub fn with(self, patch: SettingsPatch) -> Result<Self, String> {
        let treats = patch.treats.map_or(Ok(self.treats), |treats| self.treats.with(treats))?;
        let volume = patch.volume.unwrap_or(self.volume);
        if volume > 100 {
            return Err(format!("`volume` is {volume}: give a whole number from 0 to 100"));
        }
        let guardian = patch.guardian.map_or(Ok(self.guardian), |wish| {
            self.guardian.but(wish).map_err(|why| why.replacen('`', "`guardian.", 1))
        })?;
        let timezone = patch.timezone.unwrap_or(self.timezone);
        if patch.timezone.is_some() {
            zone::check(timezone.as_str())?;
        }
        Ok(Self { volume, treats, timezone, guardian })
    }
}

impl TreatSettings {
    /// These with the changes of a patch.
    ///
    /// # Errors
    /// A sentence for the caller on the first that would be out of its range.
    pub fn with(self, patch: TreatPatch) -> Result<Self, String> {
        let new = Self {
            day: patch.day.unwrap_or(self.day),
            hour: patch.hour.unwrap_or(self.hour),
            session: patch.session.unwrap_or(self.session),
            spacing_s: patch.spacing_s.unwrap_or(self.spacing_s),
        };
        // Room for several times what the fleet is set to (field facts A2.2 and A2.4), and for none at all. A treat takes
        // the dispenser some seconds.
        for (name, value, range) in [
            ("day", new.day, 0..=50),
            ("hour", new.hour, 0..=30),
            ("session", new.session, 0..=50),
            ("spacing_s", new.spacing_s, 5..=3_600),
        ] {
            if !range.contains(&value) {
                let (least, most) = range.into_inner();
                return Err(format!(
                    "`treats.{name}` is {value}: give a whole number from {least} to {most}"
                ));
            }
        }
        Ok(new)
    }
}

impl From<TreatSettings> for TreatLimits {
    fn from(treats: TreatSettings) -> Self {
        let TreatSettings { day, hour, session, spacing_s } = treats;
        Self { day, hour, session, spacing: Micros::from_secs(spacing_s.into()) }
    }
}

impl From<TreatLimits> for TreatSettings {
    fn from(limits: TreatLimits) -> Self {
        let TreatLimits { day, hour, session, spacing } = limits;
        let spacing_s = u16::try_from(spacing.get() / Micros::from_secs(1).get()).unwrap_or(u16::MAX);
        Self { day, hour, session, spacing_s }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patch_changes_what_it_names_or_nothing() {
        let before = Settings {
            volume: 70,
            treats: TreatLimits::default().into(),
            timezone: ZoneName::new("UTC").unwrap(),
            guardian: GuardianChosen {
                bark_count_threshold: 2,
                bark_threshold: -28.0,
                confidence_minimum: 0.5,
                fast_escalation_bpm: 30,
            },
        };
        let patched = |patch| SettingsPatch::read(patch).and_then(|patch| before.with(patch));
        assert_eq!(patched(json!({})), Ok(before));
        let less = TreatSettings { day: 3, spacing_s: 5, ..before.treats };
        let now = patched(json!({ "treats": { "day": 3, "spacing_s": 5 } })).unwrap();
        assert_eq!(now, Settings { treats: less, ..before });
        assert_eq!(TreatLimits::from(now.treats).spacing, Micros::from_secs(5));
        let there = patched(json!({ "timezone": "Europe/Berlin" })).unwrap();
        assert_eq!(there.timezone.as_str(), "Europe/Berlin");
        let wrong = patched(json!({ "timezone": "Europe/Belrin" })).unwrap_err();
        assert!(wrong.contains("did you mean `Europe/Berlin`"), "{wrong}");
        for bad in [
            json!({ "timezone": "nowhere in particular" }),
            json!({ "timezone": "" }),
            json!({ "volume": 101 }),
            json!({ "volume": -1 }),
            json!({ "volume": 7.5 }),
            json!({ "volume": "loud" }),
            json!({ "level": 50 }),
            json!({ "treats": { "day": 51 } }),
            json!({ "treats": { "day": 3, "hour": 31 } }),
            json!({ "treats": { "session": 51 } }),
            json!({ "treats": { "spacing_s": 4 } }),
            json!({ "treats": { "week": 100 } }),
            json!({ "treats": 20 }),
            json!({ "treats": [20] }),
            json!([50]),
            json!(null),
        ] {
            assert!(patched(bad.clone()).is_err_and(|why| why.len() > 10), "{bad}");
        }
    }
}
