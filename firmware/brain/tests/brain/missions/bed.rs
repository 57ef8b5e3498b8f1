//! A brain that knows some missions, a dog before its camera, a speaker that plays and a dispenser that drops.

use std::collections::VecDeque;
use std::sync::Arc;

use wimz_brain::plans::{
    Action, Missed, Mission, Plans, Pose, Program, Script, ScriptId, Stage, Step, Texts, Timetable, Wanted,
};
use wimz_brain::tuning::Tuning;
use wimz_brain::{Brain, Heard, InputBody, Setup};
use wimz_hal::Reading;
use wimz_vocabulary::{
    Behavior, Boot, ClientId, Command, DetectorKind, DogId, EventBody, JobId, JobOutcome, Micros,
    MissionCommand, MissionEnd, MissionFact, MissionName, MissionPhase, MissionStatus, ProgramName, Ratio,
    Refusal, Reply, RobotTime, Sighting, Sightings, SoundEnd, TreatLimits,
};

use crate::bench::{ALICE, Bench};
use crate::room::Room;

pub fn name(name: &str) -> MissionName {
    MissionName::new(name).unwrap()
}

pub fn program_name(name: &str) -> ProgramName {
    ProgramName::new(name).unwrap()
}

pub fn secs(secs: u64) -> Micros {
    Micros::from_secs(secs)
}

/// What a script of these steps is, of 20 s at most.
pub fn script(name: &str, steps: Vec<Step>) -> Script {
    let (name, description) = (name.to_owned(), String::new());
    Script { name, description, steps, interrupt_safe: true, duration_estimate: secs(8) }
}

pub fn say(word: &str) -> Step {
    Step::Do(Action::Say(word.to_owned()))
}

/// A stage that wants this, once, for ten seconds, and is not rewarded.
pub fn stage(wanted: Option<Wanted>) -> Stage {
    Stage {
        name: "stage".to_owned(),
        script: None,
        escalation: Vec::new(),
        wanted,
        timeout: Some(secs(10)),
        max_attempts: 1,
        if_missed: Missed::End,
        quiet: Micros::ZERO,
        reward: false,
        cooldown: Micros::ZERO,
    }
}

pub fn sit() -> Wanted {
    let hold = Micros::from_millis(1_000);
    Wanted::Seen(vec![Pose { behavior: Behavior::Sit, hold, confidence: Ratio::new(0.6).unwrap() }])
}

/// A stage that says `sit` (script 0), wants it, and rewards it.
pub fn sit_stage() -> Stage {
    Stage { script: Some(ScriptId(0)), reward: true, ..stage(Some(sit())) }
}

pub fn mission(of: &str, stages: Vec<Stage>) -> Mission {
    Mission {
        name: name(of),
        display_name: of.to_owned(),
        description: String::new(),
        enabled: true,
        schedule: Timetable::Manual,
        max_rewards: None,
        duration: None,
        repeat: false,
        stages,
        texts: Texts::default(),
        daily_limit: None,
        cooldown: Micros::ZERO,
        treat_sound: true,
        celebration_lights: true,
        requires_bark_detection: false,
    }
}

pub fn program(of: &str, missions: &[&str]) -> Program {
    Program {
        name: program_name(of),
        display_name: of.to_owned(),
        description: String::new(),
        missions: missions.iter().map(|mission| name(mission)).collect(),
        created_by: Default::default(),
        repeat: false,
        daily_treat_limit: None,
        rest: secs(20),
    }
}

/// Plans with the script `sit` and these missions.
pub fn plans(mut missions: Vec<Mission>) -> Plans {
    missions.sort_by_key(|mission| mission.name);
    let scripts = vec![script("sit", vec![say("sit")])];
    Plans { scripts, missions, ..Plans::default() }
}

