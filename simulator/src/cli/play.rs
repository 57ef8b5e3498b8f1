//! `wimz run` and `wimz replay`: runs whose every input is known beforehand.

use std::net::TcpListener;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use wimz_simulator::assets::BadInput;
use wimz_simulator::foxglove::{Feed, Screening};
use wimz_simulator::live::Pace;
use wimz_simulator::narrator::{Narrator, closing};
use wimz_simulator::outside::Outside;
use wimz_simulator::recording::{BUILD, Recorder, Recording};
use wimz_simulator::report::{self, Camera, Collector, Heading};
use wimz_simulator::session::{Cast, EditedPart, Hash, Line, Session, Setting, Witness};
use wimz_simulator::sweep::{self, Ready, Wish};
use wimz_simulator::verdict::Judge;
use wimz_vocabulary::{Micros, Mode, RobotTime};

use super::interrupt::interruptible;
use super::{FAILED, Replay, Run, drive, say};

/// The seed, if nobody says another.
const SEED: u64 = 1;

/// At a given speed the run goes on in steps of so much robot time.
const STRIDE: Micros = Micros::from_millis(10);

/// As fast as it goes, what happened is told after so much robot time at the latest: nobody stares at nothing for a month of
/// it, and no month of lines waits to be told.
const LONGEST_STRIDE: Micros = Micros::from_secs(60);

/// Runs a scenario, and judges it.
pub fn run(words: &Run) -> Result<ExitCode, BadInput> {
    let wish =
        Wish { scenario: &words.scenario, twin: words.twin.as_deref(), tuning: words.tuning.as_deref() };
    let Ready { source, scenario } = wish.read()?;
    let seed = words.seed.or(scenario.seed).unwrap_or(SEED);
    let setting = scenario.setting(&source, seed)?;
    let mut play = Play::new(&setting, words.speed)?;
    play.again = again(words, seed);
    if let Some(folder) = &words.report {
        report::prepare(folder)?;
        let mut collector = Collector::new(&play.cast.room, RobotTime::BOOT + scenario.length);
        if words.camera {
            collector = collector
                .with_camera(Camera { room: play.cast.room.clone(), profile: play.cast.profile.camera });
        }
        play.eyes.collector = Some(collector);
    }
    play.recorder = words.record.as_deref().map(|path| Recorder::create(path, &setting)).transpose()?;
    play.eyes.judge = (!scenario.expectations.is_empty()).then(|| Judge::new(&scenario.expectations));
    interruptible();
    say(&format!("{}: {}", source.name, scenario.about));
    let (mut mode, mut refusals) = (Mode::Idle, 0);
    play.story(&scenario.inputs(seed), RobotTime::BOOT + scenario.length, |line, status| {
        refusals += usize::from(matches!(line, Line::Refused { .. }));
        mode = status;
    })?;
    let end = play.session.now();
    say(&format!("{end}: {}", closing(mode, refusals)));
    let judge = play.eyes.judge.take().unwrap_or_else(|| Judge::new(&[]));
    let verdict = judge.verdict(&play.session);
    say(&verdict.text(&play.cast.room, &again(words, seed)));
    let passed = verdict.passed();
    let breaches = play.session.breaches();
    let report = play.eyes.collector.take().map(|collector| {
        let mut heading = Heading::new(&source.name, &scenario.about, &setting, again(words, seed));
        heading.twin.clone_from(&words.twin);
        heading.tuning = words.tuning.as_ref().map(|path| path.display().to_string());
        collector.end(heading, &play.session, verdict)
    });
    let hash = play.finish()?;
    if let (Some(mut report), Some(folder)) = (report, &words.report) {
        report.hash = hash.to_string();
        report.write(folder)?;
        say(&format!("report {}", folder.join("report.html").display()));
    }
    say(&format!("hash {hash}"));
    Ok(self::verdict(breaches, if passed { ExitCode::SUCCESS } else { ExitCode::from(FAILED) }))
}

