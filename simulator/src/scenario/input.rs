//! What comes into a run, as people write it: commands, departures, faults, hands at the robot, what happens in the house.

use std::ops::Range;

use serde::Deserialize;
use wimz_brain::plans::PlanKind;
use wimz_brain::tuning::Tuning;
use wimz_contract::wimz::{Order, Plan, Schedule, read_data};
use wimz_firmware::sounds::Format;
use wimz_vocabulary::document::{Document, Flaw, Spanned};
use wimz_vocabulary::span::span;
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{
    ClientId, CoachCommand, Command, DogId, Micros, MissionCommand, Request, RequestId, RobotTime, SoundName,
    StopEpoch, Task, Track, TreatLimits,
};
use wimz_world::dog::Act;
use wimz_world::geometry::Pose;
use wimz_world::{Carried, Happening};

use super::breakage::{self, Details};
use super::dogs;
use super::inputs::{Drawn, Inputs};
use super::tuned::{self, Overlay};
use crate::outside::{Cue, Outside};

/// `[treats]`: how many the robot gives, where it is not as many as usual.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Treats {
    day: Option<u16>,
    hour: Option<u16>,
    session: Option<u16>,
    spacing: Option<Spanned<String>>,
}

/// One `[[input]]`: a command, a departure, a fault, a hand at the robot, something in the house; once or again and again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What twins call it.
    pub name: Option<Spanned<String>>,
    at: Spanned<String>,
    every: Option<Spanned<String>>,
    until: Option<Spanned<String>>,
    /// At moments of its own with each seed, `every` so long on average.
    by_chance: Option<Spanned<bool>>,
    client: Option<u32>,
    command: Option<Spanned<String>>,
    data: Option<Spanned<serde_json::Value>>,
    leave: Option<bool>,
    refill: Option<bool>,
    dock: Option<bool>,
    reset: Option<bool>,
    happens: Option<Spanned<String>>,
    /// The dog that a person has do something.
    carry: Option<Spanned<String>>,
    to: Option<Spanned<[f32; 2]>>,
    facing: Option<Spanned<f32>>,
    nudge: Option<Spanned<String>>,
    /// What it does.
    does: Option<Spanned<String>>,
    fault: Option<Spanned<String>>,
    /// The kind of event that the fault waits for, from `at` on.
    on: Option<Spanned<String>>,
    /// How long after that event.
    after: Option<Spanned<String>>,
    #[serde(rename = "for")]
    lasts: Option<Spanned<String>>,
    chip: Option<Spanned<String>>,
    bus: Option<Spanned<String>>,
    line: Option<Spanned<String>>,
    level: Option<Spanned<String>>,
    side: Option<Spanned<String>>,
    axis: Option<Spanned<String>>,
    freed_by: Option<Spanned<String>>,
    share: Option<Spanned<f32>>,
    by: Option<Spanned<String>>,
    register: Option<Spanned<u8>>,
    bit: Option<Spanned<u8>>,
}

impl Entry {
    /// What it says about a fault. Written out, for serde's `flatten` would lose the places.
    fn details(&self) -> Details {
        Details {
            lasts: self.lasts.as_ref().map(shortest),
            chip: self.chip.clone(),
            bus: self.bus.clone(),
            line: self.line.clone(),
            level: self.level.clone(),
            side: self.side.clone(),
            axis: self.axis.clone(),
            freed_by: self.freed_by.clone(),
            share: self.share.clone(),
            by: self.by.clone(),
            register: self.register.clone(),
            bit: self.bit.clone(),
        }
    }
}

/// Between the shortest and the longest that something lasts: `1s..60s`.
const TO: &str = "..";

/// How long it lasts at least, where it does not always last for as long.
fn shortest(lasts: &Spanned<String>) -> Spanned<String> {
    let text = lasts.get_ref().split(TO).next().unwrap_or_default();
    Spanned::new(lasts.span(), text.to_owned())
}

