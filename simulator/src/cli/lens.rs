//! `--camera gpu`: what the robot's camera sees, drawn as the window draws it. The run is the same with any camera.

use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

use wimz_hal::profile::CameraProfile;
use wimz_simulator::eye::PaintedEye;
use wimz_simulator::session::Cast;
use wimz_simulator::simulator::EyeMaker;
use wimz_window::model::Models;
use wimz_window::view::{self, Angle, Setup, Studio};
use wimz_window::{Picture, Screen, Snapshot, Viewer, screen};
use wimz_world::camera;

use super::drive::lock;
use super::printer::Printer;

/// How long the newest moment is waited for: a run shows one every 10 ms, unless it stands still.
const SOON: Duration = Duration::from_millis(50);
const NAP: Duration = Duration::from_millis(1);

/// Who draws it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawer {
    /// The world's software camera: the same pixels everywhere.
    Software,
    /// What draws the window.
    Gpu,
}

/// Reads `software` or `gpu`.
pub fn drawer(text: &str) -> Result<Drawer, String> {
    match text {
        "software" => Ok(Drawer::Software),
        "gpu" => Ok(Drawer::Gpu),
        _ => Err("give software or gpu".to_owned()),
    }
}

/// What it takes to draw in the software camera's place, and where that is shown the run; none if nothing draws here, which is
/// said.
pub fn eye(
    cast: &Cast,
    models: Arc<Models>,
    hour: Option<f32>,
    printer: &Arc<Mutex<Printer>>,
) -> Option<(EyeMaker, Screen)> {
    let found =
        view::gpu().inspect_err(|why| lock(printer).line(&format!("{why}; the software camera does it")));
    let found = found.ok()?;
    if found.is_processor {
        let line =
            format!("no GPU: {} draws what the camera sees, late, beside all else that it does", found.name);
        lock(printer).line(&line);
    }
    let (screen, viewer) = screen();
    let chassis = [cast.profile.chassis.length, cast.profile.chassis.width];
    let (profile, printer) = (cast.profile.camera, printer.clone());
    let maker: EyeMaker = Box::new(move |own| {
        let open = move || {
            let sparing = found.is_processor;
            let mut easel =
                Easel { models, chassis, profile, hour, sparing, viewer, now: None, studio: None };
            move |lens| {
                let painted = easel.paint(lens);
                if let Err(Some(why)) = &painted {
                    lock(&printer).line(&format!("{why}; the software camera goes on"));
                }
                painted
            }
        };
        Ok(Box::new(PaintedEye::new(own, open)?))
    });
    Some((maker, screen))
}

/// What stands before a painter.
struct Easel {
    models: Arc<Models>,
    chassis: [f32; 2],
    profile: CameraProfile,
    hour: Option<f32>,
    sparing: bool,
    viewer: Viewer,
    now: Option<Arc<Snapshot>>,
    /// Opened for the first picture: it takes seconds, and longer where the processor draws.
    studio: Option<Studio>,
}

impl Easel {
    /// Draws what this lens sees now. An error without words is the end of the run.
    fn paint(&mut self, lens: camera::Lens) -> Result<Picture, Option<String>> {
        let now = self.look().ok_or(None)?;
        let through = view::Lens::through(self.profile, &lens);
        let size = [lens.width, lens.height].map(u32::from);
        let studio = match &mut self.studio {
            Some(studio) => {
                studio.fit(through, size);
                studio
            }
            none => {
                let setup = Setup {
                    room: now.room.0.clone(),
                    models: self.models.clone(),
                    chassis: self.chassis,
                    lens: through,
                    hour: self.hour,
                    angle: Angle::Eye,
                    overlays: false,
                    sparing: self.sparing,
                    size,
                };
                none.insert(Studio::open(setup).map_err(|why| Some(why.to_string()))?)
            }
        };
        studio.show(now, Vec::new());
        studio.picture().map_err(|why| Some(why.to_string()))
    }

    /// The run as it is now, or as it was last, if it stands still; none once it is over.
    fn look(&mut self) -> Option<Arc<Snapshot>> {
        // This one may be as old as the last picture; it asks for another.
        if let Some(before) = self.viewer.look().0 {
            self.now = Some(before);
        }
        let asked = Instant::now();
        while !self.viewer.is_over() && (self.now.is_none() || asked.elapsed() < SOON) {
            if let Some(now) = self.viewer.look().0 {
                self.now = Some(now);
                return self.now.clone();
            }
            sleep(NAP);
        }
        self.now.clone().filter(|_| !self.viewer.is_over())
    }
}
