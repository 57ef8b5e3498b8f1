//! `wimz run` and `wimz replay`: runs whose every input is known beforehand.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use wimz_simulator::assets::{self, BadInput, Kind};
use wimz_simulator::live::Pace;
use wimz_simulator::narrator::{Narrator, closing};
use wimz_simulator::outside::Outside;
use wimz_simulator::recording::{BUILD, Recorder, Recording};
use wimz_simulator::scenario::Scenario;
use wimz_simulator::session::{Hash, Line, Session, Setting};
use wimz_vocabulary::{Micros, Mode, RobotTime};

use super::{FAILED, Replay, Run, say, setting};

/// At a given speed the run goes on in steps of so much robot time.
const STRIDE: Micros = Micros::from_millis(10);

/// Runs a scenario.
pub fn run(words: &Run) -> Result<ExitCode, BadInput> {
    let source = assets::find(Kind::Scenario, &words.scenario)?;
    let scenario = Scenario::parse(&source.document())?;
    let setting = setting(&scenario.room, &scenario.robot, words.seed)?;
    let mut play = Play::new(&setting, words.speed)?;
    play.recorder = words.record.as_deref().map(|path| Recorder::create(path, &setting)).transpose()?;
    interruptible();
    say(&format!("{}: {}", source.name, scenario.about));
    let (mut mode, mut refusals) = (Mode::Idle, 0);
    play.story(&scenario.inputs, RobotTime::BOOT + scenario.length, |line, status| {
        refusals += usize::from(matches!(line, Line::Refused { .. }));
        mode = status;
    })?;
    let end = play.session.now();
    say(&format!("{end}: {}", closing(mode, refusals)));
    let hash = play.finish()?;
    say(&format!("hash {hash}"));
    Ok(ExitCode::SUCCESS)
}

/// Runs a recording again.
pub fn replay(words: &Replay) -> Result<ExitCode, BadInput> {
    let recording = Recording::read(&words.recording)?;
    let mut play = Play::new(&recording.setting, Pace::Max)?;
    interruptible();
    if recording.build != BUILD {
        say(&format!("{}: recorded by wimz {}, replayed by {BUILD}", recording.name, recording.build));
    }
    let mut seconds = recording.seconds.iter();
    let mut parted: Option<RobotTime> = None;
    play.story(&recording.inputs, recording.end, |line, _| {
        if let Line::Second { at, digest } = line
            && let Some((recorded_at, recorded)) = seconds.next()
            && (recorded_at != at || *recorded != digest.to_string())
        {
            parted.get_or_insert(*at);
        }
    })?;
    let hash = play.finish()?;
    let code = match (&recording.hash, parted) {
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
    Ok(code)
}

/// A run whose inputs are known.
struct Play {
    session: Session,
    narrator: Narrator,
    pace: Pace,
    begun: Instant,
    recorder: Option<Recorder>,
}

impl Play {
    fn new(setting: &Setting, pace: Pace) -> Result<Self, BadInput> {
        let (room, profile) = setting.read()?;
        let session = Session::open(setting, &room, &profile);
        Ok(Self { session, narrator: Narrator::new(&room), pace, begun: Instant::now(), recorder: None })
    }

    /// Plays all inputs and goes on to the end; every line is shown to `watch` with the mode of that moment.
    fn story(
        &mut self,
        inputs: &[(RobotTime, Outside)],
        end: RobotTime,
        mut watch: impl FnMut(&Line, Mode),
    ) -> Result<(), BadInput> {
        for (at, outside) in inputs {
            self.go(*at, &mut watch)?;
            self.session.enter(*outside);
            // Whoever asked is a line in a file and waits for no answer.
            self.session.drain_replies().for_each(drop);
            if let Some(recorder) = &mut self.recorder {
                let written = recorder.outside(*at, *outside);
                written.map_err(|error| unwritten(recorder.name(), &error))?;
            }
        }
        self.go(end, &mut watch)
    }

    fn go(&mut self, to: RobotTime, watch: &mut impl FnMut(&Line, Mode)) -> Result<(), BadInput> {
        loop {
            let step = match self.pace {
                Pace::Max => to,
                Pace::Times(times) => {
                    let next = to.min(self.session.now() + STRIDE);
                    let due = Duration::from_micros(next.as_micros()).div_f64(times);
                    std::thread::sleep(due.saturating_sub(self.begun.elapsed()));
                    next
                }
            };
            self.session.run_until(step);
            let mode = self.session.status().mode;
            for line in self.session.drain_lines() {
                watch(&line, mode);
                if let (Line::Second { at, digest }, Some(recorder)) = (&line, &mut self.recorder) {
                    let written = recorder.second(*at, *digest);
                    written.map_err(|error| unwritten(recorder.name(), &error))?;
                }
                if let Some(text) = self.narrator.tell(&line) {
                    say(&text);
                }
            }
            if step >= to {
                return Ok(());
            }
        }
    }

    fn finish(self) -> Result<Hash, BadInput> {
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

/// Ctrl-C ends the program with code 130, whoever started it.
fn interruptible() {
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        // Without it ctrl-C still ends the program, by the signal itself.
        let Ok(runtime) = runtime else { return };
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            std::process::exit(130);
        }
    });
}
