//! The world of one run: a room, a robot's body in it, and the calendar that moves both.
//!
//! It is stepped from outside and hands out [`Occasion`]s: moments at which the robot's logic, or whoever
//! watches, has something to do. It never meets the brain.

mod broken;

use std::collections::VecDeque;

use serde::Serialize;
use wimz_hal::profile::CameraProfile;
use wimz_hal::{Profile, Reading};
use wimz_vocabulary::{
    DogId, DriveState, Micros, Part, Ratio, RobotTime, Sightings, StopEpoch, StopKind, Track,
};

use crate::board::Board;
use crate::calendar::{Calendar, Entry};
use crate::camera::Eye;
use crate::chips::sound_card::Heard;
use crate::dog::{Act, Character, DogPlan, Dogs, MOST_DOGS, Scene, Thought, Uttered};
use crate::fault::Fault;
use crate::geometry::{Pose, Spot};
use crate::happening::{Carried, Happening};
use crate::motion::{Motion, TouchChange};
use crate::power::{Battery, Load};
use crate::room::Room;
use crate::setpoints::Setpoints;
use crate::sound::Soundscape;
use crate::sound::voices::BLOCK;
use crate::truth::{Truth, WorldFact};

/// How much the battery holds at the start: not full, so that charging shows.
const CHARGE: Ratio = Ratio::constant(0.8);

/// What the charging dock puts in, in amperes: a full pack in three hours. The fleet's robots noticed theirs by a rise
/// of 0.35 V (field facts, battery), which takes 3.5 A and more through this pack's resistances.
const DOCK_AMPS: f32 = 4.0;

/// How high above the floor the robot's microphone is, in metres.
const EAR: f32 = 0.2;

/// The brain's tick.
pub const TICK: Micros = Micros::from_millis(10);

/// One moment at which somebody outside the world has something to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Occasion {
    /// The brain's tick is due.
    Tick,
    /// A part of the body has something to say.
    Reading(Reading),
    /// The dog detector has judged a picture.
    Seen {
        /// When the picture was taken.
        taken: RobotTime,
        /// What is in it.
        seen: Sightings,
    },
    /// Another robot second is over: time for a digest.
    Second,
    /// The microphone has taken another block: [`World::take_heard`] has it.
    Heard,
    /// Something happened in the room.
    Fact(WorldFact),
    /// The firmware's process has come back: it knows nothing.
    Restarted,
}

/// The world.
pub struct World {
    now: RobotTime,
    calendar: Calendar,
    board: Board,
    motion: Motion,
    camera: CameraProfile,
    battery: Battery,
    dogs: Dogs,
    soundscape: Soundscape,
    /// Reused for each block that the microphone takes.
    block: [f32; BLOCK],
    /// Blocks that nobody was told of yet.
    untold: usize,
    /// From the robot's middle to its front, and to a corner, in metres.
    front: f32,
    reach: f32,
    /// How wide and deep the room is, in metres.
    floor: [f32; 2],
    setpoints: Setpoints,
    firmware_lives: bool,
    /// Whether it has come back and nobody was told yet.
    restarted: bool,
    /// Faults that end by themselves, and when.
    repairs: Vec<(RobotTime, Fault)>,
    /// What stations have said and nobody has heard yet.
    readings: VecDeque<Reading>,
    /// What the detector has said and nobody has heard yet: when the picture was taken, what is in it.
    seen: VecDeque<(RobotTime, Sightings)>,
    facts: VecDeque<WorldFact>,
}

impl World {
    /// A robot as the profile has it, at the start of a room. All randomness comes from the seed.
    pub fn new(room: &Room, dogs: &[DogPlan], profile: &Profile, seed: u64) -> Self {
        Self::beginning(RobotTime::BOOT, StopEpoch::default(), room, dogs, profile, seed)
    }