/// The most inputs that one entry may come to: a mistyped unit must not eat the machine.
const MOST: u64 = 1_000_000;

/// Client 1 asks where an entry names nobody; client 0 is the REST door.
const SOMEBODY: ClientId = ClientId(1);

/// How something in the house goes on.
enum Happens {
    /// It is over at once.
    Once(Happening),
    /// For so long.
    Lasting(fn(Micros) -> Happening),
}

const HAPPENINGS: [(&str, Happens); 7] = [
    ("doorbell", Happens::Once(Happening::Doorbell)),
    ("thunder", Happens::Once(Happening::Thunder)),
    ("passerby", Happens::Once(Happening::Passerby)),
    ("television", Happens::Lasting(Happening::Television)),
    ("speech", Happens::Lasting(Happening::Speech)),
    ("owner_leaves", Happens::Once(Happening::Owner { home: false })),
    ("owner_comes", Happens::Once(Happening::Owner { home: true })),
];

/// What the robot is called where dogs are called by their names.
const ROBOT: &str = "robot";

/// What an entry can say.
const KINDS: &str = "one of `command`, `leave = true`, `refill = true`, `reset = true`, `dock`, `happens`, `nudge`, `carry` or `fault`";

/// What an entry says.
enum Says<'e> {
    Command(&'e Spanned<String>),
    Leave,
    Refill,
    Reset,
    Dock(bool),
    Carry(&'e Spanned<String>),
    Nudge(&'e Spanned<String>),
    Fault(&'e Spanned<String>),
    Happens(&'e Spanned<String>),
}

/// What a person can have a dog do.
const NUDGES: [(&str, Act); 7] = [
    ("sit", Act::Sit),
    ("lie", Act::Lie),
    ("come", Act::Come),
    ("spin", Act::Spin),
    ("speak", Act::Speak),
    ("hush", Act::Hush),
    ("stay", Act::Stay),
];

/// Reads one thing that a person does to a running robot: a fault, a refill, the dock, a ring at
/// the door. The same words as an
/// `[[input]]` of a scenario, without its times.
///
/// # Errors
/// The first [`Flaw`].
pub fn read_hand(text: &str) -> Result<Outside, Flaw> {
    let text = format!("at = \"0s\"\n{text}");
    let document = Document::new("breakage", &text);
    let above = |flaw: Flaw| Flaw { line: flaw.line.saturating_sub(1).max(1), ..flaw };
    let entry: Entry = document.read().map_err(above)?;
    let reader = Reader { document: &document, overlay: None };
    let outside = reader.outside(&entry, &(0..0)).map_err(above)?;
    reader.range(&entry, false).map_err(above)?;
    if entry.every.is_some() || entry.until.is_some() || entry.by_chance.is_some() {
        return Err(document.flaw(
            0..0,
            "what is done to a running robot is done once: no `every`, no `until`, no `by_chance`",
        ));
    }
    match outside {
        Outside::Request(_) | Outside::Stop(_) | Outside::Left(_) => {
            Err(document.flaw(0..0, "commands go to the robot's own API"))
        }
        outside => Ok(outside),
    }
}

/// What comes in when the owner's calendar changes: in a scenario the robot is told at once.
fn appointment(plan: Plan) -> Result<Outside, &'static str> {
    let schedule = match plan {
        Plan::Delete(id) => return Ok(Outside::AppointmentGone(id)),
        Plan::Update(schedule) => *schedule,
        Plan::Create(fields, id) => {
            let schedule_id = id.ok_or("give it a `schedule_id`: nobody else does in a scenario")?;
            Schedule { schedule_id, fields: *fields }
        }
    };
    // Since when it stands is known once all inputs have their times.
    schedule.appointment(0).map(Outside::Appointment).ok_or("that is no appointment")
}

/// A sound that the robot has in this scenario beside those that it comes with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sound {
    name: Spanned<String>,
    length: Spanned<String>,
}

/// A plan that a scenario names.
#[derive(Clone, Debug)]
pub struct Named {
    /// Of which kind it is.
    pub kind: PlanKind,
    /// Its name.
    pub name: String,
    /// Where it is named.
    pub place: Range<usize>,
}

/// The longest that a sound of a scenario's own may be: as long as an hour of music.
const LONGEST_SOUND: Micros = Micros::from_secs(3_600);

/// Reads inputs of a document.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// Which.
    pub document: &'a Document<'a>,
    /// Numbers that take the place of its own.
    pub overlay: Option<&'a Overlay>,
}

impl Reader<'_> {
    /// A span of time.
    pub fn span(&self, text: &Spanned<String>) -> Result<Micros, Flaw> {
        span(text.get_ref()).map_err(|message| self.document.flaw(text.span(), message))
    }

    /// Numbers that the robot judges and acts by, each within its range; those that a file lays over them come last.
    pub(super) fn tuning(&self, tuning: Option<&Spanned<Tuning>>) -> Result<Option<Tuning>, Flaw> {
        if let Some(tuning) = tuning {
            tuned::check(tuning.get_ref()).map_err(|why| self.document.flaw(tuning.span(), why))?;
        }
        let own = tuning.map(|tuning| *tuning.get_ref());
        Ok(match self.overlay {
            None => own,
            Some(overlay) => Some(overlay.over(&own.unwrap_or_default())),
        })
    }

    /// How many treats the robot gives.
    pub fn limits(&self, treats: &Treats) -> Result<TreatLimits, Flaw> {
        let usual = TreatLimits::default();
        let spacing = treats.spacing.as_ref().map(|spacing| self.span(spacing)).transpose()?;
        Ok(TreatLimits {
            day: treats.day.unwrap_or(usual.day),
            hour: treats.hour.unwrap_or(usual.hour),
            session: treats.session.unwrap_or(usual.session),
            spacing: spacing.unwrap_or(usual.spacing),
        })
    }

    /// A sound of its own.
    pub fn sound(&self, sound: &Sound) -> Result<Track, Flaw> {
        let text = sound.name.get_ref();
        let flaw = |message: String| self.document.flaw(sound.name.span(), message);
        let name = SoundName::new(text).map_err(|why| flaw(format!("`{text}` is no sound's name: {why}")))?;
        let ending = text.rsplit_once('.').and_then(|(_, ending)| Format::of_ending(ending));
        if ending.is_none() || !text.contains('/') || text.starts_with('/') {
            return Err(flaw(format!(
                "`{text}` is no path below the sounds folder, such as \"talks/default/settle.wav\""
            )));
        }
        let length = self.span(&sound.length)?;
        if length == Micros::ZERO || length > LONGEST_SOUND {
            let message = format!("{length} is out of range: above 0, to {LONGEST_SOUND}");
            return Err(self.document.flaw(sound.length.span(), message));
        }
        Ok(Track { name, length })
    }

    /// Adds what an entry comes to, in a scenario of such a length.
    pub fn entry(
        &self,
        place: usize,
        written: &Spanned<Entry>,
        length: Micros,
        inputs: &mut Inputs,
    ) -> Result<(), Flaw> {
        let entry = written.get_ref();
        let outside = self.outside(entry, &written.span())?;
        let first = self.span(&entry.at)?;
        if first > length {
            let message = format!("{first} is after the scenario's end at {length}");
            return Err(self.document.flaw(entry.at.span(), message));
        }
        let by_chance = entry.by_chance.as_ref().filter(|by_chance| *by_chance.get_ref());
        let lasts = self.range(entry, by_chance.is_some())?;
        match (&entry.every, &entry.until) {
            (None, None) => match by_chance {
                None => inputs.push(RobotTime::BOOT + first, outside),
                Some(word) => {
                    let message =
                        "`by_chance` needs `every`, how long it is between two on average, and `until`";
                    return Err(self.document.flaw(word.span(), message));
                }
            },
            (Some(every), Some(until)) => {
                let (period, last) = (self.span(every)?, self.span(until)?);
                if last < first || last > length {
                    let message =
                        format!("{last} is not between {first}, where it begins, and the end at {length}");
                    return Err(self.document.flaw(until.span(), message));
                }
                if period == Micros::ZERO || (last - first).get() / period.get() > MOST {
                    let message = format!("every {period} until {last} is more than {MOST} inputs");
                    return Err(self.document.flaw(every.span(), message));
                }
                if by_chance.is_some() {
                    let (from, until) = (RobotTime::BOOT + first, RobotTime::BOOT + last);
                    inputs.draw(Drawn { place, from, until, every: period, lasts, outside });
                    return Ok(());
                }
                let mut at = first;
                while at <= last {
                    inputs.push(RobotTime::BOOT + at, outside.clone());
                    at = at + period;
                }
            }
            (Some(_), None) | (None, Some(_)) => {
                return Err(self.document.flaw(written.span(), "`every` and `until` belong together"));
            }
        }
        Ok(())
    }

    /// From how long to how long it lasts, where that is left to chance.
    fn range(&self, entry: &Entry, by_chance: bool) -> Result<Option<(Micros, Micros)>, Flaw> {
        let Some(lasts) = &entry.lasts else { return Ok(None) };
        let Some((low, high)) = lasts.get_ref().split_once(TO) else { return Ok(None) };
        let flaw = |message: String| self.document.flaw(lasts.span(), message);
        if !by_chance {
            return Err(flaw(format!(
                "`{low}{TO}{high}` is left to chance: say `by_chance = true`, or how long"
            )));
        }
        let (shortest, longest) = (span(low).map_err(flaw)?, span(high).map_err(flaw)?);
        if shortest == Micros::ZERO || shortest >= longest {
            return Err(flaw(format!("`{low}{TO}{high}` is no range: from above 0 to more than that")));
        }
        Ok(Some((shortest, longest)))
    }

    /// The plan that an entry names, if it names one, and where.
    pub fn plan(&self, entry: &Spanned<Entry>) -> Result<Option<Named>, Flaw> {
        let (place, entry) = (entry.span(), entry.get_ref());
        let (kind, name) = match self.outside(entry, &place)? {
            Outside::Request(Request { command, .. }) => match command {
                Command::Mission(
                    MissionCommand::Load { mission: Some(mission) }
                    | MissionCommand::Start { mission: Some(mission), .. },
                ) => (PlanKind::Mission, mission.to_string()),
                Command::Mission(MissionCommand::StartProgram { program, .. }) => {
                    (PlanKind::Program, program.to_string())
                }
                Command::Coach(CoachCommand::ForceTrick { trick, .. }) => {
                    (PlanKind::Trick, trick.to_string())
                }
                _ => return Ok(None),
            },
            Outside::Appointment(appointment) => match appointment.task {
                Task::Mission(mission) => (PlanKind::Mission, mission.to_string()),
                Task::Program(program) => (PlanKind::Program, program.to_string()),
            },
            _ => return Ok(None),
        };
        // The name itself, from where the entry says what is to be done.
        let place = entry.data.as_ref().map_or(place, Spanned::span);
        let text = self.document.text.get(place.start..).unwrap_or_default();
        let begins = ['"', '\'']
            .into_iter()
            .find_map(|quote| text.find(&format!("{quote}{name}{quote}")))
            .map_or(place.start, |within| place.start + within);
        Ok(Some(Named { kind, name, place: begins..begins }))
    }

    fn outside(&self, entry: &Entry, place: &Range<usize>) -> Result<Outside, Flaw> {
        let from = entry.client.map_or(SOMEBODY, ClientId);
        match self.kind(entry, place)? {
            Says::Command(name) => {
                self.only(entry, place, &["client", "data"])?;
                let data = entry.data.as_ref();
                let json = data.map_or(serde_json::Value::Null, |data| data.get_ref().clone());
                let (_, order) = read_data(name.get_ref(), json).map_err(|(code, message)| {
                    let at = if code == "unknown_command" {
                        name.span()
                    } else {
                        data.map_or(name.span(), Spanned::span)
                    };
                    self.document.flaw(at, message)
                })?;
                Ok(match order {
                    Order::Stop(kind) => Outside::Stop(kind),
                    Order::Request(command) => {
                        let (id, stops) = (RequestId::default(), StopEpoch::default());
                        Outside::Request(Request { id, from, stops, command })
                    }
                    Order::Plan(plan) => appointment(plan).map_err(|message| {
                        self.document.flaw(data.map_or(name.span(), Spanned::span), message)
                    })?,
                    Order::Talk(_) | Order::Signal(_) | Order::Ask(_) | Order::Wish(_) => {
                        return Err(self.document.flaw(name.span(), "that is a message, and no command"));
                    }
                })
            }
            Says::Leave => {
                self.only(entry, place, &["client"])?;
                Ok(Outside::Left(from))
            }
            Says::Refill => {
                self.only(entry, place, &[])?;
                Ok(Outside::Refill)
            }
            Says::Reset => {
                self.only(entry, place, &[])?;
                Ok(Outside::Reset)
            }
            Says::Dock(docked) => {
                self.only(entry, place, &[])?;
                Ok(Outside::Dock(docked))
            }
            Says::Carry(who) => self.carry(entry, place, who),
            Says::Nudge(dog) => self.nudge(entry, place, dog),
            Says::Fault(fault) => self.fault(entry, place, fault),
            Says::Happens(what) => self.happening(entry, place, what),
        }
    }

    /// The one thing that an entry says.
    fn kind<'e>(&self, entry: &'e Entry, place: &Range<usize>) -> Result<Says<'e>, Flaw> {
        let is = |said: Option<bool>, says: Says<'e>| (said == Some(true)).then_some(says);
        let said = [
            entry.command.as_ref().map(Says::Command),
            is(entry.leave, Says::Leave),
            is(entry.refill, Says::Refill),
            is(entry.reset, Says::Reset),
            entry.dock.map(Says::Dock),
            entry.carry.as_ref().map(Says::Carry),
            entry.nudge.as_ref().map(Says::Nudge),
            entry.fault.as_ref().map(Says::Fault),
            entry.happens.as_ref().map(Says::Happens),
        ];
        let not = [entry.leave, entry.refill, entry.reset].contains(&Some(false));
        let mut said = said.into_iter().flatten();
        match (said.next(), said.next()) {
            (Some(says), None) if !not => Ok(says),
            (Some(_), Some(_)) => {
                Err(self.document.flaw(place.clone(), format!("one input says one thing: {KINDS}")))
            }
            _ => Err(self.document.flaw(place.clone(), format!("an input is {KINDS}"))),
        }
    }

    /// Somebody whom a person carries to another place.
    fn carry(&self, entry: &Entry, place: &Range<usize>, who: &Spanned<String>) -> Result<Outside, Flaw> {
        self.only(entry, place, &["to", "facing"])?;
        let name = who.get_ref();
        let carried = if name == ROBOT {
            Carried::Robot
        } else {
            let flaw = |why| self.document.flaw(who.span(), format!("`{name}` is no name of a dog: {why}"));
            Carried::Dog(DogId::new(name).map_err(flaw)?)
        };
        let to = entry.to.as_ref().ok_or_else(|| {
            self.document.flaw(who.span(), "where to? Say `to = [2.0, 1.5]`, in metres, and perhaps `facing`")
        })?;
        let heading = dogs::heading(self.document, entry.facing.as_ref())?;
        let [x, y] = *to.get_ref();
        if !x.is_finite() || !y.is_finite() {
            return Err(self.document.flaw(to.span(), "that is no place in a room"));
        }
        Ok(Outside::Carry { who: carried, to: Pose { x, y, heading } })
    }

    /// Something that a person has a dog do.
    fn nudge(&self, entry: &Entry, place: &Range<usize>, dog: &Spanned<String>) -> Result<Outside, Flaw> {
        self.only(entry, place, &["does"])?;
        let id = DogId::new(dog.get_ref())
            .map_err(|why| self.document.flaw(dog.span(), format!("that is no name of a dog: {why}")))?;
        let does = entry.does.as_ref().ok_or_else(|| {
            self.document.flaw(dog.span(), "a nudge needs `does`, such as \"sit\"".to_owned())
        })?;
        let act = NUDGES.iter().find(|(known, _)| known == does.get_ref());
        let (_, act) = act.ok_or_else(|| {
            self.document.flaw(does.span(), unknown("act", does.get_ref(), NUDGES.map(|(name, _)| name)))
        })?;
        Ok(Outside::Nudge { dog: id, act: *act })
    }

    /// Something that happens in the house.
    fn happening(
        &self,
        entry: &Entry,
        place: &Range<usize>,
        what: &Spanned<String>,
    ) -> Result<Outside, Flaw> {
        let known = HAPPENINGS.iter().find(|(known, _)| known == what.get_ref());
        let (name, happening) = known.ok_or_else(|| {
            self.document
                .flaw(what.span(), unknown("happening", what.get_ref(), HAPPENINGS.map(|(name, _)| name)))
        })?;
        Ok(Outside::House(match happening {
            Happens::Once(happening) => {
                self.only(entry, place, &[])?;
                *happening
            }
            Happens::Lasting(happening) => {
                self.only(entry, place, &["for"])?;
                let lasts = entry.lasts.as_ref().ok_or_else(|| {
                    self.document.flaw(what.span(), format!("{name} needs `for`, such as \"10s\""))
                })?;
                happening(self.span(&shortest(lasts))?)
            }
        }))
    }

    /// Refuses what the entry says beyond what its kind takes.
    fn only(&self, entry: &Entry, place: &Range<usize>, takes: &[&str]) -> Result<(), Flaw> {
        let says = [
            ("client", entry.client.is_some()),
            ("data", entry.data.is_some()),
            ("on", entry.on.is_some()),
            ("after", entry.after.is_some()),
            ("to", entry.to.is_some()),
            ("facing", entry.facing.is_some()),
            ("does", entry.does.is_some()),
        ];
        let says = says.into_iter().filter_map(|(name, said)| said.then_some(name));
        match says.chain(entry.details().said()).find(|name| !takes.contains(name)) {
            None => Ok(()),
            Some(name) => Err(self.document.flaw(place.clone(), format!("this input takes no `{name}`"))),
        }
    }

    fn fault(&self, entry: &Entry, place: &Range<usize>, name: &Spanned<String>) -> Result<Outside, Flaw> {
        let outside = breakage::read(self.document, name, &entry.details())?;
        if entry.client.is_some() || entry.data.is_some() {
            return Err(self.document.flaw(place.clone(), "a fault takes no `client` and no `data`"));
        }
        let Some(on) = &entry.on else {
            return match &entry.after {
                None => Ok(outside),
                Some(after) => Err(self.document.flaw(after.span(), "`after` belongs to `on`")),
            };
        };
        let cue = Cue::ALL.iter().find(|(known, _)| known == on.get_ref());
        let (_, cue) = cue.ok_or_else(|| {
            let names = Cue::ALL.map(|(name, _)| name);
            self.document.flaw(on.span(), unknown("event", on.get_ref(), names))
        })?;
        let after = entry.after.as_ref().map(|after| self.span(after)).transpose()?.unwrap_or_default();
        match outside {
            Outside::Fault(fault) => Ok(Outside::Arm { cue: *cue, after, fault }),
            _ => Err(self.document.flaw(on.span(), format!("{} waits for no event", name.get_ref()))),
        }
    }
}
