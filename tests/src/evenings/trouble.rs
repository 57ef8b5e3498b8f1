//! Evenings on which everything goes wrong: random dogs, modes, missions and wishes, and every part, the store and the
//! process fail now and then.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use wimz_brain::DogCard;
use wimz_simulator::outside::Breakage;
use wimz_simulator::session::{Cast, Line, StoreTrouble};
use wimz_simulator::watch::Doubts;
use wimz_simulator::{Outside, Session, Setting, narrator};
use wimz_vocabulary::{
    Appointment, ClientId, CoachCommand, CoachFact, Command, Days, Degrees, DogId, Event, EventBody,
    GuardianFact, Micros, MissionCommand, MissionFact, Mode, ModeCause, Ratio, Reply, Request, RequestId,
    RobotTime, ScheduleFact, ScheduleId, SoundName, StopKind, TagId, Task, TimeOfDay, TreatCause,
    TreatLimits, Work,
};
use wimz_world::Happening;
use wimz_world::fault::{BusName, Chip, Fault, Line as Wire, Unjam};
use wimz_world::geometry::Pose;

use super::{DOGS, seconds};
use crate::chance::Chance;
use crate::steps::{ALICE, BOB, dog, drive, mode, ms, read, setting, treat};

/// How long things go wrong, and how long it is quiet afterwards: until all that was begun must have ended.
pub const EVENING: Micros = Micros::from_secs(25 * 60);
const AFTERWARDS: Micros = Micros::from_secs(90);

/// What came of an evening: how often each thing happened, and what should never have been.
#[derive(Debug, Default)]
pub struct Evening {
    pub counts: BTreeMap<String, u64>,
    pub doubts: Doubts,
    pub breaches: Vec<String>,
}

/// What an evening is mostly about.
#[derive(Clone, Copy, Debug, PartialEq)]
enum About {
    Guardian,
    Coach,
    Missions,
    Programs,
    Anything,
}

const ABOUT: [About; 5] = [About::Guardian, About::Coach, About::Missions, About::Programs, About::Anything];

struct Night<'a> {
    session: Session,
    cast: &'a Cast,
    chance: Chance,
    about: About,
    asked: u64,
    evening: Evening,
    tell: Option<fn(&str)>,
}

/// Plays one; a robot that panics is a breach. `tell` hears each line of its story.
pub fn play(seed: u64, tell: Option<fn(&str)>) -> Evening {
    catch_unwind(AssertUnwindSafe(|| night(seed, tell))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("something");
        Evening { breaches: vec![format!("it panics: {text}")], ..Evening::default() }
    })
}

fn night(seed: u64, tell: Option<fn(&str)>) -> Evening {
    let mut chance = Chance::new(seed);
    let room = if chance.once_in(4) { "empty" } else { "living_room" };
    let mut names = DOGS.to_vec();
    let dogs: Vec<&str> =
        (0..1 + chance.below(3)).map(|_| names.swap_remove(chance.below(names.len()))).collect();
    let dogs = dogs.into_iter().zip(1..).map(|(name, tag)| {
        // Some begin before its eyes.
        let near = chance.once_in(2).then(|| Pose {
            x: 2.2 + 0.3 * f32::from(tag),
            y: 1.5 + 0.3 * f32::from(tag),
            heading: 3.0,
        });
        dog(name, tag, near)
    });
    let setting = Setting { dogs: dogs.collect(), ..setting(room, seed) };
    let cast = read(&setting);
    let about = ABOUT[(seed % 5) as usize];
    let session = Session::new(&cast, seed);
    let evening = Evening::default();
    let mut night = Night { session, cast: &cast, chance, about, asked: 0, evening, tell };
    for dog in &setting.dogs {
        if !night.chance.once_in(4) {
            let tag = if night.chance.once_in(4) { None } else { dog.tag };
            night.session.enter(Outside::Dog(DogCard { id: dog.id, tag }));
        }
    }
    // No robot starts, plays a song and starts once more within a second of its boot.
    night.wait(ms(1_500));
    night.begin();
    let end = RobotTime::BOOT + EVENING;
    while night.session.now() < end {
        night.happens();
        // Mostly time for something to come of it; now and then several things at once.
        let most = [150, 4_000, 15_000, 45_000][night.chance.below(4)];
        let span = ms(night.chance.below(most) as u64);
        night.wait(span);
    }
    night.wait(AFTERWARDS);
    night.evening.doubts = night.session.doubts();
    night.evening
}