    /// The same in the place of a world that has come as far as `now` and has seen so many stops: its clock goes on, and
    /// nothing that was asked for before one of them is obeyed.
    pub fn beginning(
        now: RobotTime,
        stops: StopEpoch,
        room: &Room,
        dogs: &[DogPlan],
        profile: &Profile,
        seed: u64,
    ) -> Self {
        let board = Board::new(room, profile, seed, now, stops);
        let motion = Motion::new(now, room, profile, board.tracks(), board.encoders(), seed);
        let mut calendar = Calendar::default();
        calendar.set(Entry::Physics, Some(motion.due()));
        for part in Part::ALL {
            calendar.set(entry(part), Some(now));
        }
        calendar.set(Entry::Tick, Some(now));
        calendar.set(Entry::Second, Some(next_second(now)));
        let mut world = Self {
            now,
            calendar,
            board,
            motion,
            camera: profile.camera,
            battery: Battery::new(now, CHARGE),
            dogs: Dogs::new(now, dogs, room, seed),
            soundscape: Soundscape::new(now, room, seed),
            block: [0.0; BLOCK],
            untold: 0,
            front: 0.5 * profile.chassis.length,
            reach: 0.5 * libm::hypotf(profile.chassis.length, profile.chassis.width),
            floor: [room.width, room.depth],
            setpoints: Setpoints::default(),
            firmware_lives: true,
            restarted: false,
            repairs: Vec::new(),
            readings: VecDeque::with_capacity(32),
            seen: VecDeque::with_capacity(4),
            facts: VecDeque::with_capacity(16),
        };
        world.calendar.set(Entry::Dogs, world.dogs.due());
        world.draw_power();
        world
    }

    /// The robot's clock.
    pub fn now(&self) -> RobotTime {
        self.now
    }

    /// When something is due.
    pub fn due(&self) -> Option<RobotTime> {
        self.calendar.earliest()
    }

    /// The body that the brain moves. What it is told takes effect at the next [`advance`](Self::advance).
    pub fn body(&mut self) -> &mut Setpoints {
        &mut self.setpoints
    }

    /// Moves the world on, to the next occasion or to `until`, whichever comes first. `None` means that
    /// `until` is reached and everything due by then is done.
    pub fn advance(&mut self, until: RobotTime) -> Option<Occasion> {
        loop {
            self.deliver();
            if let Some(news) = self.news() {
                return Some(news);
            }
            let Some((entry, due)) = self.calendar.next(until) else {
                self.now = self.now.max(until);
                return None;
            };
            self.now = self.now.max(due);
            match entry {
                Entry::Physics => {
                    self.catch_up();
                    self.calendar.set(Entry::Physics, Some(self.motion.due()));
                }
                Entry::Guard => self.poll(Part::Drive),
                Entry::Head => self.poll(Part::Head),
                Entry::Lights => self.poll(Part::Lights),
                Entry::MoodLight => self.poll(Part::MoodLight),
                Entry::Dispenser => self.poll(Part::Dispenser),
                Entry::Battery => self.poll(Part::Battery),
                Entry::Thermometer => self.poll(Part::Thermometer),
                Entry::PowerButton => self.poll(Part::PowerButton),
                Entry::Speaker => self.poll(Part::Speaker),
                Entry::Dogs => self.dogs_live(),
                Entry::Microphone => {
                    self.record();
                    self.poll(Part::Microphone);
                    self.untold = self.board.blocks();
                }
                Entry::Detector => self.detect(),
                Entry::Carousel => self.turn_carousel(),
                Entry::Repair => self.repair(),
                Entry::Tick => {
                    self.calendar.set(Entry::Tick, self.firmware_lives.then(|| self.now + TICK));
                    if self.firmware_lives {
                        return Some(Occasion::Tick);
                    }
                }
                Entry::Second => {
                    self.catch_up();
                    self.draw_power();
                    self.calendar.set(Entry::Second, Some(self.now + Micros::from_secs(1)));
                    return Some(Occasion::Second);
                }
            }
        }
    }

