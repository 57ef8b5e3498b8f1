//! Tells a run line by line, for people.

mod coach;
mod guardian;
mod mission;
mod schedule;

use std::collections::BTreeMap;
use std::fmt;

use wimz_vocabulary::{
    Behavior, Charging, ClientId, Condition, DogId, Doubt, DriveEnd, Event, EventBody, JobOutcome, KnownDog,
    Micros, MissionFact, Mode, Ratio, Release, RobotTime, SoundEnd, StopKind, StoreState, TreatCause, Work,
};
use wimz_world::dog::{Act, Cue, Deed};
use wimz_world::fault::Fault;
use wimz_world::room::Room;
use wimz_world::{Carried, Happening, WorldFact};

use crate::outside::{Breakage, Outside};
use crate::session::{EditedPart, Line, StoreTrouble};

/// A line as text, by whoever does not know the room.
pub fn plain(line: &Line) -> String {
    Narrator::default().words(line).to_string()
}

/// Knows the names that the lines only have numbers for.
#[derive(Clone, Debug, Default)]
pub struct Narrator {
    obstacles: Vec<String>,
    /// What each client was last refused, since something else was told: a held key is refused twenty times a second.
    refused: BTreeMap<ClientId, (&'static str, &'static str)>,
    /// When each dog barked last: a bout is told once.
    barked: BTreeMap<DogId, RobotTime>,
    /// How far a mission was when that was told last: that what is asked goes on is no news.
    progress: Option<MissionFact>,
}

/// A line in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at: RobotTime,
    /// What it is about.
    pub topic: &'static str,
    /// What happened.
    pub text: String,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.at.as_micros() / 1_000_000, self.at.as_micros() / 1_000 % 1_000);
        write!(f, "{seconds:>6}.{millis:03} s  {:<8} {}", self.topic, self.text)
    }
}

/// Barks nearer to one another than this are one bout.
const BOUT: Micros = Micros::from_secs(4);

impl Narrator {
    /// For runs in this room.
    pub fn new(room: &Room) -> Self {
        let mut narrator = Self::default();
        narrator.refurnish(room);
        narrator
    }

    /// The room is another one.
    pub fn refurnish(&mut self, room: &Room) {
        self.obstacles = room.obstacles().iter().map(|obstacle| obstacle.name.clone()).collect();
    }

    /// The name of an obstacle.
    pub fn obstacle(&self, number: usize) -> &str {
        self.obstacles.get(number).map_or("something", String::as_str)
    }

    /// A line as text; `None` for one that says nothing new to people.
    pub fn tell(&mut self, line: &Line) -> Option<Told> {
        self.is_news(line).then(|| self.words(line))
    }

    /// Whether a line says something new to people, after those that this was asked of before.
    pub fn is_news(&mut self, line: &Line) -> bool {
        match line {
            Line::Second { .. } => return false,
            Line::Refused { request, refusal, .. } => {
                let this = (request.command.name(), refusal.code());
                if self.refused.insert(request.from, this) == Some(this) {
                    return false;
                }
            }
            Line::Room { at, fact: WorldFact::DogBarked(dog) } => {
                let before = self.barked.insert(*dog, *at);
                if before.is_some_and(|before| at.since(before) < BOUT) {
                    return false;
                }
            }
            Line::Robot(Event { body: EventBody::Mission(fact @ MissionFact::Progress { .. }), .. }) => {
                let before = self.progress.replace(*fact);
                if before.is_some_and(|before| mission::goes_on(&before, fact)) {
                    return false;
                }
            }
            _ => self.refused.clear(),
        }
        true
    }