/// The command that plays the same again.
fn again(words: &Run, seed: u64) -> String {
    let tuning = words.tuning.as_ref().map(|path| path.display().to_string());
    sweep::again(&words.scenario, words.twin.as_deref(), tuning.as_deref(), seed)
}

/// Runs a recording again.
pub fn replay(words: &Replay) -> Result<ExitCode, BadInput> {
    let recording = Recording::read(&words.recording)?;
    #[cfg(feature = "window")]
    let recording = if words.window {
        match super::reel::show(recording, words.light)? {
            Ok(code) => return Ok(code),
            Err(recording) => recording,
        }
    } else {
        recording
    };
    let foxglove = drive::foxglove(&words.foxglove)?;
    let pace = if foxglove.is_some() { Pace::Times(1.0) } else { Pace::Max };
    let mut play = Play::new(&recording.setting, pace)?;
    play.again = format!("wimz replay {}", words.recording.display());
    interruptible();
    if recording.build != BUILD {
        say(&format!("{}: recorded by wimz {}, replayed by {BUILD}", recording.name, recording.build));
    }
    if let Some(listener) = foxglove {
        play.screen(listener)?;
    }
    let mut check = recording.check();
    play.story(&recording.inputs, recording.end, |line, _| check.line(line))?;
    let breaches = play.session.breaches();
    let hash = play.finish()?;
    let code = match (&recording.hash, check.parted()) {
        (_, Some(at)) => {
            say(&format!("this run and the recording differ in the second before {at}"));
            ExitCode::from(FAILED)
        }
        (Some(recorded), None) if *recorded != hash.to_string() => {
            say(&format!("this run and the recording differ at the end: it was recorded as {recorded}"));
            ExitCode::from(FAILED)
        }
        (Some(_), None) => {
            say(&format!("the same as recorded, to {}", recording.end));
            ExitCode::SUCCESS
        }
        (None, None) => {
            say(&format!("the recording breaks off at {}; the same up to there", recording.end));
            ExitCode::SUCCESS
        }
    };
    say(&format!("hash {hash}"));
    Ok(verdict(breaches, code))
}

/// A run in which something was that must never be has failed, whatever else is said of it.
pub(super) fn verdict(breaches: u64, code: ExitCode) -> ExitCode {
    if breaches == 0 {
        return code;
    }
    say(&format!("broken invariants: {breaches}"));
    ExitCode::from(FAILED)
}

/// What is told of a line, if anything.
type Tell = Box<dyn FnMut(&Line) -> Option<String>>;

/// A run whose inputs are known.
pub(super) struct Play {
    pub session: Session,
    narrator: Narrator,
    /// Who tells it in the narrator's place.
    pub tell: Option<Tell>,
    pace: Pace,
    begun: Instant,
    recorder: Option<Recorder>,
    /// The command that plays the same again.
    pub again: String,
    eyes: Eyes,
    cast: Cast,
    screening: Option<Screening>,
}

/// Who watches the run: it is the same with them and without.
#[derive(Default)]
struct Eyes {
    judge: Option<Judge>,
    collector: Option<Collector>,
    feed: Option<Feed>,
}

impl Witness for Eyes {
    fn seen(&mut self, session: &Session, lines: &[Line]) {
        if let Some(judge) = &mut self.judge {
            judge.seen(session, lines);
        }
        if let Some(collector) = &mut self.collector {
            collector.seen(session, lines);
        }
        self.feed.seen(session, lines);
    }
}

impl Play {
    pub fn new(setting: &Setting, pace: Pace) -> Result<Self, BadInput> {
        let cast = setting.read()?;
        let session = Session::open(setting, &cast);
        Ok(Self {
            session,
            narrator: Narrator::new(&cast.room),
            tell: None,
            pace,
            begun: Instant::now(),
            recorder: None,
            again: String::new(),
            eyes: Eyes::default(),
            cast,
            screening: None,
        })
    }

