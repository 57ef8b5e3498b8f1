//! What is asked of the robot, and what it says to it: taken on, or refused with a reason. A refusal changes nothing.

use wimz_hal::{Body, HeadAngles};
use wimz_vocabulary::{
    ClientId, Command, DogId, DriveEnd, EventBody, EventId, Micros, Mode, ModeCause, Pattern, Ratio, Refusal,
    Reply, Request, RobotTime, SoundName, StoreState, TreatCause, Work,
};

use crate::controls::{MOTION_LEASE, Wish, check_age, held_since, shaped};
use crate::hearing::AFTER_BARK;
use crate::parts::Use;
use crate::step::Step;
use crate::treats;

/// How long the lights ask for a dog's attention when it is called.
const ATTENTION: Micros = Micros::from_secs(3);

/// The least quiet that a treat for quiet is given for; whoever gives one may ask for more.
pub const LEAST_QUIET: Micros = Micros::from_secs(5);

/// The call for a dog that has no recording of its own (contract, "Call Dog").
const CALL: &str = "come_here.mp3";

impl<B: Body> Step<'_, B> {
    pub fn request(&mut self, request: &Request, taken: RobotTime) -> Result<Reply, Refusal> {
        let from = request.from;
        self.brain.mission.meet(self.at, from);
        if let Command::Drive { left, right, echo, lease } = request.command {
            let since = held_since(self.at, taken, echo)?;
            let lease = lease.map_or(MOTION_LEASE, |shorter| shorter.min(MOTION_LEASE));
            let wish = Wish { left: shaped(left), right: shaped(right), since, lease };
            return self.drive(request, wish).map(|()| Reply::Accepted);
        }
        if request.command.moves_something() {
            check_age(self.at, taken, MOTION_LEASE)?;
            self.check_power()?;
        }
        match request.command {
            Command::Drive { .. } => unreachable!("answered above"),
            Command::PointHead { pan, tilt } => {
                self.brain.parts.allow(Use::PointHead, self.brain.mode)?;
                self.take_controls(from)?;
                let gaze = self.brain.gaze;
                self.brain.pointed = Some(self.at);
                self.look(HeadAngles { pan: pan.unwrap_or(gaze.pan), tilt: tilt.unwrap_or(gaze.tilt) });
            }
            Command::CenterHead => {
                self.brain.parts.allow(Use::PointHead, self.brain.mode)?;
                self.take_controls(from)?;
                self.brain.pointed = Some(self.at);
                self.look(HeadAngles::default());
            }
            Command::SetMode { mode, cause } => {
                self.check_driver(from, mode)?;
                if mode == Mode::Mission && cause == ModeCause::MissionStart {
                    self.mission_starts_by_mode()?;
                } else {
                    self.set_mode(mode, cause)?;
                }
            }
            Command::ReleaseStop => {
                if request.stops < self.brain.drive.epoch {
                    return Err(Refusal::NewerStop);
                }
                self.take_controls(from)?;
                self.brain.releasing = Some(from);
                self.body.release_stop(request.stops);
            }
            Command::Dispense { work, cause, key, dog } => {
                return self.dispense(from, treats::Wish { work, cause, key }, dog, None);
            }
            Command::ClearDispenser => self.body.clear_dispenser(),
            Command::ShowPattern { pattern } => self.brain.lights.show(self.at, pattern),
            Command::ShowColor { color } => self.brain.lights.paint(self.at, color),
            Command::MoodLight { on } => {
                self.brain.mood_light = on.unwrap_or(!self.brain.mood_light);
                self.body.mood_light(self.brain.mood_light);
            }
            Command::Play { sound } => {
                self.brain.parts.allow(Use::Sound, self.brain.mode)?;
                self.brain.player.play(self.at, &sound)?;
            }
            Command::StopSound => self.brain.player.stop(self.at),
            Command::ToggleSound => {
                self.brain.parts.allow(Use::Sound, self.brain.mode)?;
                self.brain.player.toggle(self.at)?;
            }
            Command::SetVolume { volume } => self.brain.player.set_volume(volume),
            Command::NextSong => {
                self.brain.parts.allow(Use::Sound, self.brain.mode)?;
                self.brain.player.next(self.at)?;
            }
            Command::PreviousSong => {
                self.brain.parts.allow(Use::Sound, self.brain.mode)?;
                self.brain.player.previous(self.at)?;
            }
            Command::CallDog { dog } => self.call(dog)?,
            // The camera's own thread takes it; how the camera is, it says itself.
            Command::TakePhoto { .. } => {}
            Command::Coach(command) => self.coach_asked(command)?,
            Command::Mission(command) => self.mission_asked(from, command)?,
            Command::Say { message } => {
                self.brain.parts.allow(Use::Sound, self.brain.mode)?;
                self.brain.player.say(self.at, message)?;
            }
        }
        Ok(Reply::Accepted)
    }

    fn drive(&mut self, request: &Request, wish: Wish) -> Result<(), Refusal> {
        let from = request.from;
        if wish.left == Ratio::ZERO && wish.right == Ratio::ZERO {
            return self.zero(from);
        }
        check_age(self.at, wish.since, wish.lease)?;
        self.check_power()?;
        let mode = self.brain.mode;
        if !mode.may_be_driven() {
            return Err(Refusal::WrongMode { mode });
        }
        self.check_stopped(request)?;
        self.brain.parts.allow(Use::Drive, mode)?;
        self.take_controls(from)?;
        let epoch = self.brain.drive.epoch;
        let grant = self.brain.controls.grant(from, epoch, wish);
        if grant.is_new {
            self.tell(EventBody::DriveStarted { lease: grant.frame.lease, client: from });
        }
        self.body.drive(grant.frame);
        Ok(())
    }

    /// A mode in which nobody drives would end somebody else's drive; whoever must end it stops the robot.
    pub fn check_driver(&self, from: ClientId, mode: Mode) -> Result<(), Refusal> {
        match self.brain.controls.driver() {
            Some(holder) if holder != from && !mode.may_be_driven() => Err(Refusal::OperatorBusy { holder }),
            _ => Ok(()),
        }
    }

    /// A hand on the stick while the drive is latched, or ever since it was stopped, does not drive on by itself
    /// when the way is free again; nor does a command that was asked for before the stop and comes after it.
    fn check_stopped(&mut self, request: &Request) -> Result<(), Refusal> {
        let latched = self.brain.drive.latched;
        let overtaken = request.stops < self.brain.drive.epoch;
        if !latched && !overtaken && !self.brain.controls.is_held_off(request.from, self.at) {
            return Ok(());
        }
        self.brain.controls.hold_off(request.from, self.at);
        Err(if latched { Refusal::EmergencyLatched } else { Refusal::Stopped })
    }

    /// Zero is welcome in every mode, latched or not; only somebody else's drive is not ended by it.
    fn zero(&mut self, from: ClientId) -> Result<(), Refusal> {
        self.brain.controls.let_go(from);
        match self.brain.controls.driver() {
            Some(holder) if holder != from => Err(Refusal::OperatorBusy { holder }),
            Some(_) => {
                self.brain.controls.take(from, self.at)?;
                self.rest(DriveEnd::Zero);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// A treat, or a turn of the carousel: for a person who asks, or for a fact that the robot rewards.
    ///
    /// # Errors
    /// Whatever stands in its way; nothing has changed.
    pub fn dispense(
        &mut self,
        client: ClientId,
        wish: treats::Wish,
        dog: Option<DogId>,
        of: Option<EventId>,
    ) -> Result<Reply, Refusal> {
        let treats::Wish { work, cause, key } = wish;
        let store = self.brain.memory.store();
        // Who does not know the past cannot know whether this request was in it.
        if store == StoreState::Opening {
            return Err(Refusal::StoreUnavailable { store });
        }
        if let Some(key) = key
            && let Some((job, outcome)) = self.brain.treats.known(key, work)?
        {
            // What is not kept yet is not told: a process that ends now comes back and does not know it.
            let ended =
                |fact: &EventBody| matches!(fact, EventBody::DispenseEnded { job: of, .. } if *of == job);
            let outcome = outcome.filter(|_| !self.brain.memory.holds_back(ended));
            return Ok(Reply::Treat { job, again: true, outcome });
        }
        if store != StoreState::Ok {
            return Err(Refusal::StoreUnavailable { store });
        }
        self.check_cause(cause)?;
        let wanted = match work {
            Work::Dispense => Use::Dispense,
            Work::Rotate => Use::Rotate,
        };
        self.brain.parts.allow(wanted, self.brain.mode)?;
        self.brain.treats.allow(self.at, cause)?;
        let job = self.brain.treats.begin(self.at, wish);
        let fact = self.tell(EventBody::DispenseStarted { job, work, cause, client, key, dog, of });
        self.brain.treats.needs(fact);
        Ok(Reply::Treat { job, again: false, outcome: None })
    }

    /// Whether the mode, and what was heard, allow a treat for this.
    fn check_cause(&self, cause: TreatCause) -> Result<(), Refusal> {
        let mode = self.brain.mode;
        let belongs = match cause {
            TreatCause::Owner => true,
            TreatCause::Quiet => matches!(mode, Mode::SilentGuardian | Mode::Mission),
            TreatCause::Trick => matches!(mode, Mode::Coach | Mode::Mission),
            TreatCause::Mission => mode == Mode::Mission,
        };
        if !belongs {
            return Err(Refusal::WrongCause { mode });
        }
        if cause == TreatCause::Quiet {
            self.brain.hearing.treat_for_quiet(self.at, LEAST_QUIET)?;
        }
        // Whatever the dog did: what it is rewarded for with a bark, it learns with the bark.
        let barked = self.brain.hearing.barked_within(self.at, AFTER_BARK);
        if barked && cause != TreatCause::Owner { Err(Refusal::NotQuiet) } else { Ok(()) }
    }

    /// Calls a dog by its own recording, else by the call for all dogs.
    fn call(&mut self, dog: Option<DogId>) -> Result<(), Refusal> {
        self.brain.parts.allow(Use::Sound, self.brain.mode)?;
        let call = SoundName::new(CALL).expect("a short name");
        let own = dog.and_then(|dog| self.brain.player.recording_of(&dog));
        let sound = own.unwrap_or(call);
        let sound = self.brain.player.play(self.at, &sound)?;
        self.brain.lights.cue(self.at, Pattern::Attention, ATTENTION);
        self.tell(EventBody::DogCalled { dog, sound });
        Ok(())
    }
}
