//! The table of all kinds of events: what each is called, what it tells, and where a line has that.

use wimz_vocabulary::{
    Bark, Behavior, Charging, Condition, Doubt, DriveEnd, EventBody, Gate, IdMethod, JobOutcome, KnownDog,
    Level, Mode, ModeCause, Part, Refusal, Release, SoundEnd, StopKind, StoreState, TreatCause, Trouble,
    Withheld, Work,
};
use wimz_world::dog::Deed;
use wimz_world::{Fault, Happening, WorldFact};

use super::{EventKind, MOST_FIELDS, Values};
use crate::expect::value::{Kind, Value, words};
use crate::outside::{Breakage, Outside};
use crate::session::{Line, StoreTrouble};

pub(super) const fn robot(line: &Line) -> Option<&EventBody> {
    match line {
        Line::Robot(event) => Some(&event.body),
        _ => None,
    }
}

pub(super) fn says<const N: usize>(said: [Value; N]) -> Option<Values> {
    let mut values = [Value::None; MOST_FIELDS];
    values[..N].copy_from_slice(&said);
    Some(values)
}

pub(super) const fn truth(truth: bool) -> Value {
    Value::Truth(truth)
}

pub(super) fn number(number: impl Into<f64>) -> Value {
    Value::Number(number.into())
}

/// To 0.001 of its unit.
pub(super) fn share(number: f32) -> Value {
    Value::Number((f64::from(number) * 1_000.0).round() / 1_000.0)
}

pub(super) fn dog(known: &Option<KnownDog>) -> [Value; 2] {
    match known {
        Some(known) => [Value::name(Some(known.dog.as_str())), Value::word(&known.by)],
        None => [Value::None; 2],
    }
}

fn bark(bark: &Bark) -> [Value; 4] {
    [
        share(bark.loudness.get()),
        Value::Span(bark.length),
        Value::number(bark.pitch),
        share(bark.confidence.get()),
    ]
}

/// By the names that scenarios have for them.
const HAPPENINGS: [&str; 7] =
    ["doorbell", "thunder", "passerby", "television", "speech", "owner_leaves", "owner_comes"];

fn happening(happening: Happening) -> Value {
    Value::Word(match happening {
        Happening::Owner { home: false } => "owner_leaves",
        Happening::Owner { home: true } => "owner_comes",
        Happening::Doorbell => "doorbell",
        Happening::Thunder => "thunder",
        Happening::Passerby => "passerby",
        Happening::Television(_) => "television",
        Happening::Speech(_) => "speech",
    })
}

/// What broke, or what somebody did, by the name that scenarios have for it.
fn broke(what: &Outside) -> Value {
    match what {
        Outside::Fault(Breakage { fault, .. }) => Value::word(fault),
        Outside::StoreTrouble { trouble: StoreTrouble::Fails, .. } => Value::Word("store_fails"),
        Outside::StoreTrouble { trouble: StoreTrouble::Stalls, .. } => Value::Word("store_stalls"),
        other => Value::word(other),
    }
}

/// By the commands' names on every wire.
const COMMANDS: [&str; 29] = [
    "motor",
    "servo",
    "servo_center",
    "set_mode",
    "stop_release",
    "dispense_treat",
    "carousel_rotate",
    "treat_counter_reset",
    "led",
    "mood_led",
    "audio",
    "audio_stop",
    "audio_toggle",
    "audio_volume",
    "audio_next",
    "audio_prev",
    "call_dog",
    "take_photo",
    "audio_message",
    "load_mission",
    "start_mission",
    "stop_mission",
    "pause_mission",
    "resume_mission",
    "resolve_mission",
    "start_program",
    "stop_program",
    "pause_program",
    "resume_program",
];

/// What [`broke`] can say beside the faults.
fn breakages() -> &'static [&'static str] {
    static ALL: std::sync::LazyLock<Vec<&'static str>> = std::sync::LazyLock::new(|| {
        let others = ["brain_hang", "clock_jump", "store_fails", "store_stalls", "refill", "dock", "reset"];
        words::<Fault>().iter().copied().chain(others).collect()
    });
    &ALL
}