impl Night<'_> {
    fn count(&mut self, what: &str) {
        *self.evening.counts.entry(what.to_owned()).or_default() += 1;
    }

    fn wait(&mut self, span: Micros) {
        self.session.run_until(self.session.now() + span);
        self.note();
    }

    fn enter(&mut self, outside: Outside) {
        self.session.enter(outside);
        self.note();
    }

    fn ask(&mut self, from: ClientId, command: Command) {
        self.asked += 1;
        let stops = self.session.world().drive_state().epoch;
        let id = RequestId(self.asked);
        self.session.enter(Outside::Request(Request { id, from, stops, command }));
        let reply = self.session.drain_replies().find(|(of, _)| *of == id).map(|(_, reply)| reply);
        let came = match reply {
            Some(Reply::Refused(_)) => "refused",
            Some(_) => "taken on",
            None => "waits",
        };
        self.count(&format!("asked: {} {came}", command.name()));
        if let Some(tell) = self.tell {
            tell(&format!("{:>14}  asked    {from}: {command:?} is {came}", self.session.now()));
        }
        self.note();
    }

    fn note(&mut self) {
        let lines: Vec<Line> = self.session.drain_lines().collect();
        for line in lines {
            if let Some(tell) = self.tell {
                tell(&narrator::plain(&line));
            }
            if let Line::Robot(event) = line
                && let Some(what) = what(&event)
            {
                self.count(&what);
            }
        }
        self.session.drain_replies().for_each(drop);
        let breaches: Vec<String> = self.session.drain_breaches().map(|breach| breach.account()).collect();
        self.evening.breaches.extend(breaches);
    }

    /// What the evening is to be about.
    fn begin(&mut self) {
        let command = match self.about {
            About::Guardian => mode(Mode::SilentGuardian),
            About::Coach => mode(Mode::Coach),
            About::Missions => self.start_mission(),
            About::Programs => self.start_program(),
            About::Anything => self.set_mode(),
        };
        self.ask(ALICE, command);
    }

    fn start_mission(&mut self) -> Command {
        let missions = &self.cast.plans.missions;
        let mission = (!missions.is_empty())
            .then(|| self.chance.pick(missions).name)
            .filter(|_| !self.chance.once_in(12));
        let dog = self.dog();
        Command::Mission(MissionCommand::Start { mission, dog })
    }

    fn start_program(&mut self) -> Command {
        let programs = &self.cast.plans.programs;
        if programs.is_empty() {
            return self.start_mission();
        }
        let program = self.chance.pick(programs).name;
        let dog = self.dog();
        Command::Mission(MissionCommand::StartProgram { program, dog })
    }

    fn dog(&mut self) -> Option<DogId> {
        let name = *self.chance.pick(&DOGS);
        self.chance.once_in(3).then(|| DogId::new(name).unwrap())
    }

    fn set_mode(&mut self) -> Command {
        Command::SetMode {
            mode: *self.chance.pick(&Mode::ALL),
            cause: *self.chance.pick(&ModeCause::SOURCES),
        }
    }

    /// One thing happens.
    fn happens(&mut self) {
        match self.chance.below(20) {
            0..=6 => self.house(),
            7..=11 => self.wish(),
            12..=14 => {
                let command = self.command();
                let from = if self.chance.once_in(4) { BOB } else { ALICE };
                self.ask(from, command);
            }
            15..=17 => self.fault(),
            18 => self.outside(),
            // Somebody wants it to go on.
            _ => self.begin(),
        }
    }

    fn house(&mut self) {
        let happening = match self.chance.below(10) {
            0..=3 => Happening::Doorbell,
            4 | 5 => Happening::Passerby,
            6 => Happening::Television(seconds(&mut self.chance, 5, 120)),
            7 => Happening::Speech(seconds(&mut self.chance, 2, 20)),
            8 => Happening::Thunder,
            _ => Happening::Owner { home: self.chance.once_in(2) },
        };
        self.enter(Outside::House(happening));
    }

    /// Somebody wants something of what the evening is about.
    fn wish(&mut self) {
        let about = if self.about == About::Anything { ABOUT[self.chance.below(4)] } else { self.about };
        let command = match about {
            About::Guardian | About::Anything if self.chance.once_in(6) => Command::StopSound,
            // It is barking that a guardian needs.
            About::Guardian | About::Anything => return self.enter(Outside::House(Happening::Doorbell)),
            About::Coach => self.lesson(),
            About::Missions => self.mission(),
            About::Programs => {
                let program = *self.chance.pick(&[
                    MissionCommand::StopProgram,
                    MissionCommand::PauseProgram,
                    MissionCommand::ResumeProgram,
                    MissionCommand::ResumeProgram,
                ]);
                if self.chance.once_in(2) { self.mission() } else { Command::Mission(program) }
            }
        };
        self.ask(ALICE, command);
    }

    fn lesson(&mut self) -> Command {
        let tricks = &self.cast.plans.tricks;
        let command = match self.chance.below(6) {
            0..=3 if !tricks.is_empty() => CoachCommand::ForceTrick {
                trick: self.chance.pick(tricks).name,
                replace: self.chance.once_in(2),
            },
            4 => CoachCommand::SelectDog { dog: self.dog() },
            _ => CoachCommand::SetTracking { on: self.chance.once_in(2) },
        };
        Command::Coach(command)
    }

    fn mission(&mut self) -> Command {
        let command = match self.chance.below(12) {
            0 => MissionCommand::Stop,
            1 | 2 => MissionCommand::Pause,
            3..=6 => MissionCommand::Resume,
            7 => MissionCommand::Resolve { fell: self.chance.once_in(2) },
            8 => {
                let missions = &self.cast.plans.missions;
                let mission = (!missions.is_empty()).then(|| self.chance.pick(missions).name);
                MissionCommand::Load { mission: mission.filter(|_| !self.chance.once_in(3)) }
            }
            _ => return self.start_mission(),
        };
        Command::Mission(command)
    }

    fn share(&mut self) -> f32 {
        self.chance.below(201) as f32 / 100.0 - 1.0
    }

    fn command(&mut self) -> Command {
        match self.chance.below(18) {
            0..=2 => {
                let (left, right) = (self.share(), self.share());
                drive(left, right)
            }
            3 | 4 => self.set_mode(),
            5 => Command::SetMode { mode: Mode::Manual, cause: ModeCause::DriveEnter },
            6 => Command::ReleaseStop,
            7 => treat(["a", "b", "c", "d"][self.chance.below(4)]),
            8 => {
                let cause = *self.chance.pick(&TreatCause::ALL);
                Command::Dispense { work: Work::Dispense, cause, key: None, dog: None }
            }
            9 => Command::ClearDispenser,
            10 => Command::PointHead {
                pan: Some(Degrees::clamped(self.share() * 90.0)),
                tilt: Some(Degrees::clamped(self.share() * 45.0)),
            },
            11 | 12 => {
                let sounds = ["slow_river.wav", "evening_walk.wav", "sit.wav", "come_here.mp3"];
                Command::Play { sound: SoundName::new(self.chance.pick::<&str>(&sounds)).unwrap() }
            }
            13 => *self.chance.pick(&[
                Command::StopSound,
                Command::ToggleSound,
                Command::NextSong,
                Command::PreviousSong,
            ]),
            14 => Command::CallDog { dog: self.dog() },
            15 => Command::SetVolume { volume: Ratio::clamped(self.share().abs()) },
            16 => self.lesson(),
            _ => self.mission(),
        }
    }

    fn fault(&mut self) {
        let share = Ratio::clamped(self.share().abs());
        let chips = [Chip::ServoChip, Chip::BatteryMonitor, Chip::Lights, Chip::StepperDriver];
        let buses = [BusName::I2c, BusName::Spi, BusName::Uart];
        let wires = [Wire::LeftPwm, Wire::RightPwm, Wire::Step, Wire::StepEnable, Wire::Beam];
        let chance = &mut self.chance;
        let fault = match chance.below(24) {
            0..=4 => Fault::ProcessDeath,
            5 => Fault::Nack { chip: *chance.pick(&chips), share },
            6 => Fault::StuckBus { bus: *chance.pick(&buses) },
            7 => Fault::Noise { bus: *chance.pick(&buses), share },
            8 => Fault::StuckLine { line: *chance.pick(&wires), high: chance.once_in(2) },
            9 => Fault::DeadLine { line: *chance.pick(&wires) },
            10 => Fault::BrownOut { chip: *chance.pick(&chips) },
            11 | 12 => Fault::Jam { by: *chance.pick(&[Unjam::Push, Unjam::Shake, Unjam::Hand]) },
            13 => Fault::Empty,
            14 => *chance.pick(&[Fault::BeamFlicker, Fault::BeamSpikes, Fault::BeamBlocked]),
            15 | 16 => Fault::SpeakerGone,
            17 => Fault::MicrophoneGone,
            18 => Fault::MicrophoneDead,
            19 => Fault::MicrophoneTaken,
            20 => Fault::DetectorStuck,
            21 => Fault::DetectorGone,
            22 => Fault::StalledTrack { side: wimz_vocabulary::Side::Left },
            _ => Fault::ThermometerSilent,
        };
        // Some are over before anybody can notice; none goes on into the night.
        let longest = *chance.pick(&[50, 3_000, 20_000, 60_000]);
        let lasts = Some(ms(chance.below(longest) as u64));
        if fault == Fault::ProcessDeath {
            self.count("restarts");
        }
        self.enter(Outside::Fault(Breakage { fault, lasts }));
        if fault == Fault::Empty {
            self.enter(Outside::Refill);
        }
    }

    fn outside(&mut self) {
        let span = Micros::new(self.chance.below(5_000_000) as u64);
        let chance = &mut self.chance;
        let outside = match chance.below(14) {
            0..=2 => Outside::Stop(StopKind::Stop),
            3 => Outside::Stop(StopKind::Emergency),
            4 => Outside::Left(*chance.pick(&[ALICE, BOB])),
            5 => Outside::BrainHang(Micros::new(span.get() / 3)),
            6 | 7 => {
                let trouble = *chance.pick(&[StoreTrouble::Fails, StoreTrouble::Stalls]);
                Outside::StoreTrouble { trouble, lasts: span }
            }
            8 => Outside::Dock(chance.once_in(3)),
            9 => Outside::Refill,
            10 => Outside::ClockJump(i64::from(chance.bits() as i32)),
            11 => {
                let id = DogId::new(chance.pick::<&str>(&DOGS)).unwrap();
                let tag = chance.once_in(2).then(|| TagId(chance.below(5) as u16));
                if chance.once_in(3) { Outside::DogGone(id) } else { Outside::Dog(DogCard { id, tag }) }
            }
            12 => {
                let (day, hour, session) =
                    (chance.below(30) as u16, chance.below(12) as u16, chance.below(14) as u16);
                let spacing = Micros::from_secs(chance.below(150) as u64);
                Outside::Limits(TreatLimits { day, hour, session, spacing })
            }
            _ => return self.appointment(),
        };
        match outside {
            Outside::Stop(_) => self.count("stops"),
            Outside::StoreTrouble { .. } => self.count("store trouble"),
            _ => {}
        }
        self.enter(outside);
    }

    fn appointment(&mut self) {
        let missions = &self.cast.plans.missions;
        if missions.is_empty() {
            return;
        }
        let id = ScheduleId::new(["early", "late"][self.chance.below(2)]).unwrap();
        let appointment = Appointment {
            id,
            task: Task::Mission(self.chance.pick(missions).name),
            dog: None,
            days: Days::Daily,
            start: TimeOfDay(self.chance.below(30) as u16),
            end: None,
            cooldown: Micros::from_secs(60 * self.chance.below(20) as u64),
            enabled: true,
            since: 0,
        };
        self.enter(Outside::Appointment(appointment));
    }
}