    /// Shows it to Foxglove at this listener, from when somebody looks.
    fn screen(&mut self, listener: TcpListener) -> Result<(), BadInput> {
        let (screening, feed) = Screening::open(listener, &self.cast)?;
        say(&format!("it begins when Foxglove looks: ws://localhost:{}", screening.address().port()));
        screening.wait(&feed);
        self.begun = Instant::now();
        (self.screening, self.eyes.feed) = (Some(screening), Some(feed));
        Ok(())
    }

    /// Plays all inputs and goes on to the end; every line is shown to `watch` with the mode of that moment.
    pub fn story(
        &mut self,
        inputs: &[(RobotTime, Outside)],
        end: RobotTime,
        mut watch: impl FnMut(&Line, Mode),
    ) -> Result<(), BadInput> {
        for (at, outside) in inputs {
            self.go(*at, &mut watch)?;
            self.session.enter_seen(outside.clone(), &mut self.eyes);
            // Whoever asked is a line in a file and waits for no answer.
            self.session.drain_replies().for_each(drop);
            if let Some(recorder) = &mut self.recorder {
                let written = recorder.outside(*at, outside);
                written.map_err(|error| unwritten(recorder.name(), &error))?;
            }
        }
        self.go(end, &mut watch)
    }

    fn go(&mut self, to: RobotTime, watch: &mut impl FnMut(&Line, Mode)) -> Result<(), BadInput> {
        loop {
            let step = match self.pace {
                Pace::Max => to.min(self.session.now() + LONGEST_STRIDE),
                Pace::Times(times) => {
                    let next = to.min(self.session.now() + STRIDE);
                    let due = Duration::from_micros(next.as_micros()).div_f64(times);
                    std::thread::sleep(due.saturating_sub(self.begun.elapsed()));
                    next
                }
            };
            self.session.run_until_seen(step, &mut self.eyes);
            if let Some(screening) = &self.screening {
                screening.show(&self.session);
            }
            let mode = self.session.status().mode;
            let lines: Vec<Line> = self.session.drain_lines().collect();
            for line in lines {
                if let Line::Edited { what: EditedPart::Room, .. } = line {
                    self.refurnish();
                }
                watch(&line, mode);
                if let (Line::Second { at, digest }, Some(recorder)) = (&line, &mut self.recorder) {
                    let written = recorder.second(*at, *digest);
                    written.map_err(|error| unwritten(recorder.name(), &error))?;
                }
                if let Some(collector) = &mut self.eyes.collector {
                    collector.line(&line);
                }
                let told = match &mut self.tell {
                    Some(tell) => tell(&line),
                    None => self.narrator.tell(&line).map(|told| told.to_string()),
                };
                if let Some(text) = told {
                    say(&text);
                }
            }
            for breach in self.session.drain_breaches() {
                if let Some(collector) = &mut self.eyes.collector {
                    collector.breach(&breach);
                }
                if let Some(feed) = &self.eyes.feed {
                    feed.breach(&breach);
                }
                say(&format!("{}\n  again: {}", breach.account(), self.again));
            }
            if step >= to {
                return Ok(());
            }
        }
    }

    /// Whoever knows the room is told that it is another one.
    fn refurnish(&mut self) {
        let room = &self.session.cast().room;
        self.narrator.refurnish(room);
        if let Some(collector) = &mut self.eyes.collector {
            collector.refurnish(room);
        }
        if let Some(screening) = &self.screening {
            screening.refurnish(room.clone());
        }
    }

    pub fn finish(self) -> Result<Hash, BadInput> {
        let end = self.session.now();
        let hash = self.session.finish();
        if let Some(recorder) = self.recorder {
            let name = recorder.name().to_owned();
            recorder.end(end, hash).map_err(|error| unwritten(&name, &error))?;
        }
        Ok(hash)
    }
}

fn unwritten(name: &str, error: &std::io::Error) -> BadInput {
    BadInput::Wrong(format!("{name}: {error}; the recording is not whole"))
}