    /// A line as text, whether it is news or not.
    pub fn words(&self, line: &Line) -> Told {
        let (at, topic, text) = match line {
            Line::Robot(event) => {
                let (topic, text) = event_text(&event.body);
                (event.at, topic, text)
            }
            Line::Room { at, fact } => match fact {
                WorldFact::ContactBegan(number) => {
                    (*at, "room", format!("bumps into {}", self.obstacle(*number)))
                }
                WorldFact::ContactEnded(number) => {
                    (*at, "room", format!("free of {}", self.obstacle(*number)))
                }
                WorldFact::TreatsFell(1) => (*at, "room", "a treat falls".to_owned()),
                WorldFact::TreatsFell(count) => (*at, "room", format!("{count} treats fall")),
                WorldFact::DogBarked(dog) => (*at, "dog", format!("{dog} barks")),
                WorldFact::DogAte(dog) => (*at, "dog", format!("{dog} eats the treat")),
                WorldFact::DogDid { dog, deed } => (*at, "dog", format!("{dog} {}", deed_text(*deed))),
            },
            Line::Broke { at, what: what @ Outside::House(_) } => (*at, "house", fault_text(what)),
            Line::Broke { at, what: what @ Outside::Nudge { .. } } => (*at, "dog", fault_text(what)),
            Line::Broke { at, what: what @ (Outside::Carry { .. } | Outside::Reset) } => {
                (*at, "hand", fault_text(what))
            }
            Line::Edited { at, what, .. } => (*at, "hand", edited_text(*what)),
            Line::Broke { at, what } => (*at, "fault", fault_text(what)),
            Line::Refused { at, request, refusal } => {
                let text = format!("client {}: {}: {refusal}", request.from, request.command.name());
                (*at, "refused", text)
            }
            Line::Second { at, digest } => (*at, "state", digest.to_string()),
        };
        Told { at, topic, text }
    }
}