/// What is counted of a fact.
fn what(event: &Event) -> Option<String> {
    Some(match event.body {
        EventBody::Guardian(GuardianFact::Intervened { level, .. }) => format!("guardian: level {level}"),
        EventBody::Guardian(GuardianFact::QuietKept { .. }) => "success: quiet".to_owned(),
        EventBody::Guardian(GuardianFact::GaveUp { .. }) => "guardian: gave up".to_owned(),
        EventBody::Guardian(GuardianFact::BrokeOff { .. }) => "guardian: broke off".to_owned(),
        EventBody::Guardian(GuardianFact::PanicBegan { .. }) => "guardian: panic".to_owned(),
        EventBody::Coach(CoachFact::WindowOpened { .. }) => "coach: windows".to_owned(),
        EventBody::Coach(CoachFact::TrickDone { .. }) => "success: trick".to_owned(),
        EventBody::Coach(CoachFact::TrickMissed { why, .. }) => format!("coach: missed, {why:?}"),
        EventBody::Mission(MissionFact::Started { .. }) => "mission: started".to_owned(),
        EventBody::Mission(MissionFact::StageDone { .. }) => "success: stage".to_owned(),
        EventBody::Mission(MissionFact::StageMissed { why, .. }) => format!("mission: stage missed, {why:?}"),
        EventBody::Mission(MissionFact::Paused { why, .. }) => format!("mission: paused, {why:?}"),
        EventBody::Mission(MissionFact::Ended { end, .. }) => format!("mission: ended, {end:?}"),
        EventBody::Mission(MissionFact::ProgramStarted { .. }) => "program: started".to_owned(),
        EventBody::Mission(MissionFact::ProgramEnded { end, .. }) => format!("program: ended, {end:?}"),
        EventBody::Schedule(ScheduleFact::Kept { .. }) => "schedule: kept".to_owned(),
        EventBody::Schedule(ScheduleFact::Missed { why, .. }) => format!("schedule: missed, {why:?}"),
        EventBody::DispenseStarted { client: ClientId::ROBOT, cause, .. } => {
            format!("treats of its own: {cause:?}")
        }
        EventBody::DispenseStarted { .. } => "treats of people's".to_owned(),
        EventBody::Praised { withheld, .. } => format!("praised only: {withheld:?}"),
        EventBody::DriveStarted { client: ClientId::ROBOT, .. } => "moved by itself".to_owned(),
        _ => return None,
    })
}