pub(super) const CLIENT: (&str, Kind, bool) = ("client", Kind::Number("client"), false);
/// Of what is true in the room: it is always known which dog.
const REAL_DOG: (&str, Kind, bool) = ("dog", Kind::Dog, false);
pub(super) const DOG: (&str, Kind, bool) = ("dog", Kind::Dog, true);
pub(super) const BY: (&str, Kind, bool) = ("by", Kind::Words("a way to know a dog", words::<IdMethod>), true);
pub(super) const TRACK: (&str, Kind, bool) = ("track", Kind::Number("track"), false);
const LOUDNESS: (&str, Kind, bool) = ("loudness", Kind::Number("dB against full scale"), false);
const LENGTH: (&str, Kind, bool) = ("length", Kind::Span, false);
const PITCH: (&str, Kind, bool) = ("pitch", Kind::Number("hertz"), true);
pub(super) const CONFIDENCE: (&str, Kind, bool) = ("confidence", Kind::Number("0 to 1"), false);
const LEVEL: Kind = Kind::Words("a level", words::<Level>);
const MODE: Kind = Kind::Words("a mode", words::<Mode>);
const CONDITION: Kind = Kind::Words("a condition", words::<Condition>);
const BEHAVIOR: Kind = Kind::Words("a behavior", words::<Behavior>);

