//! The state that a condition can ask for: what the robot says of itself, and what is true in the room.

mod coach;
mod guardian;
mod mission;
mod schedule;

use wimz_vocabulary::{
    Behavior, Charging, Condition, DetectorKind, DogId, DogInSight, DriveCause, Evidence, Health, Level,
    Mode, OutgoingSound, Part, Pattern, PlayerState, Ratio, RobotTime, Status, StoreState, Trouble,
};
use wimz_world::Truth;
use wimz_world::dog::{DogBody, Posture};
use wimz_world::sound::Voice;

use super::value::{Kind, Value, words};
use crate::session::Session;

/// A run at a moment. Taken once, asked by every condition.
pub struct View {
    status: Status,
    truth: Truth,
    powered: bool,
    rolling: bool,
    alive: bool,
}

impl View {
    /// As it is now.
    pub fn of(session: &Session) -> Self {
        let world = session.world();
        let (left, right) = world.duties();
        Self {
            status: session.status(),
            truth: world.truth(),
            powered: left != Ratio::ZERO || right != Ratio::ZERO,
            rolling: world.is_rolling(),
            alive: world.firmware_lives(),
        }
    }

    fn dog(&self, id: DogId) -> Option<&DogBody> {
        self.truth.dogs.iter().flatten().find(|dog| dog.id == id)
    }

    fn in_sight(&self, id: DogId) -> Option<&DogInSight> {
        let is = |dog: &&DogInSight| dog.known.is_some_and(|known| known.dog == id);
        self.status.sight.dogs.iter().flatten().find(is)
    }
}

/// One field of the state.
pub struct Field {
    /// Its name. `PART` stands for a part of the robot, `DOG` for a dog of the scenario.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it can hold nothing at all.
    pub optional: bool,
    /// What it is, for people.
    pub about: &'static str,
    get: Get,
}

enum Get {
    Plain(fn(&View) -> Value),
    Part(fn(Health) -> Value),
    Dog(fn(&View, &DogBody) -> Value),
    Sight(fn(Option<&DogInSight>) -> Value),
}

/// Whose field it is, where the name has a place for that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Whose {
    /// The robot's or the room's.
    Nobody,
    /// A part's.
    Part(Part),
    /// A dog's.
    Dog(DogId),
}

impl Field {
    /// What it holds at a moment. A dog that is not there has nothing.
    pub fn read(&self, whose: Whose, view: &View) -> Value {
        match (&self.get, whose) {
            (Get::Plain(get), _) => get(view),
            (Get::Part(get), Whose::Part(part)) => get(view.status.part(part)),
            (Get::Dog(get), Whose::Dog(id)) => view.dog(id).map_or(Value::None, |dog| get(view, dog)),
            (Get::Sight(get), Whose::Dog(id)) => get(view.in_sight(id)),
            (Get::Part(_) | Get::Dog(_) | Get::Sight(_), _) => Value::None,
        }
    }
}

const fn plain(name: &'static str, kind: Kind, about: &'static str, get: fn(&View) -> Value) -> Field {
    Field { name, kind, optional: false, about, get: Get::Plain(get) }
}

const fn maybe(name: &'static str, kind: Kind, about: &'static str, get: fn(&View) -> Value) -> Field {
    Field { name, kind, optional: true, about, get: Get::Plain(get) }
}

const fn part(
    name: &'static str,
    optional: bool,
    kind: Kind,
    about: &'static str,
    get: fn(Health) -> Value,
) -> Field {
    Field { name, kind, optional, about, get: Get::Part(get) }
}

const fn dog(
    name: &'static str,
    kind: Kind,
    about: &'static str,
    get: fn(&View, &DogBody) -> Value,
) -> Field {
    Field { name, kind, optional: true, about, get: Get::Dog(get) }
}

fn number(number: impl Into<f64>) -> Value {
    Value::Number(number.into())
}

/// To 0.001 of its unit, so that 0.3 is 0.3 and not the nearest that 32 bits have.
fn share(number: f32) -> Value {
    Value::Number((f64::from(number) * 1_000.0).round() / 1_000.0)
}

fn degrees(radians: f32) -> Value {
    share(radians.to_degrees())
}

const WORDS_OF_MODE: Kind = Kind::Words("a mode", words::<Mode>);
const LEVELS: Kind = Kind::Words("a level", words::<Level>);