/// The bed.
pub struct Bed {
    pub bench: Bench,
    /// What the camera sees.
    pub dog: Option<Sighting>,
    pub other: Option<Sighting>,
    /// Whether the microphone hears a quiet room.
    pub ears: bool,
    /// What it hears instead, for as long as that lasts.
    pub voice: VecDeque<i16>,
    /// How sounds end.
    pub speaks: SoundEnd,
    /// What comes of a job.
    pub outcome: JobOutcome,
    frame: u32,
    noise: u32,
    playing: Option<(wimz_vocabulary::PlayId, RobotTime)>,
    heard: usize,
    dispensing: Option<(JobId, RobotTime)>,
    jobs: usize,
}

impl Bed {
    pub fn new(plans: Plans) -> Self {
        let mut bed = Self::asleep(plans, Boot(1));
        bed.bench.give(InputBody::Recalled);
        bed.awake();
        bed
    }

    /// One that does not know its past yet.
    pub fn asleep(plans: Plans, boot: Boot) -> Self {
        let brain = Brain::new(Setup { boot, lights: 8, plans: Arc::new(plans) });
        Self {
            bench: Bench { brain, ..Bench::asleep(boot) },
            dog: None,
            other: None,
            ears: false,
            voice: VecDeque::new(),
            speaks: SoundEnd::Finished,
            outcome: JobOutcome::Dropped { count: 1 },
            frame: 0,
            noise: 1,
            playing: None,
            heard: 0,
            dispensing: None,
            jobs: 0,
        }
    }

    pub fn awake(&mut self) {
        for word in ["sit", "good", "no", "quiet", "speak"] {
            self.bench.sound(&format!("talks/default/{word}.wav"), 1);
        }
        let limits = TreatLimits { day: 200, hour: 200, session: 200, spacing: Micros::ZERO };
        self.bench.give(InputBody::Limits(limits));
        self.bench.told.clear();
    }

    pub fn tune(&mut self, set: impl FnOnce(&mut Tuning)) {
        let mut tuning = Tuning::default();
        set(&mut tuning);
        self.bench.give(InputBody::Tuning(tuning));
    }

    /// So much time passes, in steps of 20 ms.
    pub fn pass(&mut self, millis: u64) {
        for _ in 0..millis / 20 {
            self.bench.now += Micros::from_millis(20);
            self.bench.give(InputBody::Tick);
            self.around();
        }
    }

    /// Until this has been told, for so long at most; whether it has.
    pub fn until(&mut self, most: u64, is: impl Fn(&EventBody) -> bool) -> bool {
        let from = self.bench.told.len();
        for _ in 0..most * 50 {
            self.pass(20);
            if self.bench.told[from..].iter().any(|event| is(&event.body)) {
                return true;
            }
        }
        false
    }

    /// What goes on around the brain.
    fn around(&mut self) {
        let now = self.bench.now;
        if self.bench.body.detector == Some(true) && (now.as_micros() / 20_000).is_multiple_of(4) {
            self.frame += 1;
            let dogs = [self.dog, self.other, None, None];
            let seen = Reading::Seen(Sightings { frame: self.frame, by: DetectorKind::Model, dogs });
            self.bench.give_taken(now, InputBody::Reading(seen));
        }
        if self.ears {
            let samples: Vec<i16> =
                (0..320).map(|_| self.voice.pop_front().unwrap_or_else(|| self.hiss())).collect();
            self.bench.seq += 1;
            let heard = Heard { seq: self.bench.seq, at: now, taken: now, samples: &samples };
            let bench = &mut self.bench;
            bench.brain.listen(&heard, &mut bench.body, &mut bench.out);
            let saves = !bench.out.save.is_empty();
            bench.given.append(&mut bench.out.save);
            bench.told.append(&mut bench.out.events);
            if saves {
                bench.keep();
            }
        }
        if self.heard < self.bench.body.sounds.len() {
            self.heard = self.bench.body.sounds.len();
            let order = self.bench.body.sounds[self.heard - 1];
            self.playing = order.play.map(|play| (play.id, now + secs(1)));
        }
        if let Some((play, _)) = self.playing.take_if(|(_, until)| *until <= now) {
            self.bench.read(Reading::Speaker { play, how: self.speaks });
        }
        if self.jobs < self.bench.body.jobs.len() {
            self.dispensing = Some((self.bench.body.jobs[self.jobs].id, now + secs(2)));
            self.jobs += 1;
        }
        if let Some((job, _)) = self.dispensing.take_if(|(_, until)| *until <= now) {
            self.bench.read(Reading::Job { job, outcome: self.outcome });
        }
    }