fn event_text(body: &EventBody) -> (&'static str, String) {
    match body {
        EventBody::ModeChanged { from, to, cause } => ("mode", format!("{from} -> {to} ({cause})")),
        EventBody::OperatorTook { client } => ("control", format!("client {client} takes the controls")),
        EventBody::OperatorLeft { client, why } => {
            let why = match why {
                Release::Expired => "says nothing for 2 s",
                Release::TransportLost => "is gone",
            };
            ("control", format!("client {client} {why}: the controls are free"))
        }
        EventBody::DriveStarted { lease, client } => {
            ("drive", format!("client {client} drives (lease {lease})"))
        }
        EventBody::DriveEnded { lease, why } => {
            let why = match why {
                DriveEnd::Zero => "as asked",
                DriveEnd::LeaseExpired => "no command for 300 ms",
                DriveEnd::TransportLost => "connection lost",
                DriveEnd::Stopped => "stopped",
                DriveEnd::ModeChanged => "mode changed",
                DriveEnd::PartFailed => "the drive does not obey",
                DriveEnd::Protected => "battery or heat forbid it",
            };
            ("drive", format!("at rest: {why} (lease {lease})"))
        }
        EventBody::Stopped { kind: StopKind::Stop } => ("stop", "stopped".to_owned()),
        EventBody::Stopped { kind: StopKind::Emergency } => ("stop", "emergency stop, latched".to_owned()),
        EventBody::StopReleased { client } => ("stop", format!("client {client} lifts the latch")),
        EventBody::GuardIntervened => ("guard", "no frame for 100 ms: the guard stops the tracks".to_owned()),
        EventBody::PartChanged { part, from, to } => match (from, to) {
            (Condition::Starting, Condition::Ok) => ("health", format!("{part}: ready")),
            (_, Condition::Starting) => ("health", format!("{part}: starting")),
            (_, Condition::Ok) => ("health", format!("{part}: well again")),
            (_, Condition::Degraded(trouble)) => ("health", format!("{part}: impaired, {trouble}")),
            (_, Condition::Failed(trouble)) => ("health", format!("{part}: failed, {trouble}")),
        },
        EventBody::DispenseStarted { job, work, cause, client, dog, .. } => {
            let what = match (work, cause) {
                (Work::Rotate, _) => format!("client {client} turns the carousel"),
                (Work::Dispense, TreatCause::Owner) => format!("client {client} asks for a treat"),
                (Work::Dispense, TreatCause::Quiet) => "a treat for being quiet".to_owned(),
                (Work::Dispense, TreatCause::Trick) => "a treat for a trick".to_owned(),
                (Work::Dispense, TreatCause::Mission) => "a treat of the mission".to_owned(),
            };
            let whose = dog.map(|dog| format!(" for {dog}")).unwrap_or_default();
            ("treat", format!("{what}{whose} (job {job})"))
        }
        EventBody::DispenseEnded { job, outcome } => {
            ("treat", format!("{} (job {job})", outcome_text(*outcome)))
        }
        EventBody::TreatStrayed { after: Some(job) } => {
            ("treat", format!("a late one drops, after job {job}"))
        }
        EventBody::TreatStrayed { after: None } => ("treat", "one drops that nobody asked for".to_owned()),
        EventBody::WallClockJumped { by_us } => {
            ("clock", format!("the wall clock jumps by {:.3} s", *by_us as f64 / 1e6))
        }
        EventBody::PowerButton { pressed: true } => ("button", "power button pressed".to_owned()),
        EventBody::PowerButton { pressed: false } => ("button", "power button let go".to_owned()),
        EventBody::BatteryLevel { from, to } => ("power", format!("battery {from} -> {to}")),
        EventBody::HeatLevel { from, to } => ("heat", format!("{from} -> {to}")),
        EventBody::ChargingChanged { to } => ("power", charging_text(*to).to_owned()),
        EventBody::SoundStarted { sound, .. } => ("sound", format!("plays {sound}")),
        EventBody::SoundEnded { sound, how, .. } => ("sound", format!("{sound} {}", sound_end_text(*how))),
        EventBody::DogCalled { dog, .. } => {
            ("sound", format!("calls {}", dog.map_or("the dog".to_owned(), |dog| dog.to_string())))
        }
        EventBody::Barked { bark, known, asked } => {
            let asked = if *asked { ", as asked" } else { "" };
            ("bark", format!("{} barks, {:.0} dB{asked}", who(*known), bark.loudness.get()))
        }
        EventBody::BarkRejected { bark, gate } => {
            ("bark", format!("no bark: {}, {:.0} dB, {}", gate.name(), bark.loudness.get(), bark.length))
        }
        EventBody::DogSeen { known, .. } => ("sight", format!("{} in sight", who(*known))),
        EventBody::DogRecognised { known, .. } => ("sight", format!("it is {}", known.dog)),
        EventBody::DogDoes { known, behavior, .. } => {
            ("sight", format!("{} {}", who(*known), behavior_text(*behavior)))
        }
        EventBody::DogGone { known, .. } => ("sight", format!("{} out of sight", who(*known))),
        EventBody::Guardian(fact) => ("guardian", guardian::text(fact)),
        EventBody::Coach(fact) => ("coach", coach::text(fact)),
        EventBody::Mission(fact) => ("mission", mission::text(fact)),
        EventBody::Schedule(fact) => ("schedule", schedule::text(fact)),
        EventBody::Praised { withheld, .. } => ("praise", format!("good dog, and no treat: {withheld}")),
        EventBody::StoreChanged { to } => ("store", store_text(*to).to_owned()),
        EventBody::FactsLost { count } => ("store", format!("{count} facts found no room and are lost")),
    }
}

fn who(known: Option<KnownDog>) -> String {
    known.map_or("a dog".to_owned(), |known| known.dog.to_string())
}

pub(crate) const fn sound_end_text(how: SoundEnd) -> &'static str {
    match how {
        SoundEnd::Finished => "is over",
        SoundEnd::Stopped => "is stopped",
        SoundEnd::Failed => "cannot be played",
    }
}

pub(crate) const fn behavior_text(behavior: Behavior) -> &'static str {
    match behavior {
        Behavior::Stand => "stands",
        Behavior::Sit => "sits",
        Behavior::Lie => "lies",
        Behavior::Spin => "turns round",
        Behavior::Come => "comes",
        Behavior::Bark => "barks",
    }
}