    /// Stops the drive, by the guard's own door.
    pub fn stop(&mut self, kind: StopKind) -> DriveState {
        self.catch_up();
        let state = self.board.guard().stop(self.now, kind);
        self.poll(Part::Drive);
        state
    }

    /// The drive as its guard knows it.
    pub fn drive_state(&self) -> DriveState {
        self.board.drive_state()
    }

    /// The duties on the two PWM lines, left and right, as shares of full scale.
    pub fn duties(&self) -> (Ratio, Ratio) {
        self.board.duties()
    }

    /// The robot's parts and chips, to look at.
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// What is true in the room.
    pub fn truth(&self) -> Truth {
        let (pan, tilt) = self.motion.head();
        Truth {
            at: self.now,
            pose: self.motion.pose(),
            pan,
            tilt,
            touching: self.motion.touching(),
            fallen: self.board.carousel().dropped(),
            loaded: self.board.carousel().remaining(),
            battery: self.battery.volts(),
            mood_light: self.board.mood_light_is_lit(),
            heard: self.board.heard(self.now),
            dogs: std::array::from_fn(|place| self.dogs.bodies().get(place).copied()),
            treats_on_floor: *self.dogs.treats(),
        }
    }

    /// What goes on in the dogs, in the order of the run's setting; the rest is `None`.
    pub fn thoughts(&self) -> [Option<Thought>; MOST_DOGS] {
        self.dogs.thoughts()
    }

    /// Where the servos really are: pan and tilt from centre, in degrees.
    pub fn head(&self) -> (f32, f32) {
        self.motion.head()
    }

    /// How fast the tracks turn, left and right, in metres a second.
    pub fn track_speeds(&self) -> (f32, f32) {
        self.motion.speeds()
    }

    /// What is heard of the robot's own speaker.
    pub fn heard(&self) -> Option<Heard> {
        self.board.heard(self.now)
    }

    /// From now on the speaker's sound card holds a sound back for so long, as one with a large buffer does.
    pub fn set_speaker_lag(&self, lag: Micros) {
        self.board.set_speaker_lag(lag);
    }

    /// Whether a track still turns, whatever it was told.
    pub fn is_rolling(&self) -> bool {
        self.motion.speeds() != (0.0, 0.0)
    }

    /// Whether the firmware's process lives.
    pub fn firmware_lives(&self) -> bool {
        self.firmware_lives
    }

    /// Somebody fills the carousels.
    pub fn refill(&mut self) {
        self.board.refill();
    }

    /// Puts a sound file where the robot finds it: one that it was not told of cannot be played.
    pub fn sound(&mut self, track: Track) {
        self.board.learn(track);
    }

    /// Something happens in the house.
    pub fn happen(&mut self, happening: Happening) {
        self.soundscape.happen(self.now, happening);
        self.dogs.happen(self.now, happening);
    }

    /// A person in the room has a dog do something, past all that it would rather do. Nothing happens if it is not there.
    pub fn nudge(&mut self, dog: DogId, act: Act) {
        self.dogs.nudge(self.now, dog, act, self.reach);
    }

    /// A person carries the robot, or a dog, to another place in the room: at once, and beside the furniture if the place is
    /// taken. Nothing happens to a dog that is not there.
    pub fn carry(&mut self, who: Carried, to: Pose) {
        let [width, depth] = self.floor;
        let to = Pose { x: to.x.clamp(0.0, width), y: to.y.clamp(0.0, depth), heading: to.heading };
        match who {
            Carried::Robot => {
                self.catch_up();
                self.motion.carry(to);
            }
            Carried::Dog(dog) => self.dogs.carry(dog, to),
        }
    }

    /// The room is another one from now on. Everybody stays where they are, or beside what stands there now; what sounds
    /// goes on as the room before carried it.
    pub fn refurnish(&mut self, room: &Room) {
        self.catch_up();
        self.floor = [room.width, room.depth];
        self.board.refurnish(room);
        self.motion.refurnish(room);
        self.dogs.refurnish(self.now, room);
        self.soundscape.refurnish(room);
    }

