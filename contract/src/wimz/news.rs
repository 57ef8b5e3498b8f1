//! What happens by itself, robot to app: `treat`, `alert`, `heartbeat`, `photo`.

use serde::Serialize;
use wimz_vocabulary::{
    Charging, Condition, DogId, EventBody, Heartbeat, JobId, JobOutcome, Level, RequestKey, StopKind,
    StoreState, TreatCause,
};

/// What came of a treat: `treat`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Treat {
    /// The dispenser's number for the job.
    pub job: JobId,
    /// What came of it.
    #[serde(flatten)]
    pub dropped: Dropped,
    /// Who asked and why, where this robot still knows.
    #[serde(flatten)]
    pub asked: Option<TreatAsked>,
    /// Treats of the last 24 hours, this one among them, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_today: Option<u16>,
}

/// How a treat was asked for, within a [`Treat`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct TreatAsked {
    /// What the asker calls the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestKey>,
    /// For which dog.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_id: Option<DogId>,
    /// Why.
    pub cause: TreatCause,
}

/// What came of a job of the dispenser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Dropped {
    /// Whether a treat fell for certain.
    pub success: bool,
    /// How many the beam counted.
    pub confirmed: u8,
    /// Whether that count is beyond doubt.
    pub certain: bool,
    /// A sentence for people.
    pub message: String,
}

impl From<JobOutcome> for Dropped {
    fn from(outcome: JobOutcome) -> Self {
        let (confirmed, certain, message) = match outcome {
            JobOutcome::Dropped { count: 0 } => (0, true, "The carousel turned; nothing fell.".to_owned()),
            JobOutcome::Dropped { count: 1 } => (1, true, "A treat dropped.".to_owned()),
            JobOutcome::Dropped { count } => (count, true, format!("{count} treats dropped together.")),
            JobOutcome::Uncertain { seen, .. } => (
                seen,
                false,
                "A treat may have dropped: it counts as given and is not tried again.".to_owned(),
            ),
            JobOutcome::EmptyOrJammed => {
                (0, true, "No treat dropped: the dispenser is empty or jammed.".to_owned())
            }
            JobOutcome::NotDone { why } => (0, true, format!("No treat dropped: {why}.")),
        };
        Self { success: certain && confirmed > 0, confirmed, certain, message }
    }
}

/// The robot is there, and its time moves on: `heartbeat`. `motor` echoes the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Beat {
    /// Which.
    pub seq: Heartbeat,
}

/// A picture: `photo`. The contract has it flat, without an envelope around its data.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct PhotoMessage<'a> {
    /// `photo`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "schemas", schemars(extend("const" = "photo")))]
    pub kind: &'static str,
    /// Which robot speaks.
    pub device_id: &'a str,
    /// The id that the command carried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a str>,
    /// The JPEG file in base64.
    pub data: String,
    /// When it was taken: ISO 8601, UTC.
    #[cfg_attr(feature = "schemas", schemars(extend("format" = "date-time")))]
    pub timestamp: String,
    /// A name for the file.
    pub filename: &'a str,
    /// Whether mode, time and dog are written into it.
    pub with_hud: bool,
}

/// Something a person should know: `alert`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Alert {
    /// A short, stable word for programs.
    pub alert_type: &'static str,
    /// A sentence for people.
    pub message: String,
}

impl Alert {
    /// What a person should know of a fact, if anything: most facts change the status, which is told anyway.
    pub fn of(fact: &EventBody) -> Option<Self> {
        let (alert_type, message) = match *fact {
            EventBody::Stopped { kind: StopKind::Stop } => ("stopped", "The robot was stopped.".to_owned()),
            EventBody::Stopped { kind: StopKind::Emergency } => (
                "emergency_stopped",
                "The robot was stopped and is latched: release it to drive on.".to_owned(),
            ),
            EventBody::StopReleased { .. } => {
                ("stop_released", "The emergency stop was released: the robot may move again.".to_owned())
            }
            EventBody::GuardIntervened => (
                "guard_intervened",
                "The drive guard stopped the tracks: the robot's logic had gone silent.".to_owned(),
            ),
            // A part that has come up is no news; one that is well again is.
            EventBody::PartChanged { from: Condition::Starting, to: Condition::Ok, .. } => return None,
            EventBody::PartChanged { part, to, .. } => match to {
                Condition::Failed(trouble) => {
                    ("part_failed", format!("The {part} does not work: {trouble}."))
                }
                Condition::Degraded(trouble) => {
                    ("part_degraded", format!("The {part} is impaired: {trouble}."))
                }
                Condition::Ok | Condition::Starting => ("part_recovered", format!("The {part} works again.")),
            },
            EventBody::TreatStrayed { .. } => ("treat_strayed", "A treat dropped late.".to_owned()),
            EventBody::BatteryLevel { to, .. } => {
                let (alert_type, message) = battery(to);
                (alert_type, message.to_owned())
            }
            EventBody::HeatLevel { to, .. } => {
                let (alert_type, message) = heat(to);
                (alert_type, message.to_owned())
            }
            EventBody::ChargingChanged { to } => match to {
                Charging::Yes => ("charging_started", "The battery is being charged.".to_owned()),
                Charging::No => ("charging_ended", "The battery is no longer being charged.".to_owned()),
                Charging::Unknown => return None,
            },
            EventBody::StoreChanged { to } => match to {
                StoreState::Ok => {
                    ("store_ok", "The robot can write down what happens, and gives treats.".to_owned())
                }
                StoreState::Slow => {
                    ("store_slow", "The robot's store does not answer: no treats until it does.".to_owned())
                }
                StoreState::Failed => (
                    "store_failed",
                    "The robot cannot write down what happens: no treats until it can.".to_owned(),
                ),
                StoreState::Opening => return None,
            },
            EventBody::FactsLost { count } => (
                "facts_lost",
                format!("{count} entries of the robot's history could not be written down and are lost."),
            ),
            _ => return None,
        };
        Some(Self { alert_type, message })
    }
}