fn deed_text(deed: Deed) -> String {
    let text = match deed {
        Deed::Sleeps => "falls asleep",
        Deed::Rests => "lies down",
        Deed::Wanders => "wanders about",
        Deed::Plays => "plays",
        Deed::Feeds => "is at its bowls",
        Deed::Watches => "looks out of the window",
        Deed::WaitsAtDoor => "waits at the door",
        Deed::Visits => "comes to look at the robot",
        Deed::Hides => "hides",
        Deed::MeetsDog => "goes to the other dog",
        Deed::StartsUp => "pricks its ears",
        Deed::Greets => "greets its owner",
        Deed::StepsAside => "steps aside",
        Deed::JumpsUp => "jumps up on the furniture",
        Deed::JumpsDown => "jumps down",
        Deed::Growls => "growls",
        Deed::Whines => "whines",
        Deed::Howls => "howls",
        Deed::ComesForTreat => "comes for its treat",
        Deed::Misses(cue) => return format!("does not hear \"{}\"", cue_text(cue)),
        Deed::Ignores(cue) => return format!("hears \"{}\" and does not mind", cue_text(cue)),
        Deed::Does { cue, act } if cue == act => return format!("does as told: {}", act_text(act)),
        Deed::Does { cue, act } => {
            return format!("takes \"{}\" for \"{}\"", act_text(cue), act_text(act));
        }
    };
    text.to_owned()
}

const fn cue_text(cue: Cue) -> &'static str {
    match cue {
        Cue::Act(act) => act_text(act),
        Cue::Good => "good",
        Cue::No => "no",
        Cue::Treat => "treat",
    }
}

const fn made_text(act: Act) -> &'static str {
    match act {
        Act::Hush => "be quiet",
        Act::Speak => "bark",
        act => act_text(act),
    }
}

const fn act_text(act: Act) -> &'static str {
    match act {
        Act::Sit => "sit",
        Act::Lie => "lie down",
        Act::Come => "come",
        Act::Spin => "spin",
        Act::Speak => "speak",
        Act::Hush => "quiet",
        Act::Stay => "stay",
    }
}

fn happening_text(happening: Happening) -> String {
    match happening {
        Happening::Doorbell => "the doorbell rings".to_owned(),
        Happening::Thunder => "it thunders".to_owned(),
        Happening::Passerby => "somebody walks past the window".to_owned(),
        Happening::Television(span) => format!("the television is on for {span}"),
        Happening::Speech(span) => format!("somebody talks for {span}"),
        Happening::Owner { home: true } => "the owner comes home".to_owned(),
        Happening::Owner { home: false } => "the owner leaves".to_owned(),
    }
}

const fn charging_text(charging: Charging) -> &'static str {
    match charging {
        Charging::Unknown => "whether it charges is not known",
        Charging::No => "not charging",
        Charging::Yes => "charging",
    }
}

const fn store_text(store: StoreState) -> &'static str {
    match store {
        StoreState::Opening => "the past is not known yet",
        StoreState::Ok => "facts are kept",
        StoreState::Slow => "the store does not answer: no treats until it does",
        StoreState::Failed => "the store refuses: no treats until it does not",
    }
}

fn outcome_text(outcome: JobOutcome) -> String {
    match outcome {
        JobOutcome::Dropped { count: 0 } => "nothing falls".to_owned(),
        JobOutcome::Dropped { count: 1 } => "one drops".to_owned(),
        JobOutcome::Dropped { count } => format!("{count} drop together"),
        JobOutcome::Uncertain { seen, why } => format!("uncertain, {seen} seen: {}", doubt_text(why)),
        JobOutcome::EmptyOrJammed => "none drops: empty or jammed".to_owned(),
        JobOutcome::NotDone { why } => format!("not done: {why}"),
    }
}

fn doubt_text(doubt: Doubt) -> String {
    match doubt {
        Doubt::OddShape => "the beam saw something that is no treat's shape".to_owned(),
        Doubt::TooMany => "the beam saw too many".to_owned(),
        Doubt::BeamRestless => "the beam is restless".to_owned(),
        Doubt::BeamBlocked => "the beam is blocked".to_owned(),
        Doubt::Broken(trouble) => trouble.to_string(),
        Doubt::Restarted => "the robot's process ended on the way".to_owned(),
    }
}

fn edited_text(what: EditedPart) -> String {
    match what {
        EditedPart::Room => "the room is as its file has it now".to_owned(),
        EditedPart::Dog(dog) => format!("{dog} is as its file has it now"),
        EditedPart::Plans => "the plans are as their files have them now".to_owned(),
    }
}