    /// A dog is another one from now on, in the same place and with the same memories. Nothing happens if it is not there.
    pub fn recast(&mut self, dog: DogId, character: &Character, room: &Room) {
        self.dogs.recast(self.now, dog, character, room);
    }

    /// Moves what the microphone took last into `block`, and says when the last of its samples was taken.
    pub fn take_heard(&mut self, block: &mut Vec<i16>) -> RobotTime {
        self.board.take_block(block).unwrap_or(self.now)
    }

    /// What is to be heard in the room.
    pub fn soundscape(&mut self) -> &mut Soundscape {
        &mut self.soundscape
    }

    /// Puts the robot on its charging dock, or takes it off.
    pub fn dock(&mut self, docked: bool) {
        self.battery.charge(if docked { DOCK_AMPS } else { 0.0 });
        self.draw_power();
    }

    /// The whole state, for a digest: poses, chips, stations, calendar, random streams.
    pub fn witness(&self) -> impl Serialize + '_ {
        (
            (self.now, &self.calendar, self.firmware_lives),
            self.board.witness(),
            self.motion.state(),
            &self.battery,
            (&self.dogs, &self.soundscape),
            &self.repairs,
            (&self.readings, &self.seen),
        )
    }

    /// Hands what the brain wants to the stations.
    fn deliver(&mut self) {
        if let Some(epoch) = self.setpoints.release.take() {
            self.board.guard().release(epoch);
            self.poll(Part::Drive);
        }
        if let Some(frame) = self.setpoints.drive.take() {
            self.catch_up();
            // A refused frame changes nothing; why it was refused shows in the guard's state.
            let _ = self.board.guard().frame(self.now, frame);
            self.poll(Part::Drive);
        }
        if let Some(angles) = self.setpoints.head.take() {
            self.board.point(angles);
            self.wake(Part::Head);
        }
        if let Some(frame) = self.setpoints.take_lights() {
            self.board.show(frame);
            self.wake(Part::Lights);
        }
        if let Some(on) = self.setpoints.mood_light.take() {
            self.board.mood_light(self.now, on);
            self.wake(Part::MoodLight);
        }
        if std::mem::take(&mut self.setpoints.clear_dispenser) {
            self.board.clear_dispenser();
            self.wake(Part::Dispenser);
        }
        if let Some(job) = self.setpoints.job.take() {
            self.board.give(self.now, job);
            self.wake(Part::Dispenser);
        }
        if let Some(looks) = self.setpoints.detector.take() {
            self.board.look(self.now, looks);
            self.wake(Part::Detector);
        }
        while let Some(order) = self.setpoints.speaker.pop_front() {
            self.board.sound(self.now, order);
            self.wake(Part::Speaker);
        }
    }

    /// A station has something new to do: it is polled now, or when its bytes are off the wire.
    fn wake(&mut self, part: Part) {
        if self.lives(part) {
            self.calendar.set(entry(part), Some(self.now.max(self.board.free_at(part))));
        }
    }

    /// Whether whoever polls a part's station lives. The guard is a process of its own.
    fn lives(&self, part: Part) -> bool {
        self.firmware_lives || part == Part::Drive
    }

    /// What sounded since the last time reaches the microphone. Without one that hears, nobody mixes it.
    fn record(&mut self) {
        self.catch_up();
        let (left, right) = self.board.duties();
        self.soundscape.drive(left.get(), right.get());
        self.soundscape.play(self.board.heard(self.now));
        if self.board.microphone().hears() {
            let pose = self.motion.pose();
            self.soundscape.mix(self.now, Spot { x: pose.x, y: pose.y, z: EAR }, &mut self.block);
        }
        self.board.microphone().record(self.now, &self.block);
    }

    fn poll(&mut self, part: Part) {
        self.catch_up();
        let next = self.board.poll(part, self.now, &mut self.readings);
        self.calendar.set(entry(part), next.filter(|_| self.lives(part)));
        if part == Part::Dispenser {
            // Steps may have brought a treat to the opening.
            self.turn_carousel();
        }
    }

    /// The detector takes a picture, if one is due, and says what it has to say.
    fn detect(&mut self) {
        self.catch_up();
        if self.board.wants_picture(self.now) {
            let eye = Eye::of(self.motion.pose(), self.motion.head(), &self.camera);
            self.board.expose(&eye, self.dogs.bodies());
        }
        self.poll(Part::Detector);
        self.seen.extend(self.board.take_seen());
    }

    fn dogs_live(&mut self) {
        self.catch_up();
        let (left, right) = self.motion.speeds();
        let scene = Scene {
            speed: 0.5 * (left + right),
            playing: self.board.heard(self.now),
            ..Scene::new(self.motion.pose(), self.reach)
        };
        self.dogs.step(self.now, &scene);
        self.facts.extend(self.dogs.drain_facts());
        for Uttered { at, from, sound, .. } in self.dogs.drain_uttered() {
            self.soundscape.utter(at, from, sound);
        }
        self.calendar.set(Entry::Dogs, self.dogs.due());
    }

    fn turn_carousel(&mut self) {
        let (fell, beam_changed) = self.board.turn_carousel(self.now);
        let due = self.board.beam_due();
        self.calendar.set(Entry::Carousel, due);
        if fell > 0 {
            self.dogs.treats_fall(self.now, fell, self.motion.pose(), self.front);
            self.facts.push_back(WorldFact::TreatsFell(fell));
        }
        if beam_changed {
            self.wake(Part::Dispenser);
        }
    }

    /// The battery feels what has been drawn, and the motors and the monitor feel the battery.
    fn draw_power(&mut self) {
        let load = Load {
            tracks: self.motion.load(),
            servos: self.motion.turning_servos(),
            lights_ma: self.board.lights_ma(),
            carousel_amps: self.board.carousel_amps(),
        };
        self.battery.advance(self.now, &load);
        let volts = self.battery.volts();
        self.motion.supply(volts);
        self.board.sense_battery(self.now, volts);
    }

    fn catch_up(&mut self) {
        let change = self.motion.advance(self.now, &self.board.servo_chip());
        if let Some(change) = change {
            self.facts.push_back(match change {
                TouchChange::Began(obstacle) => WorldFact::ContactBegan(obstacle),
                TouchChange::Ended(obstacle) => WorldFact::ContactEnded(obstacle),
            });
        }
    }

    fn news(&mut self) -> Option<Occasion> {
        if std::mem::take(&mut self.restarted) {
            return Some(Occasion::Restarted);
        }
        let fact = self.facts.pop_front().map(Occasion::Fact);
        let reading = || self.readings.pop_front().map(Occasion::Reading);
        let seen = || self.seen.pop_front().map(|(taken, seen)| Occasion::Seen { taken, seen });
        let news = fact.or_else(reading).or_else(seen);
        news.or_else(|| {
            self.untold = self.untold.checked_sub(1)?;
            Some(Occasion::Heard)
        })
    }
}

/// Where a part's station stands in the calendar.
const fn entry(part: Part) -> Entry {
    match part {
        Part::Drive => Entry::Guard,
        Part::Head => Entry::Head,
        Part::Lights => Entry::Lights,
        Part::MoodLight => Entry::MoodLight,
        Part::Dispenser => Entry::Dispenser,
        Part::Battery => Entry::Battery,
        Part::Thermometer => Entry::Thermometer,
        Part::PowerButton => Entry::PowerButton,
        Part::Speaker => Entry::Speaker,
        Part::Microphone => Entry::Microphone,
        Part::Detector => Entry::Detector,
    }
}

/// When the second of this moment is over.
fn next_second(now: RobotTime) -> RobotTime {
    RobotTime::from_micros((now.as_micros() / 1_000_000 + 1) * 1_000_000)
}
