//! A run whose inputs are known, shown live: it has no robot's server, and here is what Foxglove needs of one.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use jiff::Timestamp;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use wimz_firmware::camera::{self, CameraThread};
use wimz_firmware::gate::{Seats, connections};
use wimz_vocabulary::Status;
use wimz_world::room::Room;

use super::{Feed, Show, serve};
use crate::assets::BadInput;
use crate::eye::RobotEye;
use crate::session::{Cast, Session};
use crate::simulator::{asynchronous, no_resources};
use crate::stage::Stage;

/// How often it is looked whether somebody has come.
const NAP: Duration = Duration::from_millis(20);

/// How long the panels of a layout are given to subscribe, from the first of them: what happens at the start is not missed.
const BREATH: Duration = Duration::from_millis(300);

/// What shows a run. It ends when this is dropped.
#[derive(Debug)]
pub struct Screening {
    address: SocketAddr,
    stage: Arc<Stage>,
    status: watch::Sender<Status>,
    _camera: CameraThread,
    _runtime: Runtime,
}

impl Screening {
    /// Shows a run to whoever comes to this listener, once the feed is told of it.
    ///
    /// # Errors
    /// [`BadInput`] from a system that refuses a thread or a socket.
    pub fn open(listener: TcpListener, cast: &Cast) -> Result<(Self, Feed), BadInput> {
        let Cast { room, profile, .. } = cast;
        let stage = Arc::new(Stage::new(room.clone()));
        let eye = RobotEye::new(profile.camera, stage.clone());
        let (status, seen) = watch::channel(Status::default());
        let (viewfinder, camera) =
            camera::start(Box::new(eye), profile.camera.rate_hz, seen, Box::new(Timestamp::now))
                .map_err(no_resources)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(no_resources)?;
        let address = listener.local_addr().map_err(no_resources)?;
        let show = Show { stage: stage.clone(), viewfinder, name: &profile.device_id };
        let (feed, served) = {
            let _within = runtime.enter();
            serve(asynchronous(listener)?, Arc::new(Seats::new(connections())), show)
        };
        runtime.spawn(served);
        Ok((Self { address, stage, status, _camera: camera, _runtime: runtime }, feed))
    }

    /// Where Foxglove finds it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until somebody has subscribed to what they want.
    pub fn wait(&self, feed: &Feed) {
        while !feed.is_wanted() {
            sleep(NAP);
        }
        sleep(BREATH);
    }

    /// The room is another one.
    pub fn refurnish(&self, room: Arc<Room>) {
        self.stage.refurnish(room);
    }

    /// The run has come so far.
    pub fn show(&self, session: &Session) {
        self.status.send_replace(session.status());
        self.stage.show(session.world().truth());
    }
}
