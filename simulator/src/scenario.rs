//! Scenarios: a room, a robot, dogs, a length, what comes in when, and what is expected of it all. `assets/scenarios/*.toml`.
//!
//! Inputs are the contract's own commands and go through the same translator as a client's.

pub mod breakage;
pub mod dogs;
mod input;
mod inputs;
pub mod recorded;
pub mod tuned;
mod twin;
mod wall;

use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use wimz_brain::Plans;
use wimz_brain::plans::PlanKind;
use wimz_brain::tuning::Tuning;
use wimz_vocabulary::document::{Document, Flaw, Spanned};
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{DogId, Micros, RobotTime, Track};
use wimz_world::room::Room;

use crate::assets::{self, BadInput, Kind, Source};
use crate::expect::{Expectation, file as expect};
use crate::outside::Outside;
use crate::session::{Setting, Start};
pub use dogs::Dog;
pub use input::read_hand;
use input::{Entry, Named, Reader, Treats};
use inputs::Inputs;
pub use recorded::Recorded;
pub use tuned::Overlay;
pub use twin::Twin;
use wall::Wall;

/// A scenario, ready to run.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// One line on what it shows.
    pub about: String,
    /// The room's name or path.
    pub room: String,
    /// The robot's name or path.
    pub robot: String,
    /// The dogs that are in the room.
    pub dogs: Vec<Dog>,
    /// How long it runs.
    pub length: Micros,
    /// The seed of the session that it was made of; others tell another story.
    pub seed: Option<u64>,
    /// Which start of the robot that was.
    start: Option<Start>,
    inputs: Inputs,
    /// What is expected, in the order of the file.
    pub expectations: Vec<Expectation>,
    /// The same with a difference, which must fail.
    pub twins: Vec<Twin>,
    /// Paths of plans of its own.
    plans: Vec<(PlanKind, Spanned<String>)>,
    /// The plans that its inputs, and those of its twins, name.
    names: Vec<Named>,
    /// Where the room and the robot are named.
    places: [Range<usize>; 2],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    about: String,
    room: Spanned<String>,
    robot: Spanned<String>,
    length: Spanned<String>,
    /// Paths of plans that the robot knows beside those that it comes with.
    #[serde(default)]
    missions: Vec<Spanned<String>>,
    #[serde(default)]
    programs: Vec<Spanned<String>>,
    #[serde(default)]
    scripts: Vec<Spanned<String>>,
    #[serde(default)]
    tricks: Vec<Spanned<String>>,
    /// Sounds that the robot has beside those that it comes with.
    #[serde(default)]
    sound: Vec<input::Sound>,
    /// What the wall clock shows at the start.
    start: Option<Spanned<String>>,
    /// Where it hangs.
    timezone: Option<Spanned<String>>,
    treats: Option<Treats>,
    tuning: Option<Spanned<Tuning>>,
    #[serde(default)]
    dog: Vec<Spanned<dogs::Words>>,
    /// What came into a session that somebody recorded.
    recorded: Option<recorded::Words>,
    #[serde(default)]
    input: Vec<Spanned<Entry>>,
    #[serde(default)]
    expect: Vec<Spanned<expect::Words>>,
    #[serde(default)]
    twin: Vec<Spanned<twin::Words>>,
}

/// Thirty days.
const LONGEST: Micros = Micros::from_secs(30 * 24 * 3_600);

impl Scenario {
    /// Reads and checks a scenario.
    ///
    /// # Errors
    /// The first [`Flaw`], at the value that is wrong.
    pub fn parse(document: &Document<'_>) -> Result<Self, Flaw> {
        Self::parse_tuned(document, None)
    }