fn fault_text(what: &Outside) -> String {
    match what {
        Outside::Fault(Breakage { fault, lasts }) => match lasts {
            Some(span) => format!("{}, for {span}", breakage_text(fault)),
            None => breakage_text(fault),
        },
        Outside::BrainHang(span) => format!("the brain hangs for {span}"),
        Outside::ClockJump(by_us) => {
            format!("somebody sets the wall clock by {:.3} s", *by_us as f64 / 1e6)
        }
        Outside::Refill => "somebody fills the carousels".to_owned(),
        Outside::Dock(true) => "the robot is put on its dock".to_owned(),
        Outside::Dock(false) => "the robot is taken off its dock".to_owned(),
        Outside::StoreTrouble { trouble: StoreTrouble::Fails, lasts } => {
            format!("the store refuses for {lasts}")
        }
        Outside::StoreTrouble { trouble: StoreTrouble::Stalls, lasts } => {
            format!("the store stalls for {lasts}")
        }
        Outside::House(happening) => happening_text(*happening),
        Outside::Carry { who, to } => {
            let who = match who {
                Carried::Robot => "the robot".to_owned(),
                Carried::Dog(dog) => dog.to_string(),
            };
            format!("a person carries {who} to {:.2}, {:.2} m", to.x, to.y)
        }
        Outside::Nudge { dog, act } => format!("a person has {dog} {}", made_text(*act)),
        Outside::Reset => "the room, the dogs and the robot begin anew".to_owned(),
        Outside::Arm { .. }
        | Outside::Edited(_)
        | Outside::Request(_)
        | Outside::Stop(_)
        | Outside::Left(_)
        | Outside::Store(_)
        | Outside::Recall(_)
        | Outside::Recalled
        | Outside::Limits(_)
        | Outside::Sound(_)
        | Outside::SoundGone(_)
        | Outside::Dog(_)
        | Outside::DogGone(_)
        | Outside::Appointment(_)
        | Outside::AppointmentGone(_)
        | Outside::Zone(_)
        | Outside::Guardian(_)
        | Outside::Tuning(_) => "nothing".to_owned(),
    }
}

fn breakage_text(fault: &Fault) -> String {
    let percent = |share: &Ratio| format!("{:.0} %", share.get() * 100.0);
    match fault {
        Fault::ProcessDeath => "the firmware's process dies; chips keep their outputs".to_owned(),
        Fault::FlipBit { register, bit } => {
            format!("bit {bit} of the servo chip's register {register:#04x} turns over")
        }
        Fault::Nack { chip, share } => format!("the {chip} does not acknowledge {}", percent(share)),
        Fault::StuckBus { bus } => format!("the {bus} is stuck"),
        Fault::Noise { bus, share } => format!("noise on the {bus}, {}", percent(share)),
        Fault::StuckLine { line, high } => {
            format!("the {line} line is stuck {}", if *high { "high" } else { "low" })
        }
        Fault::DeadLine { line } => format!("the {line} line is dead"),
        Fault::DeadEncoder { side } => format!("the {side} encoder dies"),
        Fault::StalledTrack { side } => format!("the {side} track is held fast"),
        Fault::StalledServo { axis } => format!("the {axis} servo is held fast"),
        Fault::Jam { by } => format!("the carousel jams, to be freed by {by}"),
        Fault::Jams { share } => format!("the carousel jams in {} of its compartments", percent(share)),
        Fault::Empty => "the carousel is empty".to_owned(),
        Fault::BeamFlicker => "the treat beam flickers".to_owned(),
        Fault::BeamSpikes => "spikes on the treat beam's line".to_owned(),
        Fault::BeamBlocked => "something stands in the treat beam".to_owned(),
        Fault::BrownOut { chip } => format!("the supply of the {chip} dips"),
        Fault::Unpowered { chip } => format!("the {chip} has no power"),
        Fault::Overheated { chip } => format!("the {chip} overheats"),
        Fault::ThermometerSilent => "the thermometer cannot be read".to_owned(),
        Fault::DividerOpen => "the battery's divider comes loose".to_owned(),
        Fault::DetectorStuck => "the dog detector says nothing any more".to_owned(),
        Fault::DetectorGone => "the dog detector is gone".to_owned(),
        Fault::SpeakerGone => "the speaker's adapter is pulled".to_owned(),
        Fault::MicrophoneGone => "the microphone is pulled".to_owned(),
        Fault::MicrophoneDead => "the microphone's capsule dies".to_owned(),
        Fault::MicrophoneTaken => "another program takes the microphone".to_owned(),
        Fault::ButtonHeld => "somebody holds the power button".to_owned(),
    }
}