/// All kinds, in the order in which they are told of.
pub static KINDS: [EventKind; 38] = [
    EventKind {
        name: "mode_changed",
        about: "the mode is another one now",
        fields: &[
            ("from", MODE, false),
            ("to", MODE, false),
            ("cause", Kind::Words("a cause of a mode", words::<ModeCause>), false),
        ],
        of: |line| match robot(line)? {
            EventBody::ModeChanged { from, to, cause } => {
                says([Value::word(from), Value::word(to), Value::word(cause)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "operator_took",
        about: "somebody took the controls",
        fields: &[CLIENT],
        of: |line| match robot(line)? {
            EventBody::OperatorTook { client } => says([number(client.0)]),
            _ => None,
        },
    },
    EventKind {
        name: "operator_left",
        about: "the controls are free",
        fields: &[CLIENT, ("why", Kind::Words("a release", words::<Release>), false)],
        of: |line| match robot(line)? {
            EventBody::OperatorLeft { client, why } => says([number(client.0), Value::word(why)]),
            _ => None,
        },
    },
    EventKind {
        name: "drive_started",
        about: "the tracks begin to turn",
        fields: &[CLIENT],
        of: |line| match robot(line)? {
            EventBody::DriveStarted { client, .. } => says([number(client.0)]),
            _ => None,
        },
    },
    EventKind {
        name: "drive_ended",
        about: "the tracks come to rest",
        fields: &[("why", Kind::Words("an end of a drive", words::<DriveEnd>), false)],
        of: |line| match robot(line)? {
            EventBody::DriveEnded { why, .. } => says([Value::word(why)]),
            _ => None,
        },
    },
    EventKind {
        name: "stopped",
        about: "the robot was stopped by the stop path",
        fields: &[("kind", Kind::Words("a stop", words::<StopKind>), false)],
        of: |line| match robot(line)? {
            EventBody::Stopped { kind } => says([Value::word(kind)]),
            _ => None,
        },
    },
    EventKind {
        name: "stop_released",
        about: "the latch of an emergency stop was lifted",
        fields: &[CLIENT],
        of: |line| match robot(line)? {
            EventBody::StopReleased { client } => says([number(client.0)]),
            _ => None,
        },
    },
    EventKind {
        name: "guard_intervened",
        about: "the guard stopped the tracks by itself",
        fields: &[],
        of: |line| match robot(line)? {
            EventBody::GuardIntervened => says([]),
            _ => None,
        },
    },
    EventKind {
        name: "part_changed",
        about: "a part is in another condition",
        fields: &[
            ("part", Kind::Words("a part", words::<Part>), false),
            ("from", CONDITION, false),
            ("to", CONDITION, false),
            ("trouble", Kind::Words("a trouble", words::<Trouble>), true),
        ],
        of: |line| match robot(line)? {
            EventBody::PartChanged { part, from, to } => {
                let trouble = to.trouble().map_or(Value::None, |trouble| Value::word(&trouble));
                says([Value::word(part), Value::word(from), Value::word(to), trouble])
            }
            _ => None,
        },
    },
    EventKind {
        name: "dispense_started",
        about: "the dispenser begins with something",
        fields: &[
            ("job", Kind::Number("job"), false),
            ("work", Kind::Words("a work", words::<Work>), false),
            ("cause", Kind::Words("a cause of a treat", words::<TreatCause>), false),
            CLIENT,
            ("key", Kind::Name, true),
            DOG,
        ],
        of: |line| match robot(line)? {
            EventBody::DispenseStarted { job, work, cause, client, key, dog, .. } => says([
                Value::Number(job.0 as f64),
                Value::word(work),
                Value::word(cause),
                number(client.0),
                Value::name(key.as_ref().map(|key| key.as_str())),
                Value::name(dog.as_ref().map(|dog| dog.as_str())),
            ]),
            _ => None,
        },
    },
    EventKind {
        name: "praised",
        about: "something deserved a reward, and was praised and no more",
        fields: &[("withheld", Kind::Words("a reason to withhold a treat", words::<Withheld>), false)],
        of: |line| match robot(line)? {
            EventBody::Praised { withheld, .. } => says([Value::word(withheld)]),
            _ => None,
        },
    },
    EventKind {
        name: "dispense_ended",
        about: "the dispenser is done with it; `count` is what the beam saw",
        fields: &[
            ("job", Kind::Number("job"), false),
            ("outcome", Kind::Words("an outcome", words::<JobOutcome>), false),
            ("count", Kind::Number("treats"), true),
            ("doubt", Kind::Words("a doubt", words::<Doubt>), true),
            ("trouble", Kind::Words("a trouble", words::<Trouble>), true),
        ],
        of: |line| match robot(line)? {
            EventBody::DispenseEnded { job, outcome } => {
                let (count, doubt, trouble) = match outcome {
                    JobOutcome::Dropped { count } => (number(*count), Value::None, Value::None),
                    JobOutcome::Uncertain { seen, why } => (number(*seen), Value::word(why), Value::None),
                    JobOutcome::EmptyOrJammed => (Value::None, Value::None, Value::None),
                    JobOutcome::NotDone { why } => (Value::None, Value::None, Value::word(why)),
                };
                says([Value::Number(job.0 as f64), Value::word(outcome), count, doubt, trouble])
            }
            _ => None,
        },
    },
    EventKind {
        name: "treat_strayed",
        about: "a treat fell that no job waited for any more",
        fields: &[("after", Kind::Number("job"), true)],
        of: |line| match robot(line)? {
            EventBody::TreatStrayed { after } => {
                says([after.map_or(Value::None, |job| Value::Number(job.0 as f64))])
            }
            _ => None,
        },
    },
    EventKind {
        name: "wall_clock_jumped",
        about: "somebody set the wall clock",
        fields: &[("by", Kind::Number("seconds"), false)],
        of: |line| match robot(line)? {
            EventBody::WallClockJumped { by_us } => says([Value::Number(*by_us as f64 / 1e6)]),
            _ => None,
        },
    },
    EventKind {
        name: "power_button",
        about: "the power button was pressed or let go",
        fields: &[("pressed", Kind::Truth, false)],
        of: |line| match robot(line)? {
            EventBody::PowerButton { pressed } => says([truth(*pressed)]),
            _ => None,
        },
    },
    EventKind {
        name: "battery_level",
        about: "the battery is on another level",
        fields: &[("from", LEVEL, false), ("to", LEVEL, false)],
        of: |line| match robot(line)? {
            EventBody::BatteryLevel { from, to } => says([Value::word(from), Value::word(to)]),
            _ => None,
        },
    },
    EventKind {
        name: "heat_level",
        about: "the computer's heat is on another level",
        fields: &[("from", LEVEL, false), ("to", LEVEL, false)],
        of: |line| match robot(line)? {
            EventBody::HeatLevel { from, to } => says([Value::word(from), Value::word(to)]),
            _ => None,
        },
    },
    EventKind {
        name: "charging_changed",
        about: "the battery begins to be charged, or ceases to be",
        fields: &[("to", Kind::Words("a state of charging", words::<Charging>), false)],
        of: |line| match robot(line)? {
            EventBody::ChargingChanged { to } => says([Value::word(to)]),
            _ => None,
        },
    },
    EventKind {
        name: "sound_started",
        about: "a sound begins, or goes on after a pause",
        fields: &[("sound", Kind::Name, false)],
        of: |line| match robot(line)? {
            EventBody::SoundStarted { sound, .. } => says([Value::name(Some(sound.as_str()))]),
            _ => None,
        },
    },
    EventKind {
        name: "sound_ended",
        about: "a sound is over",
        fields: &[
            ("sound", Kind::Name, false),
            ("how", Kind::Words("an end of a sound", words::<SoundEnd>), false),
        ],
        of: |line| match robot(line)? {
            EventBody::SoundEnded { sound, how, .. } => {
                says([Value::name(Some(sound.as_str())), Value::word(how)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "dog_called",
        about: "the robot called a dog",
        fields: &[DOG, ("sound", Kind::Name, false)],
        of: |line| match robot(line)? {
            EventBody::DogCalled { dog, sound } => {
                says([Value::name(dog.as_ref().map(|dog| dog.as_str())), Value::name(Some(sound.as_str()))])
            }
            _ => None,
        },
    },
    EventKind {
        name: "bark",
        about: "the robot heard a bark",
        fields: &[DOG, BY, ("asked", Kind::Truth, false), LOUDNESS, LENGTH, PITCH, CONFIDENCE],
        of: |line| match robot(line)? {
            EventBody::Barked { bark: heard, known, asked } => {
                let ([dog, by], [loudness, length, pitch, confidence]) = (dog(known), bark(heard));
                says([dog, by, truth(*asked), loudness, length, pitch, confidence])
            }
            _ => None,
        },
    },
    EventKind {
        name: "bark_rejected",
        about: "it nearly took a sound for a bark",
        fields: &[("gate", Kind::Words("a gate", words::<Gate>), false), LOUDNESS, LENGTH, PITCH, CONFIDENCE],
        of: |line| match robot(line)? {
            EventBody::BarkRejected { bark: heard, gate } => {
                let [loudness, length, pitch, confidence] = bark(heard);
                says([Value::word(gate), loudness, length, pitch, confidence])
            }
            _ => None,
        },
    },
    EventKind {
        name: "dog_seen",
        about: "a dog has come into the robot's sight",
        fields: &[TRACK, DOG, BY, CONFIDENCE],
        of: |line| match robot(line)? {
            EventBody::DogSeen { track, known, confidence, .. } => {
                let [dog, by] = dog(known);
                says([number(track.0), dog, by, share(confidence.get())])
            }
            _ => None,
        },
    },
    EventKind {
        name: "dog_recognised",
        about: "the robot knows now which dog it sees, or knows it better",
        fields: &[TRACK, DOG, BY],
        of: |line| match robot(line)? {
            EventBody::DogRecognised { track, known } => {
                let [dog, by] = dog(&Some(*known));
                says([number(track.0), dog, by])
            }
            _ => None,
        },
    },
    EventKind {
        name: "dog_does",
        about: "a dog in its sight does something else than before",
        fields: &[TRACK, DOG, BY, ("behavior", BEHAVIOR, false), CONFIDENCE],
        of: |line| match robot(line)? {
            EventBody::DogDoes { track, known, behavior, confidence } => {
                let [dog, by] = dog(known);
                says([number(track.0), dog, by, Value::word(behavior), share(confidence.get())])
            }
            _ => None,
        },
    },
    EventKind {
        name: "dog_gone",
        about: "a dog is no longer in its sight",
        fields: &[TRACK, DOG, BY],
        of: |line| match robot(line)? {
            EventBody::DogGone { track, known } => {
                let [dog, by] = dog(known);
                says([number(track.0), dog, by])
            }
            _ => None,
        },
    },
    EventKind {
        name: "store_changed",
        about: "keeping facts works differently from before",
        fields: &[("to", Kind::Words("a state of the store", words::<StoreState>), false)],
        of: |line| match robot(line)? {
            EventBody::StoreChanged { to } => says([Value::word(to)]),
            _ => None,
        },
    },
    EventKind {
        name: "facts_lost",
        about: "facts could not be kept for so long that some were let go",
        fields: &[("count", Kind::Number("facts"), false)],
        of: |line| match robot(line)? {
            EventBody::FactsLost { count } => says([Value::Number(*count as f64)]),
            _ => None,
        },
    },
    EventKind {
        name: "refused",
        about: "a request was refused",
        fields: &[
            CLIENT,
            ("command", Kind::Words("a command", || &COMMANDS), false),
            ("code", Kind::Words("a refusal", words::<Refusal>), false),
        ],
        of: |line| match line {
            Line::Refused { request, refusal, .. } => says([
                number(request.from.0),
                Value::Word(request.command.name()),
                Value::Word(refusal.code()),
            ]),
            _ => None,
        },
    },
    EventKind {
        name: "room.treats_fell",
        about: "treats really fell through the chute, at one moment",
        fields: &[("count", Kind::Number("treats"), false)],
        of: |line| match line {
            Line::Room { fact: WorldFact::TreatsFell(count), .. } => says([number(*count)]),
            _ => None,
        },
    },
    EventKind {
        name: "room.contact_began",
        about: "the robot runs into something",
        fields: &[],
        of: |line| match line {
            Line::Room { fact: WorldFact::ContactBegan(_), .. } => says([]),
            _ => None,
        },
    },
    EventKind {
        name: "room.contact_ended",
        about: "it is free of it",
        fields: &[],
        of: |line| match line {
            Line::Room { fact: WorldFact::ContactEnded(_), .. } => says([]),
            _ => None,
        },
    },
    EventKind {
        name: "room.dog_barked",
        about: "a dog really barked",
        fields: &[REAL_DOG],
        of: |line| match line {
            Line::Room { fact: WorldFact::DogBarked(id), .. } => says([Value::name(Some(id.as_str()))]),
            _ => None,
        },
    },
    EventKind {
        name: "room.dog_ate",
        about: "a dog really ate a treat",
        fields: &[REAL_DOG],
        of: |line| match line {
            Line::Room { fact: WorldFact::DogAte(id), .. } => says([Value::name(Some(id.as_str()))]),
            _ => None,
        },
    },
    EventKind {
        name: "room.dog_did",
        about: "a dog really does something else",
        fields: &[REAL_DOG, ("deed", Kind::Words("a deed", words::<Deed>), false)],
        of: |line| match line {
            Line::Room { fact: WorldFact::DogDid { dog, deed }, .. } => {
                says([Value::name(Some(dog.as_str())), Value::word(deed)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "house",
        about: "something happens in the house",
        fields: &[("what", Kind::Words("a happening", || &HAPPENINGS), false)],
        of: |line| match line {
            Line::Broke { what: Outside::House(what), .. } => says([happening(*what)]),
            _ => None,
        },
    },
    EventKind {
        name: "broke",
        about: "something breaks, or somebody lays hands on the robot",
        fields: &[("what", Kind::Words("a breakage", breakages), false)],
        of: |line| match line {
            Line::Broke {
                what: Outside::House(_) | Outside::Nudge { .. } | Outside::Carry { .. }, ..
            } => None,
            Line::Broke { what, .. } => says([broke(what)]),
            _ => None,
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_the_contracts_own() {
        // What a person says comes as a message of its own.
        for name in COMMANDS.into_iter().filter(|name| *name != "audio_message") {
            let unknown = wimz_contract::wimz::read_data(name, serde_json::Value::Null);
            assert!(!matches!(unknown, Err(("unknown_command", _))), "{name}");
        }
        let codes = words::<Refusal>();
        assert!(
            codes.contains(&Refusal::Down.code()) && codes.contains(&Refusal::NotQuiet.code()),
            "{codes:?}"
        );
    }
}