    fn hiss(&mut self) -> i16 {
        self.noise = self.noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (20.0 * ((self.noise >> 8) as f32 / 8_388_608.0 - 1.0)) as i16
    }

    /// A dog barks so often, twice a second, while the ears listen; whether each was asked for.
    pub fn barks(&mut self, times: usize) -> Vec<bool> {
        let from = self.bench.told.len();
        self.voice.extend(Room::barking(times).samples);
        self.pass(500 * times as u64 + 200);
        self.bench.barks_asked(from)
    }

    /// Something is asked by Alice; what comes of it.
    pub fn ask(&mut self, command: MissionCommand) -> Result<(), Refusal> {
        self.ask_as(ALICE, command)
    }

    pub fn ask_as(&mut self, from: ClientId, command: MissionCommand) -> Result<(), Refusal> {
        match self.bench.ask(from, Command::Mission(command)) {
            Reply::Refused(refusal) => Err(refusal),
            _ => Ok(()),
        }
    }

    pub fn start(&mut self, mission: &str) -> Result<(), Refusal> {
        self.start_for(mission, None)
    }

    pub fn start_for(&mut self, mission: &str, dog: Option<&str>) -> Result<(), Refusal> {
        let dog = dog.map(|dog| DogId::new(dog).unwrap());
        self.ask(MissionCommand::Start { mission: Some(name(mission)), dog })
    }

    pub fn status(&self) -> Option<MissionStatus> {
        self.bench.brain.status(self.bench.now).mission
    }

    pub fn phase(&self) -> Option<MissionPhase> {
        self.status().map(|status| status.phase)
    }

    /// What was told of missions.
    pub fn facts(&self) -> Vec<MissionFact> {
        let of = |event: &wimz_vocabulary::Event| match event.body {
            EventBody::Mission(fact) => Some(fact),
            _ => None,
        };
        self.bench.told.iter().filter_map(of).collect()
    }

    /// How the missions ended: how, how many stages, how many treats.
    pub fn ends(&self) -> Vec<(MissionEnd, u8, u16)> {
        let of = |fact: MissionFact| match fact {
            MissionFact::Ended { end, done, treats, .. } => Some((end, done, treats)),
            _ => None,
        };
        self.facts().into_iter().filter_map(of).collect()
    }

    /// How many stages were done.
    pub fn done(&self) -> usize {
        self.facts().iter().filter(|fact| matches!(fact, MissionFact::StageDone { .. })).count()
    }

    /// What was rewarded, fact by fact: with a treat or with praise.
    pub fn rewards(&self) -> Vec<(wimz_vocabulary::EventId, bool)> {
        let of = |fact: &EventBody| match *fact {
            EventBody::DispenseStarted { of: Some(of), .. } => Some((of, true)),
            EventBody::Praised { of, .. } => Some((of, false)),
            _ => None,
        };
        self.bench.told.iter().filter_map(|event| of(&event.body)).collect()
    }
}

pub fn is_mission(is: impl Fn(&MissionFact) -> bool) -> impl Fn(&EventBody) -> bool {
    move |body| matches!(body, EventBody::Mission(fact) if is(fact))
}

pub fn is_over(body: &EventBody) -> bool {
    is_mission(|fact| matches!(fact, MissionFact::Ended { .. }))(body)
}

pub fn is_phase(wanted: MissionPhase) -> impl Fn(&EventBody) -> bool {
    is_mission(move |fact| matches!(fact, MissionFact::Phase { phase, .. } if *phase == wanted))
}