/// All fields, in the order in which they are told of.
pub fn fields() -> impl Iterator<Item = &'static Field> + Clone {
    let own = guardian::FIELDS.iter().chain(&coach::FIELDS).chain(&mission::FIELDS).chain(&schedule::FIELDS);
    FIELDS.iter().chain(own)
}

/// Those of the body and the room.
static FIELDS: [Field; 51] = [
    plain("time", Kind::Span, "since the robot's start", |view| {
        Value::Span(view.truth.at.since(RobotTime::BOOT))
    }),
    plain("alive", Kind::Truth, "whether the robot's firmware runs", |view| Value::Truth(view.alive)),
    plain("mode", WORDS_OF_MODE, "the mode", |view| Value::word(&view.status.mode)),
    maybe("operator", Kind::Number("client"), "who is at the controls", |view| {
        Value::number(view.status.operator.map(|client| client.0))
    }),
    plain("drive.moving", Kind::Truth, "whether a track turns", |view| Value::Truth(view.rolling)),
    plain("drive.powered", Kind::Truth, "whether a motor has power on its pins", |view| {
        Value::Truth(view.powered)
    }),
    plain("drive.left", Kind::Number("-1 to 1"), "what the left track was told", |view| {
        share(view.status.drive.left.get())
    }),
    plain("drive.right", Kind::Number("-1 to 1"), "what the right track was told", |view| {
        share(view.status.drive.right.get())
    }),
    plain("drive.latched", Kind::Truth, "whether an emergency stop is latched", |view| {
        Value::Truth(view.status.drive.latched)
    }),
    plain("drive.stops", Kind::Number("stops"), "how often the guard was told to stop", |view| {
        Value::Number(view.status.drive.epoch.0 as f64)
    }),
    plain(
        "drive.cause",
        Kind::Words("a reason of the drive's", words::<DriveCause>),
        "why the tracks are as they are",
        |view| Value::word(&view.status.drive.cause),
    ),
    plain(
        "drive.evidence",
        Kind::Words("an evidence", words::<Evidence>),
        "how well that is known",
        |view| Value::word(&view.status.drive.evidence),
    ),
    plain("head.pan", Kind::Number("degrees"), "where the head is headed; left is positive", |view| {
        share(view.status.head.pan.get())
    }),
    plain("head.tilt", Kind::Number("degrees"), "where the head is headed; up is positive", |view| {
        share(view.status.head.tilt.get())
    }),
    maybe("battery.volts", Kind::Number("volts"), "as the robot measures it", |view| {
        view.status.battery.map_or(Value::None, |battery| share(battery.volts.get()))
    }),
    maybe("battery.charge", Kind::Number("0 to 1"), "share of a full charge", |view| {
        view.status.battery.map_or(Value::None, |battery| share(battery.charge.get()))
    }),
    maybe(
        "battery.charging",
        Kind::Words("a state of charging", words::<Charging>),
        "whether it is being charged",
        |view| view.status.battery.map_or(Value::None, |battery| Value::word(&battery.charging)),
    ),
    plain("battery.level", LEVELS, "how serious its charge is", |view| {
        Value::word(&view.status.battery_level)
    }),
    maybe("heat.celsius", Kind::Number("degrees Celsius"), "the computer's temperature", |view| {
        view.status.temperature.map_or(Value::None, |heat| share(heat.get()))
    }),
    plain("heat.level", LEVELS, "how serious that is", |view| Value::word(&view.status.heat_level)),
    plain("light.pattern", Kind::Words("a pattern", words::<Pattern>), "what the light ring shows", |view| {
        Value::word(&view.status.light)
    }),
    plain(
        "sound.player",
        Kind::Words("a state of the player", words::<PlayerState>),
        "what the player does",
        |view| Value::word(&view.status.sound.player),
    ),
    maybe("sound.current", Kind::Name, "the sound that is heard, or paused", |view| {
        Value::name(view.status.sound.current.as_ref().map(|name| name.as_str()))
    }),
    plain("sound.volume", Kind::Number("0 to 1"), "how loud", |view| share(view.status.sound.volume.get())),
    plain("sound.queued", Kind::Number("clips"), "clips that wait", |view| number(view.status.sound.queued)),
    plain(
        "microphone",
        Kind::Words("an outgoing sound", words::<OutgoingSound>),
        "what the app hears of the microphone",
        |view| Value::word(&view.status.microphone),
    ),
    maybe(
        "hearing.quiet",
        Kind::Span,
        "for how long no unasked bark was heard; none while the ear is not known to be alive",
        |view| view.status.hearing.quiet.map_or(Value::None, Value::Span),
    ),
    plain("hearing.barks", Kind::Number("barks"), "barks since the start", |view| {
        number(view.status.hearing.barks)
    }),
    plain("hearing.rejected", Kind::Number("sounds"), "sounds that were nearly taken for a bark", |view| {
        number(view.status.hearing.rejected.iter().fold(0_u32, |sum, count| sum.saturating_add(*count)))
    }),
    maybe(
        "sight.by",
        Kind::Words("a detector", words::<DetectorKind>),
        "who looks for dogs; none while nobody does",
        |view| view.status.sight.by.map_or(Value::None, |by| Value::word(&by)),
    ),
    plain("sight.dogs", Kind::Number("dogs"), "dogs in sight, known or not", |view| {
        number(view.status.sight.dogs.iter().flatten().count() as u32)
    }),
    Field {
        name: "sight.DOG.seen",
        kind: Kind::Truth,
        optional: false,
        about: "whether the robot knows that it sees this dog",
        get: Get::Sight(|seen| Value::Truth(seen.is_some())),
    },
    Field {
        name: "sight.DOG.behavior",
        kind: Kind::Words("a behavior", words::<Behavior>),
        optional: true,
        about: "what it sees this dog do",
        get: Get::Sight(|seen| {
            seen.and_then(|seen| seen.behavior).map_or(Value::None, |behavior| Value::word(&behavior))
        }),
    },
    plain(
        "treats.day",
        Kind::Number("treats"),
        "treats of the last 24 hours, the uncertain ones too",
        |view| number(view.status.treats.day),
    ),
    plain("treats.left", Kind::Number("treats"), "how many more there may be", |view| {
        number(view.status.treats.left)
    }),
    plain("treats.under_way", Kind::Truth, "whether the dispenser is at it", |view| {
        Value::Truth(view.status.treats.under_way.is_some())
    }),
    plain(
        "store",
        Kind::Words("a state of the store", words::<StoreState>),
        "how keeping facts works",
        |view| Value::word(&view.status.store),
    ),
    part("part.PART", false, Kind::Words("a condition", words::<Condition>), "how a part is", |health| {
        Value::word(&health.condition)
    }),
    part(
        "part.PART.trouble",
        true,
        Kind::Words("a trouble", words::<Trouble>),
        "what is wrong with it",
        |health| health.condition.trouble().map_or(Value::None, |trouble| Value::word(&trouble)),
    ),
    plain("room.x", Kind::Number("metres"), "where the robot really is", |view| share(view.truth.pose.x)),
    plain("room.y", Kind::Number("metres"), "where the robot really is", |view| share(view.truth.pose.y)),
    plain("room.heading", Kind::Number("degrees"), "where it really faces: 0 is east, 90 north", |view| {
        degrees(view.truth.pose.heading)
    }),
    plain("room.touching", Kind::Truth, "whether it stands against something", |view| {
        Value::Truth(view.truth.touching.is_some())
    }),
    plain("room.fallen", Kind::Number("treats"), "treats that really fell", |view| number(view.truth.fallen)),
    plain("room.loaded", Kind::Number("treats"), "treats left in the carousels", |view| {
        number(view.truth.loaded)
    }),
    plain("room.volts", Kind::Number("volts"), "what the battery really has", |view| {
        share(view.truth.battery.get())
    }),
    dog(
        "dog.DOG.posture",
        Kind::Words("a posture", words::<Posture>),
        "how a dog really holds itself",
        |_, dog| Value::word(&dog.posture),
    ),
    dog("dog.DOG.voice", Kind::Words("a voice", words::<Voice>), "what is heard of it", |_, dog| {
        dog.voice.map_or(Value::None, |voice| Value::word(&voice))
    }),
    dog("dog.DOG.speed", Kind::Number("metres a second"), "how fast it goes", |_, dog| share(dog.speed)),
    dog("dog.DOG.height", Kind::Number("metres"), "how high it stands: above 0 on furniture", |_, dog| {
        share(dog.ground)
    }),
    dog("dog.DOG.distance", Kind::Number("metres"), "from its middle to the robot's", |view, dog| {
        let (x, y) = (dog.pose.x - view.truth.pose.x, dog.pose.y - view.truth.pose.y);
        share((x * x + y * y).sqrt())
    }),
];
