//! The 3D window beside a live run: where it can be had, and what follows when it is closed.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use wimz_simulator::Simulator;
use wimz_simulator::assets::{self, BadInput};
use wimz_simulator::live::Ended;
use wimz_simulator::session::Cast;
use wimz_simulator::simulator::EyeMaker;
use wimz_window::model::Models;
use wimz_window::view::{self, AFTERNOON, Found, Lens, Opening};
use wimz_window::{Screen, Viewer, screen};

use super::Drive;
use super::drive::{farewell, lock};
use super::lens::{self, Drawer};
use super::printer::Printer;

/// What falls in through the windows of the room.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Light {
    /// What the run's clock has.
    Clock,
    /// That of an hour.
    Hour(f32),
}

impl Light {
    /// The hour, unless it is the clock's.
    pub fn hour(self) -> Option<f32> {
        match self {
            Self::Clock => None,
            Self::Hour(hour) => Some(hour),
        }
    }
}

/// Reads `clock`, `day`, `night`, or an hour.
pub fn light(text: &str) -> Result<Light, String> {
    match text {
        "clock" => Ok(Light::Clock),
        "day" => Ok(Light::Hour(AFTERNOON)),
        "night" => Ok(Light::Hour(23.0)),
        _ => match text.parse::<f32>() {
            Ok(hour) if (0.0..=24.0).contains(&hour) => Ok(Light::Hour(hour)),
            _ => Err("give clock, day, night, or an hour from 0 to 24".to_owned()),
        },
    }
}

/// The hour whose light falls in, unless it is the clock's: where nobody has set that it means nothing.
fn hour(words: &Drive) -> Option<f32> {
    let usual = if words.state.is_some() { Light::Clock } else { Light::Hour(AFTERNOON) };
    words.light.unwrap_or(usual).hour()
}

/// A window that can be opened, or why it cannot; and who draws what the robot's camera sees, if its own software does not.
pub struct Window {
    /// Where the run shows itself.
    pub screens: Vec<Screen>,
    /// Who takes the robot's pictures.
    pub eye: Option<EyeMaker>,
    /// Whoever looks at it; or why nobody does, where that is worth a word.
    pub rest: Result<Looking, Option<String>>,
}

/// A window that waits to be opened.
pub struct Looking {
    viewer: Viewer,
    drawer: Found,
    models: Arc<Models>,
}

impl Window {
    /// Asks what can be had.
    pub fn ready(words: &Drive, cast: &Cast, printer: &Arc<Mutex<Printer>>) -> Self {
        let wants_eye = words.camera == Drawer::Gpu;
        if words.headless && !wants_eye {
            return Self { screens: Vec::new(), eye: None, rest: Err(None) };
        }
        let (models, flaws) = assets::models(&words.room);
        flaws.iter().for_each(|flaw| lock(printer).line(&flaw.to_string()));
        let models = Arc::new(models);
        let eye = wants_eye.then(|| lens::eye(cast, models.clone(), hour(words), printer)).flatten();
        let (eye, mut screens) = eye.map_or((None, Vec::new()), |(eye, screen)| (Some(eye), vec![screen]));
        if words.headless {
            return Self { screens, eye, rest: Err(None) };
        }
        let rest = match view::probe() {
            Ok(drawer) => {
                let (screen, viewer) = screen();
                screens.push(screen);
                Ok(Looking { viewer, drawer, models })
            }
            Err(why) => Err(Some(why.to_string())),
        };
        Self { screens, eye, rest }
    }
}

impl Looking {
    /// Opens the window, on the process's first thread, and waits for the end of the run. Closing the window is one, unless
    /// the user wants to go on without.
    pub fn show(
        self,
        words: &Drive,
        cast: Cast,
        simulator: Simulator,
        interrupted: impl Future<Output = ()> + Send + 'static,
        printer: &Arc<Mutex<Printer>>,
    ) -> Result<Ended, BadInput> {
        if self.drawer.is_processor {
            lock(printer).line(&format!("no GPU: {} draws the window, more simply", self.drawer.name));
        }
        let opening = Opening {
            models: self.models,
            title: format!("WIM-Z in the {}, seed {}", cast.room.name, words.seed),
            room: cast.room,
            chassis: [cast.profile.chassis.length, cast.profile.chassis.width],
            lens: Lens::of(cast.profile.camera),
            hour: hour(words),
            viewer: self.viewer,
            hands: Box::new(simulator.person()),
        };
        let end = simulator.ender();
        let waiting = thread::Builder::new()
            .name("end of the run".to_owned())
            .spawn(move || simulator.wait(interrupted))
            .map_err(|error| BadInput::Wrong(format!("the system refuses a thread: {error}")))?;
        let run = Arc::new(Mutex::new(Some(waiting)));
        bequeath(words.stay, end.clone(), run.clone(), printer.clone());
        let gone = match catch_unwind(AssertUnwindSafe(|| view::open(opening))) {
            Ok(Ok(drawn)) => {
                let rate = f64::from(drawn.pictures) / drawn.over.as_secs_f64().max(1e-3);
                lock(printer)
                    .line(&format!("the window drew {} pictures, {rate:.1} a second", drawn.pictures));
                None
            }
            Ok(Err(why)) => Some(format!("no window: {why}")),
            Err(panic) => Some(format!("the window is lost: {}", words_of(&*panic))),
        };
        // Nobody else sees to the end from here on: the will finds nothing left to do.
        let waiting =
            taken(&run).expect("only an exit from under the window takes it, and that does not return");
        drop(WILL.take());
        if let Some(why) = &gone {
            lock(printer).line(why);
        }
        if !waiting.is_finished() {
            if words.stay || matches!(gone, Some(ref why) if why.starts_with("no window")) {
                lock(printer).line("the run goes on without a window; ctrl-C ends it");
            } else {
                end();
            }
        }
        waiting.join().unwrap_or_else(|panic| resume_unwind(panic))
    }
}

/// A thread that waits for the end of the run.
type Waiting = thread::JoinHandle<Result<Ended, BadInput>>;

fn taken(run: &Mutex<Option<Waiting>>) -> Option<Waiting> {
    run.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// What is done when the process's first thread ends from under the window.
struct Will(Option<Box<dyn FnOnce()>>);

thread_local! {
    static WILL: RefCell<Option<Will>> = const { RefCell::new(None) };
}

impl Drop for Will {
    fn drop(&mut self) {
        if let Some(execute) = self.0.take() {
            execute();
        }
    }
}

/// Sees to the run's end if the display goes away while the window is open: Xlib then says so and calls `exit`, which nobody
/// can refuse. But `exit` drops what belongs to the thread that calls it, so the robot is brought to rest and the recording
/// closed there; with `--stay`, when the run is over.
fn bequeath(
    stay: bool,
    end: impl Fn() + 'static,
    run: Arc<Mutex<Option<Waiting>>>,
    printer: Arc<Mutex<Printer>>,
) {
    let execute = move || {
        let Some(waiting) = taken(&run) else { return };
        if stay {
            lock(&printer).line("the display is gone; the run goes on without a window; ctrl-C ends it");
        } else {
            lock(&printer).line("the display is gone");
            end();
        }
        if let Ok(Ok(ended)) = waiting.join() {
            farewell(&mut lock(&printer), &ended);
        }
        lock(&printer).finish();
    };
    WILL.set(Some(Will(Some(Box::new(execute)))));
}

fn words_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("it does not say why")
}