    /// The same, with these numbers in place of its own and its twins'.
    ///
    /// # Errors
    /// The first [`Flaw`], at the value that is wrong.
    pub fn parse_tuned(document: &Document<'_>, overlay: Option<&Overlay>) -> Result<Self, Flaw> {
        let file: File = document.read()?;
        let reader = Reader { document, overlay };
        let length = reader.span(&file.length)?;
        if length > LONGEST {
            let message = format!("{length} is too long: a scenario runs for {LONGEST} at most");
            return Err(document.flaw(file.length.span(), message));
        }
        let dogs = dogs::read(document, &file.dog)?;
        let names: Vec<DogId> = dogs.iter().map(|dog| dog.id).collect();
        let sounds: Vec<Track> =
            file.sound.iter().map(|sound| reader.sound(sound)).collect::<Result<_, _>>()?;
        let recorded = file.recorded.as_ref();
        let recorded = recorded.map(|words| Recorded::read(document, words, length)).transpose()?;
        let begin = Begin {
            recorded: recorded.as_ref(),
            wall: Wall::read(document, file.timezone.as_ref(), file.start.as_ref())?,
            treats: file.treats.as_ref(),
            tuning: reader.tuning(file.tuning.as_ref())?,
            sounds: &sounds,
            dogs: &dogs,
        };
        let inputs = begin.inputs(&reader, length, file.input.iter().enumerate())?;
        let expect = expect::Reader { document, length, dogs: &names };
        let expectations: Vec<Expectation> =
            file.expect.iter().map(|words| expect.expectation(words)).collect::<Result<_, _>>()?;
        for (place, one) in expectations.iter().enumerate() {
            if one.name.is_some() && expectations[..place].iter().any(|other| other.name == one.name) {
                let name = one.name.as_deref().unwrap_or_default();
                let message = format!("two expectations are called `{name}`");
                return Err(document.flaw(file.expect[place].span(), message));
            }
        }
        let twins = twin::read(&reader, &file, (length, &sounds, recorded.as_ref()), &dogs, &expectations)?;
        let entries = file.input.iter().chain(file.twin.iter().flat_map(twin::Words::inputs));
        let names = entries.filter_map(|entry| reader.plan(entry).transpose()).collect::<Result<_, _>>()?;
        let of =
            |kind: PlanKind, paths: Vec<Spanned<String>>| paths.into_iter().map(move |path| (kind, path));
        let plans = of(PlanKind::Trick, file.tricks)
            .chain(of(PlanKind::Script, file.scripts))
            .chain(of(PlanKind::Mission, file.missions))
            .chain(of(PlanKind::Program, file.programs));
        Ok(Self {
            seed: recorded.as_ref().map(|recorded| recorded.seed),
            start: recorded.as_ref().and_then(|recorded| recorded.start),
            plans: plans.collect(),
            names,
            about: file.about,
            places: [file.room.span(), file.robot.span()],
            room: file.room.into_inner(),
            robot: file.robot.into_inner(),
            dogs,
            length,
            inputs,
            expectations,
            twins,
        })
    }

    /// What comes into a run with this seed, in order.
    pub fn inputs(&self, seed: u64) -> Vec<(RobotTime, Outside)> {
        self.inputs.of(seed)
    }

    /// What of it names a mission, a program or a trick that there is not. A run plays it all the same: the robot refuses it.
    pub fn unknown_plans(&self, document: &Document<'_>, plans: &Plans) -> Vec<Flaw> {
        let flaw = |named: &Named| {
            let words: Vec<&str> = match named.kind {
                PlanKind::Mission => plans.missions.iter().map(|one| one.name.as_str()).collect(),
                PlanKind::Program => plans.programs.iter().map(|one| one.name.as_str()).collect(),
                PlanKind::Trick => plans.tricks.iter().map(|one| one.name.as_str()).collect(),
                PlanKind::Script => plans.scripts.iter().map(|one| one.name.as_str()).collect(),
            };
            let is_known = words.contains(&named.name.as_str());
            let kind = named.kind.folder().trim_end_matches('s');
            let message = || unknown(kind, &named.name, words.iter().copied());
            (!is_known).then(|| document.flaw(named.place.clone(), message()))
        };
        self.names.iter().filter_map(flaw).collect()
    }

    /// What a run of it starts from: every file that it names, found. `source` is the file that it was read from.
    ///
    /// # Errors
    /// [`BadInput`] at the place where something is named that there is not, or a dog stands outside the room; or what is
    /// wrong in a file that is named.
    pub fn setting(&self, source: &Source, seed: u64) -> Result<Setting, BadInput> {
        let document = source.document();
        let find = |kind: Kind, name: &str, place: &Range<usize>| {
            assets::find(kind, name)
                .map_err(|bad| BadInput::Flawed(document.flaw(place.clone(), bad.to_string())))
        };
        let room = find(Kind::Room, &self.room, &self.places[0])?;
        let robot = find(Kind::Robot, &self.robot, &self.places[1])?;
        let plan = Room::parse(&room.document())?;
        let mut dogs = Vec::new();
        for dog in &self.dogs {
            dog.check(&document, &plan)?;
            dogs.push(dog.setting(find(Kind::Dog, &dog.character, &dog.places.character)?));
        }
        let mut plans = Vec::new();
        for (kind, path) in &self.plans {
            let source = assets::read_file(Path::new(path.get_ref()))
                .map_err(|bad| BadInput::Flawed(document.flaw(path.span(), bad.to_string())))?;
            plans.push((*kind, source));
        }
        Ok(Setting { room, robot, plans, dogs, seed, start: self.start })
    }
}