/// One sentence on how a run stands, for its end.
pub fn closing(mode: Mode, refusals: usize) -> String {
    match refusals {
        0 => format!("ends in {mode} mode"),
        1 => format!("ends in {mode} mode, one request refused"),
        n => format!("ends in {mode} mode, {n} requests refused"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::{
        Command, EventId, GuardianFact, GuardianTally, Refusal, Request, RequestId, StopEpoch,
    };

    #[test]
    fn a_held_key_is_refused_in_one_line() {
        let refused = |client, refusal| Line::Refused {
            at: RobotTime::from_micros(1_234_000),
            request: Request {
                id: RequestId(1),
                from: ClientId(client),
                stops: StopEpoch(0),
                command: Command::CenterHead,
            },
            refusal,
        };
        let mut narrator = Narrator::default();
        let first = narrator.tell(&refused(1, Refusal::Stopped)).unwrap().to_string();
        assert!(
            first.starts_with("     1.234 s  refused  client 1: servo_center: the robot was stopped"),
            "{first}"
        );
        assert_eq!(narrator.tell(&refused(1, Refusal::Stopped)), None);
        assert!(narrator.tell(&refused(2, Refusal::Stopped)).is_some(), "somebody else");
        assert_eq!(narrator.tell(&refused(1, Refusal::Stopped)), None, "taking turns is no news");
        assert!(narrator.tell(&refused(2, Refusal::EmergencyLatched)).is_some(), "another reason");
        let bump = Line::Room { at: RobotTime::BOOT, fact: WorldFact::ContactBegan(7) };
        assert_eq!(narrator.tell(&bump).unwrap().to_string(), "     0.000 s  room     bumps into something");
        assert!(narrator.tell(&refused(2, Refusal::EmergencyLatched)).is_some(), "something was told since");
    }

    #[test]
    fn a_bout_of_barks_is_one_line() {
        let bark = |millis| Line::Room {
            at: RobotTime::BOOT + Micros::from_millis(millis),
            fact: WorldFact::DogBarked(DogId::new("elsa").unwrap()),
        };
        let mut narrator = Narrator::default();
        assert_eq!(narrator.tell(&bark(1_000)).unwrap().to_string(), "     1.000 s  dog      elsa barks");
        assert_eq!(narrator.tell(&bark(1_700)), None);
        assert_eq!(narrator.tell(&bark(5_000)), None);
        assert!(narrator.tell(&bark(9_500)).is_some());
    }

    /// Two hours of quiet are one line, and another one whenever they begin anew.
    #[test]
    fn how_far_a_mission_is_is_told_when_something_changes() {
        let progress = |stage, held| {
            let (held, target) = (Micros::from_secs(held), Micros::from_secs(7_200));
            let fact = MissionFact::Progress { run: 1, stage, held, target };
            let (id, at) = (EventId::default(), RobotTime::BOOT);
            Line::Robot(Event { id, at, wall_us: None, durable: false, body: EventBody::Mission(fact) })
        };
        let mut narrator = Narrator::default();
        let lines = [(1, 1), (1, 6), (1, 11), (1, 0), (1, 5), (1, 10), (2, 15)];
        let told = lines.map(|(stage, held)| narrator.tell(&progress(stage, held)).is_some());
        assert_eq!(told, [true, false, false, true, true, false, true]);
    }

    #[test]
    fn one_is_one_and_two_are_two() {
        let tally =
            GuardianTally { barks: 2, interventions: 1, successes: 1, treats: 1, ..GuardianTally::default() };
        let told = guardian::text(&GuardianFact::Ended { tally });
        assert_eq!(
            told,
            "it listens no more: 2 barks, quiet asked for 1 time, kept 1 time, given up 0 times, 1 treat"
        );
    }
}