/// Another level of the battery's charge, as a program's word and a sentence.
const fn battery(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::Normal => ("battery_normal", "The battery has enough charge again."),
        Level::Warning => ("battery_warning", "The battery is low: charge it soon."),
        Level::Critical => (
            "battery_critical",
            "The battery is critically low: the robot does nothing by itself until it is charged.",
        ),
        Level::Emergency => {
            ("battery_emergency", "The battery is nearly empty: the robot rests until it is charged.")
        }
    }
}

/// Another level of the computer's heat, as a program's word and a sentence.
const fn heat(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::Normal => ("heat_normal", "The robot has cooled down."),
        Level::Warning => ("heat_warning", "The robot is hot: give it air."),
        Level::Critical => {
            ("heat_critical", "The robot is too hot: it does nothing by itself until it has cooled.")
        }
        Level::Emergency => ("heat_emergency", "The robot is far too hot: it rests until it has cooled."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use wimz_vocabulary::{ClientId, Part, Trouble};

    #[test]
    fn a_treat_tells_whose_it_was_as_far_as_that_is_known() {
        let dropped = Dropped::from(JobOutcome::Dropped { count: 1 });
        let asked = TreatAsked {
            request_id: Some(RequestKey::new("r1").unwrap()),
            dog_id: None,
            cause: TreatCause::Owner,
        };
        let told =
            Treat { job: JobId(2), dropped: dropped.clone(), asked: Some(asked), total_today: Some(5) };
        let wanted = json!({ "job": 2, "success": true, "confirmed": 1, "certain": true,
            "message": "A treat dropped.", "request_id": "r1", "cause": "owner", "total_today": 5 });
        assert_eq!(serde_json::to_value(told).unwrap(), wanted);
        let told =
            serde_json::to_value(Treat { job: JobId(2), dropped, asked: None, total_today: None }).unwrap();
        assert_eq!(told.as_object().unwrap().len(), 5, "{told}");
    }

    #[test]
    fn a_person_is_told_what_matters_and_of_a_part_that_came_up_nothing() {
        let alerts = [
            (EventBody::Stopped { kind: StopKind::Emergency }, "emergency_stopped", "release it"),
            (EventBody::StopReleased { client: ClientId(1) }, "stop_released", "may move"),
            (
                EventBody::BatteryLevel { from: Level::Normal, to: Level::Warning },
                "battery_warning",
                "charge it",
            ),
            (EventBody::HeatLevel { from: Level::Normal, to: Level::Emergency }, "heat_emergency", "rests"),
            (EventBody::ChargingChanged { to: Charging::Yes }, "charging_started", "charged"),
            (EventBody::StoreChanged { to: StoreState::Failed }, "store_failed", "no treats"),
            (EventBody::FactsLost { count: 3 }, "facts_lost", "3 entries"),
            (
                EventBody::PartChanged {
                    part: Part::MoodLight,
                    from: Condition::Ok,
                    to: Condition::Failed(Trouble::PinRefused),
                },
                "part_failed",
                "The mood light does not work: a pin does not take its command.",
            ),
        ];
        for (fact, alert_type, words) in alerts {
            let alert = Alert::of(&fact).unwrap();
            assert_eq!(alert.alert_type, alert_type);
            assert!(alert.message.contains(words), "{alert:?}");
        }
        for fact in [
            EventBody::PartChanged { part: Part::Head, from: Condition::Starting, to: Condition::Ok },
            EventBody::ChargingChanged { to: Charging::Unknown },
            EventBody::StoreChanged { to: StoreState::Opening },
            EventBody::PowerButton { pressed: true },
        ] {
            assert_eq!(Alert::of(&fact), None, "{fact:?}");
        }
    }
}