/// What a run begins with, before anything happens in it.
#[derive(Clone, Copy)]
struct Begin<'a> {
    recorded: Option<&'a Recorded>,
    wall: Wall,
    treats: Option<&'a Treats>,
    tuning: Option<Tuning>,
    sounds: &'a [Track],
    dogs: &'a [Dog],
}

impl Begin<'_> {
    /// All that comes in. Each entry has its place among those of the file.
    fn inputs<'e>(
        &self,
        reader: &Reader<'_>,
        length: Micros,
        entries: impl Iterator<Item = (usize, &'e Spanned<Entry>)>,
    ) -> Result<Inputs, Flaw> {
        let mut inputs = Inputs::new(self.wall);
        if let Some(recorded) = self.recorded {
            inputs.record(&recorded.inputs);
        }
        if let Some(treats) = self.treats {
            inputs.push(RobotTime::BOOT, Outside::Limits(reader.limits(treats)?));
        }
        if let Some(tuning) = self.tuning {
            inputs.push(RobotTime::BOOT, Outside::Tuning(tuning));
        }
        for sound in self.sounds {
            inputs.push(RobotTime::BOOT, Outside::Sound(*sound));
        }
        for card in self.dogs.iter().filter_map(Dog::card) {
            inputs.push(RobotTime::BOOT, Outside::Dog(card));
        }
        for (place, entry) in entries {
            reader.entry(place, entry, length, &mut inputs)?;
        }
        Ok(inputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_brain::DogCard;
    use wimz_vocabulary::{TagId, TreatLimits};
    use wimz_world::Happening;

    const HEAD: &str = "about = \"x\"\nroom = \"empty\"\nrobot = \"gen2\"\nlength = \"2s\"\n";

    #[test]
    fn repeated_inputs_come_out_in_order() {
        let text = format!(
            "{HEAD}[[input]]\nat = \"1s\"\ncommand = \"stop\"\n\
             [[input]]\nat = \"0.9s\"\nevery = \"100ms\"\nuntil = \"1.1s\"\ncommand = \"servo_center\"\n"
        );
        let scenario = Scenario::parse(&Document::new("x", &text)).unwrap();
        let inputs = scenario.inputs(1);
        let times: Vec<u64> = inputs.iter().map(|(at, _)| at.as_micros() / 100_000).collect();
        assert_eq!(times, [9, 10, 10, 11]);
        assert!(matches!(inputs[1].1, Outside::Stop(_)), "the file's order at one moment");
    }

    #[test]
    fn flaws_name_their_place() {
        let cases = [
            ("[[input]]\nat = \"1s\"\ncommand = \"moter\"\n", (7, 11), "did you mean `motor`?"),
            (
                "[[sound]]\nname = \"settle.wav\"\nlength = \"1s\"\n",
                (6, 8),
                "no path below the sounds folder",
            ),
            ("[[sound]]\nname = \"talks/default/settle\"\nlength = \"1s\"\n", (6, 8), "no path below"),
            ("[[sound]]\nname = \"\"\nlength = \"1s\"\n", (6, 8), "no sound's name: it is empty"),
            ("[[sound]]\nname = \"talks/default/a.wav\"\nlength = \"0s\"\n", (7, 10), "out of range"),
            (
                "[[sound]]\nname = \"talks/default/a.wav\"\nlenght = \"1s\"\n",
                (7, 1),
                "did you mean `length`?",
            ),
            (
                "[[input]]\nat = \"1s\"\ncommand = \"motor\"\ndata = { left = 2.0, right = 0.0 }\n",
                (8, 8),
                "left: 2.0 is not a number from -1 to 1",
            ),
            ("[[input]]\nat = \"1 s\"\ncommand = \"stop\"\n", (6, 6), "is not a span of time"),
            ("[[input]]\nat = \"3s\"\ncommand = \"stop\"\n", (6, 6), "after the scenario's end"),
            ("[[input]]\nat = \"1s\"\nfault = \"brain_hag\"\n", (7, 9), "did you mean `brain_hang`?"),
            ("[[input]]\nat = \"1s\"\n", (5, 1), "one of `command`"),
            ("[[input]]\nat = \"1s\"\nleave = true\nbit = 200\n", (5, 1), "takes no `bit`"),
            (
                "[[input]]\nat = \"1s\"\nfault = \"jam\"\nfreed_by = \"hand\"\nfor = \"1s\"\n",
                (7, 9),
                "takes no `for`",
            ),
            (
                "[[input]]\nat = \"1s\"\nevery = \"1s\"\nuntil = \"500ms\"\ncommand = \"stop\"\n",
                (8, 9),
                "500 ms is not between 1 s",
            ),
            ("[[input]]\nat = \"1s\"\ncarry = \"robot\"\n", (7, 9), "where to?"),
            (
                "[[input]]\nat = \"1s\"\ncarry = \"nell\"\nto = [1.0, 1.0]\nfacing = 400\n",
                (9, 10),
                "400 is out of range: -360 to 360",
            ),
            ("[[input]]\nat = \"1s\"\nrefill = true\nto = [1.0, 1.0]\n", (5, 1), "takes no `to`"),
            (
                "[[input]]\nat = \"1s\"\nby_chance = true\nrefill = true\n",
                (7, 13),
                "`by_chance` needs `every`",
            ),
            (
                "[[input]]\nat = \"0s\"\nfault = \"brain_hang\"\nfor = \"1s..2s\"\n",
                (8, 7),
                "say `by_chance = true`, or how long",
            ),
            (
                "[[input]]\nat = \"0s\"\nevery = \"1s\"\nuntil = \"2s\"\nby_chance = true\n\
                 fault = \"empty\"\nfor = \"1s..2s\"\n",
                (10, 9),
                "empty takes no `for`",
            ),
            (
                "[[input]]\nat = \"0s\"\nevery = \"1s\"\nuntil = \"2s\"\nby_chance = true\n\
                 fault = \"brain_hang\"\nfor = \"2s..1s\"\n",
                (11, 7),
                "`2s..1s` is no range",
            ),
            ("[[input]]\nat = \"1s\"\nevry = \"1s\"\ncommand = \"stop\"\n", (7, 1), "did you mean `every`?"),
        ];
        for (text, place, message) in cases {
            let text = format!("{HEAD}{text}");
            let flaw = Scenario::parse(&Document::new("x.toml", &text)).unwrap_err();
            assert_eq!((flaw.line, flaw.column), place, "{flaw}");
            assert!(flaw.message.contains(message), "{flaw}");
        }
    }

    #[test]
    fn a_twin_begins_otherwise_and_the_scenario_as_it_is_written() {
        let text = format!(
            "{HEAD}[treats]\nday = 3\n[tuning.bark]\n\
             [[dog]]\nname = \"biscuit\"\ncharacter = \"biscuit\"\nat = [1.0, 2.0]\nfacing = 270\ntag = 7\n\
             [[dog]]\nname = \"otto\"\ncharacter = \"biscuit\"\nknown = false\n\
             [[input]]\nname = \"gone\"\nat = \"1s\"\nhappens = \"owner_leaves\"\n\
             [[input]]\nat = \"2s\"\nhappens = \"television\"\nfor = \"3s\"\n\
             [[expect]]\nname = \"calm\"\nnever = \"stopped\"\n[[expect]]\nalways = \"alive\"\n\
             [[twin]]\nname = \"t\"\nabout = \"y\"\nwithout = [\"biscuit\", \"gone\"]\nfails = [2]\nmay_fail = [\"calm\"]\n\
             [twin.treats]\nday = 9\n[[twin.input]]\nat = \"1s\"\nhappens = \"owner_comes\"\n"
        );
        let scenario = Scenario::parse(&Document::new("x", &text)).unwrap();
        let at = |seconds: u64| RobotTime::from_micros(seconds * 1_000_000);
        let limits = |day| Outside::Limits(TreatLimits { day, ..TreatLimits::default() });
        let tuning = Outside::Tuning(Tuning::default());
        let card = DogCard { id: DogId::new("biscuit").unwrap(), tag: Some(TagId(7)) };
        let home = |home| Outside::House(Happening::Owner { home });
        let television = Outside::House(Happening::Television(Micros::from_secs(3)));
        let begun = [(at(0), limits(3)), (at(0), tuning.clone()), (at(0), Outside::Dog(card))];
        let inputs = scenario.inputs(1);
        assert_eq!(inputs[..3], begun);
        assert_eq!(inputs[3..], [(at(1), home(false)), (at(2), television.clone())]);
        let heading = scenario.dogs[0].start.unwrap().heading;
        assert!((heading + std::f32::consts::FRAC_PI_2).abs() < 1e-6, "{heading}");
        assert_eq!((scenario.dogs[1].start, scenario.dogs[1].known), (None, false));

        let (twin, other) = (&scenario.twins[0], scenario.twin(&scenario.twins[0]));
        assert_eq!((twin.fails.clone(), twin.may_fail.clone()), ([1].into(), [0].into()));
        let begun = [(at(0), limits(9)), (at(0), tuning), (at(1), home(true)), (at(2), television)];
        assert_eq!((other.inputs(1).as_slice(), other.dogs.len()), (begun.as_slice(), 1));
    }
}
