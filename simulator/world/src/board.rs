//! The robot's board in the world: the stations that run on a Pi, on virtual chips and lines.
//!
//! It polls stations and passes on what they say. It decides nothing: when a station is polled is the calendar's
//! affair, what it does its own.

mod damage;
mod probe;
mod stations;

use std::cell::{Cell, Ref, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use serde::Serialize;
use wimz_hal::dispenser::DispenserNews;
use wimz_hal::drive::{DirPwm, InInEn, Motor, Tracks};
use wimz_hal::profile;
use wimz_hal::thermometer::Thermometer;
use wimz_hal::{Guard, HeadAngles, Profile, Reading, Station};
use wimz_vocabulary::{
    Celsius, DriveState, HeadState, Health, Job, Micros, Part, Ratio, Rgb, RobotTime, Sightings,
    SpeakerOrder, StopEpoch, Track, Volts,
};

use crate::camera::Eye;
use crate::carousel::Carousel;
use crate::chips::ads1115::Ads1115;
use crate::chips::i2c::Bus;
use crate::chips::microphone::UsbMicrophone;
use crate::chips::pca9685::Pca9685;
use crate::chips::pins::{InputLine, Pin, Pwm, StepPin};
use crate::chips::sound_card::{Heard, UsbSoundCard};
use crate::chips::tmc2209::Tmc2209;
use crate::chips::uart::Uart;
use crate::chips::ws2812::Strip;
use crate::detector::{Accelerator, DetectorModel};
use crate::dog::DogBody;
use crate::motion::{Encoders, TrackLines};
use crate::room::Room;

/// How warm the computer is in a living room, in °C.
const WARMTH: f32 = 52.0;

/// What somebody who fills the carousels puts in: one a compartment, more or less.
const HANDFUL: u16 = 44;

use stations::{Ends, Stations};

type Drive = Tracks<Pin, Pwm, InputLine>;

/// The board.
pub struct Board {
    // What hangs on the lines.
    tracks: [TrackLines; 2],
    encoders: Encoders,
    bus: Bus,
    servo_chip: Rc<RefCell<Pca9685>>,
    monitor: Rc<RefCell<Ads1115>>,
    divider_is_open: bool,
    strip: Strip,
    driver: Rc<RefCell<Tmc2209>>,
    uart: Uart,
    step: StepPin,
    step_direction: Pin,
    step_enable: Pin,
    beam: InputLine,
    carousel: Carousel,
    mood_light_pin: Pin,
    button: InputLine,
    warmth: Rc<Cell<Option<f32>>>,
    sound_card: UsbSoundCard,
    microphone: UsbMicrophone,
    eye: Accelerator,
    profile: Profile,
    // What runs them.
    guard: Guard<Drive>,
    stations: Stations,
    /// When the I2C bus is free again: two stations share it.
    bus_free_at: RobotTime,
    strip_free_at: RobotTime,
    told: Told,
}

/// What was last handed out: a reading is news when it differs.
#[derive(Debug, Default, Serialize)]
struct Told {
    drive: DriveState,
    head: HeadState,
    health: [Health; Part::COUNT],
}

/// The thermometer of a computer that is always equally warm.
#[derive(Debug)]
pub struct Warmth(Rc<Cell<Option<f32>>>);

impl Thermometer for Warmth {
    type Error = NotThere;

    fn celsius(&mut self) -> Result<Celsius, NotThere> {
        self.0.get().map(Celsius::clamped).ok_or(NotThere)
    }
}

/// The thermometer cannot be read.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the thermometer cannot be read")]
pub struct NotThere;

impl Board {
    /// A board as the profile has it, with every line low but those that a pull-up holds, after so many stops.
    ///
    /// # Panics
    /// If the profile's servo chip has an address that a PCA9685 cannot have; a parsed profile has none such.
    pub fn new(room: &Room, profile: &Profile, seed: u64, now: RobotTime, stops: StopEpoch) -> Self {
        let track = |lines: profile::TrackLines| match lines {
            profile::TrackLines::DirPwm { .. } => {
                TrackLines::DirPwm { direction: Pin::default(), pwm: Pwm::default() }
            }
            profile::TrackLines::InInEn { .. } => {
                TrackLines::InInEn { in1: Pin::default(), in2: Pin::default(), enable: Pwm::default() }
            }
        };
        let tracks = [track(profile.drive.left.lines), track(profile.drive.right.lines)];
        let encoders = [(); 2].map(|()| [(); 2].map(|()| InputLine::new(false)));
        let drive = open_drive(profile, &tracks, &encoders);

        let bus = Bus::new(profile.i2c.hertz, seed);
        let servo_chip = Rc::new(RefCell::new(Pca9685::new(profile.head.address)));
        let monitor = Rc::new(RefCell::new(Ads1115::new(profile.battery.address, seed)));
        bus.attach(servo_chip.clone());
        bus.attach(monitor.clone());
        let strip = Strip::new(profile.lights.spi_hz, profile.lights.count, seed);
        let (step_direction, step_enable) = (Pin::default(), Pin::default());
        let step = StepPin::new(step_direction.clone(), step_enable.clone());
        let driver = Rc::new(RefCell::new(Tmc2209::new(profile.dispenser.address, step_enable.clone())));
        let uart = Uart::new(profile.dispenser.baud, driver.clone(), seed);
        let mut carousel = Carousel::new(&profile.dispenser, seed);
        carousel.refill(HANDFUL);
        let beam = InputLine::new(true);
        let button = InputLine::new(true);
        let mood_light_pin = Pin::default();
        let warmth = Rc::new(Cell::new(Some(WARMTH)));
        let sound_card = UsbSoundCard::default();
        let microphone = UsbMicrophone::new(seed);
        let eye = DetectorModel::new(room, &profile.camera, seed);
        let eye = Accelerator(Rc::new(RefCell::new(eye)));
        let ends = Ends {
            bus: &bus,
            strip: &strip,
            mood_light: &mood_light_pin,
            step: &step,
            step_direction: &step_direction,
            step_enable: &step_enable,
            uart: &uart,
            beam: &beam,
            warmth: &warmth,
            button: &button,
            sound_card: &sound_card,
            microphone: &microphone,
            eye: &eye,
        };
        Self {
            guard: Guard::following(drive, now, stops),
            stations: Stations::open(&ends, profile, now),
            profile: profile.clone(),
            tracks,
            encoders,
            bus,
            servo_chip,
            monitor,
            divider_is_open: false,
            strip,
            driver,
            uart,
            step,
            step_direction,
            step_enable,
            beam,
            carousel,
            mood_light_pin,
            button,
            warmth,
            sound_card,
            microphone,
            eye,
            bus_free_at: now,
            strip_free_at: now,
            told: Told::default(),
        }
    }

    /// The room is another one, for the one part that knows rooms.
    pub fn refurnish(&self, room: &Room) {
        self.eye.0.borrow_mut().refurnish(room);
    }

    /// The drive's lines, left and right.
    pub fn tracks(&self) -> [TrackLines; 2] {
        self.tracks.clone()
    }

    /// The duties on the two PWM lines, left and right, as shares of full scale.
    pub fn duties(&self) -> (Ratio, Ratio) {
        let [left, right] = &self.tracks;
        (left.pwm().share(), right.pwm().share())
    }

    /// The encoders' lines. On a robot without encoders nobody listens to them.
    pub fn encoders(&self) -> &Encoders {
        &self.encoders
    }

    /// The servo chip.
    pub fn servo_chip(&self) -> Ref<'_, Pca9685> {
        self.servo_chip.borrow()
    }

    /// What the light ring shows, light by light from the cable's end.
    pub fn colors(&self) -> Vec<Rgb> {
        self.strip.colors()
    }

    /// Whether the blue tube is lit.
    pub fn mood_light_is_lit(&self) -> bool {
        self.mood_light_pin.is_high()
    }

    /// The carousel and its chute.
    pub fn carousel(&self) -> &Carousel {
        &self.carousel
    }

    /// Bytes that have ever been on the I2C bus and on the light ring's data line.
    pub fn bytes(&self) -> (u64, u64) {
        (self.bus.bytes(), self.strip.bytes())
    }

    /// The drive's guard.
    pub fn guard(&mut self) -> &mut Guard<Drive> {
        &mut self.guard
    }

    /// While the tracks turn: when the guard brings them to rest unless it is told to go on.
    pub fn guard_deadline(&self) -> Option<RobotTime> {
        self.guard.deadline()
    }

    /// The drive as its guard knows it.
    pub fn drive_state(&self) -> DriveState {
        *self.guard.state()
    }

    /// How a part is, as its station knows it.
    pub fn health(&self, part: Part) -> Health {
        match part {
            Part::Drive => self.guard.health(),
            Part::Head => self.stations.head.health(),
            Part::Lights => self.stations.lights.health(),
            Part::MoodLight => self.stations.mood_light.health(),
            Part::Dispenser => self.stations.dispenser.health(),
            Part::Battery => self.stations.battery.health(),
            Part::Thermometer => self.stations.thermometer.health(),
            Part::PowerButton => self.stations.power_button.health(),
            Part::Speaker => self.stations.speaker.health(),
            Part::Microphone => self.stations.microphone.health(),
            Part::Detector => self.stations.detector.health(),
        }
    }

    /// Tells the head's station where to point.
    pub fn point(&mut self, angles: HeadAngles) {
        self.stations.head.point(angles);
    }

    /// Tells the light ring's station what to show.
    pub fn show(&mut self, frame: &[Rgb]) {
        self.stations.lights.show(frame);
    }

    /// Switches the blue tube.
    pub fn mood_light(&mut self, now: RobotTime, on: bool) {
        self.stations.mood_light.set(now, on);
    }

    /// Tells the speaker's station what should be heard.
    pub fn sound(&mut self, now: RobotTime, order: SpeakerOrder) {
        self.stations.speaker.order(now, order);
    }

    /// Tells the detector's station whether to look.
    pub fn look(&mut self, now: RobotTime, looks: bool) {
        self.stations.detector.look(now, looks);
    }

    /// Whether the detector takes a picture now.
    pub fn wants_picture(&self, now: RobotTime) -> bool {
        let mut model = self.eye.0.borrow_mut();
        model.set_now(now);
        model.wants_picture()
    }

    /// The detector takes a picture.
    pub fn expose(&mut self, eye: &Eye, dogs: &[DogBody]) {
        self.eye.0.borrow_mut().expose(eye, dogs);
    }

    /// What the detector's station saw last and nobody has taken, and when the picture was taken.
    pub fn take_seen(&mut self) -> Option<(RobotTime, Sightings)> {
        self.stations.detector.take()
    }

    /// What is heard of the speaker.
    pub fn heard(&self, now: RobotTime) -> Option<Heard> {
        self.sound_card.heard(now)
    }

    /// From now on the speaker's sound card holds a sound back for so long.
    pub fn set_speaker_lag(&self, lag: Micros) {
        self.sound_card.set_lag(lag);
    }

    /// The microphone.
    pub fn microphone(&self) -> &UsbMicrophone {
        &self.microphone
    }

    /// How many blocks of the microphone's wait to be taken.
    pub fn blocks(&self) -> usize {
        self.stations.microphone.waiting()
    }

    /// Moves the oldest block that waits into `block`, and says when its last sample was taken.
    pub fn take_block(&mut self, block: &mut Vec<i16>) -> Option<RobotTime> {
        self.stations.microphone.take(block)
    }

    /// There is a file that can be played, or it is now so long.
    pub fn learn(&mut self, track: Track) {
        self.sound_card.learn(track);
    }

    /// The firmware's process has come back: its stations begin anew on the same hardware, and all that they say is
    /// news again. The guard has lived on.
    pub fn reopen(&mut self, now: RobotTime) {
        let ends = Ends {
            bus: &self.bus,
            strip: &self.strip,
            mood_light: &self.mood_light_pin,
            step: &self.step,
            step_direction: &self.step_direction,
            step_enable: &self.step_enable,
            uart: &self.uart,
            beam: &self.beam,
            warmth: &self.warmth,
            button: &self.button,
            sound_card: &self.sound_card,
            microphone: &self.microphone,
            eye: &self.eye,
        };
        self.stations = Stations::open(&ends, &self.profile, now);
        self.told = Told::default();
    }

    /// The firmware's process is dead. What it alone kept going stops.
    pub fn abandon(&mut self) {
        self.sound_card.abandon();
        self.eye.0.borrow_mut().abandon();
    }

    /// Gives the dispenser's station a job.
    pub fn give(&mut self, now: RobotTime, job: Job) {
        self.stations.dispenser.give(now, job);
    }

    /// Tells the dispenser's station that somebody has looked after it.
    pub fn clear_dispenser(&mut self) {
        self.stations.dispenser.clear();
    }

    /// Somebody fills the carousels.
    pub fn refill(&mut self) {
        self.carousel.refill(HANDFUL);
    }

    /// When a part's bus is free: its station is not polled before.
    pub fn free_at(&self, part: Part) -> RobotTime {
        match part {
            Part::Head | Part::Battery => self.bus_free_at,
            _ => RobotTime::BOOT,
        }
    }

    /// What the lights draw from their rail, in milliamperes.
    pub fn lights_ma(&self) -> f32 {
        self.stations.lights.milliamperes() as f32
    }

    /// What the carousel's coils draw from the battery, in amperes.
    pub fn carousel_amps(&self) -> f32 {
        let motor = self.driver.borrow().motor();
        if motor.driven { motor.amps } else { 0.0 }
    }

    /// The battery's voltage from now on.
    pub fn sense_battery(&mut self, now: RobotTime, volts: Volts) {
        let divider = if self.divider_is_open { 1.0 } else { self.profile.battery.divider };
        self.monitor.borrow_mut().set_input(now, self.profile.battery.input, volts.get() / divider);
    }

    /// Lets the carousel turn by the steps made since the last call, and what falls fall. How many treats have
    /// fallen through the chute, and whether the beam's line has changed.
    pub fn turn_carousel(&mut self, now: RobotTime) -> (u32, bool) {
        let before = self.carousel.dropped();
        let steps = self.step.take_steps();
        if steps != 0 {
            let mut driver = self.driver.borrow_mut();
            driver.stepped(now, steps);
            self.carousel.step(now, steps, &driver.motor());
        }
        let beam = self.carousel.beam();
        let mut changed = false;
        while let Some(edge) = beam.take_due(now) {
            self.beam.set(edge.at, edge.high);
            changed = true;
        }
        (self.carousel.dropped() - before, changed)
    }

    /// When something comes into the beam or leaves it next.
    pub fn beam_due(&mut self) -> Option<RobotTime> {
        self.carousel.beam().due()
    }

    /// Whether a part's bus still carries what its station said last.
    pub fn is_busy(&self, part: Part, now: RobotTime) -> bool {
        match part {
            Part::Lights => now < self.strip_free_at,
            part => now < self.free_at(part),
        }
    }

    /// Polls a part's station; what it has to say goes to `readings`. The answer is when it wants to be polled
    /// again.
    pub fn poll(
        &mut self,
        part: Part,
        now: RobotTime,
        readings: &mut VecDeque<Reading>,
    ) -> Option<RobotTime> {
        let free_at = self.free_at(part);
        if now < free_at {
            return Some(free_at);
        }
        let next = match part {
            Part::Drive => {
                let next = self.guard.poll(now);
                let state = *self.guard.state();
                if state != self.told.drive {
                    self.told.drive = state;
                    readings.push_back(Reading::Drive(state));
                }
                next
            }
            Part::Head => {
                let next = self.on_i2c(now, |board| board.stations.head.poll(now));
                let state = self.stations.head.state();
                if state != self.told.head {
                    self.told.head = state;
                    readings.push_back(Reading::Head(state));
                }
                next
            }
            Part::Lights => {
                self.strip.set_now(now);
                let next = self.stations.lights.poll(now);
                let wire = self.strip.take_wire_time();
                self.strip_free_at = self.strip_free_at.max(now + wire);
                next
            }
            Part::MoodLight => self.stations.mood_light.poll(now),
            Part::Dispenser => {
                self.uart.set_now(now);
                let next = self.stations.dispenser.poll(now);
                while let Some(news) = self.stations.dispenser.take() {
                    readings.push_back(match news {
                        DispenserNews::Job { job, outcome } => Reading::Job { job, outcome },
                        DispenserNews::Stray { after } => Reading::Stray { after },
                    });
                }
                next
            }
            Part::Battery => {
                let driving =
                    self.guard.state().left != Ratio::ZERO || self.guard.state().right != Ratio::ZERO;
                self.stations.battery.motors(now, driving);
                let next = self.on_i2c(now, |board| board.stations.battery.poll(now));
                readings.extend(self.stations.battery.take().map(Reading::Battery));
                next
            }
            Part::Thermometer => {
                let next = self.stations.thermometer.poll(now);
                readings.extend(self.stations.thermometer.take().map(Reading::Temperature));
                next
            }
            Part::PowerButton => {
                let next = self.stations.power_button.poll(now);
                while let Some(pressed) = self.stations.power_button.take() {
                    readings.push_back(Reading::PowerButton { pressed });
                }
                next
            }
            Part::Microphone => self.stations.microphone.poll(now),
            Part::Detector => self.stations.detector.poll(now),
            Part::Speaker => {
                self.sound_card.set_now(now);
                let next = self.stations.speaker.poll(now);
                while let Some((play, how)) = self.stations.speaker.take() {
                    readings.push_back(Reading::Speaker { play, how });
                }
                next
            }
        };
        let health = self.health(part);
        if health.is_news(self.told.health[part as usize]) {
            self.told.health[part as usize] = health;
            readings.push_back(Reading::Health { part, health });
        }
        next
    }

    /// Lets a station speak on the I2C bus; the bus is busy for as long as its bits take, and so is the station.
    fn on_i2c(
        &mut self,
        now: RobotTime,
        poll: impl FnOnce(&mut Self) -> Option<RobotTime>,
    ) -> Option<RobotTime> {
        self.bus.set_now(now);
        let next = poll(self);
        self.bus_free_at = now + self.bus.take_wire_time();
        next.map(|due| due.max(self.bus_free_at))
    }

    /// Every chip, line and station, for a digest of a run.
    pub fn witness(&self) -> impl Serialize + '_ {
        let buses = (&self.bus, self.bus_free_at, &self.strip, self.strip_free_at, &self.uart);
        let chips = (buses, &*self.servo_chip, &*self.monitor, &*self.driver, &self.carousel);
        let lines = (&self.step, &self.step_direction, &self.step_enable, &self.beam, &self.mood_light_pin);
        let stations = (self.guard.memory(), self.stations.memory());
        let rest = (&self.button, &self.encoders, self.divider_is_open, self.warmth.get());
        let senses = (&self.sound_card, &self.microphone, &self.eye);
        (chips, lines, stations, rest, senses, &self.told)
    }
}

/// The drive on these lines, as the profile has it.
fn open_drive(profile: &Profile, tracks: &[TrackLines; 2], encoders: &Encoders) -> Drive {
    let motors = tracks.clone().map(|lines| match lines {
        TrackLines::DirPwm { direction, pwm } => Motor::DirPwm(DirPwm::new(direction, pwm)),
        TrackLines::InInEn { in1, in2, enable } => Motor::InInEn(InInEn::new(in1, in2, enable)),
    });
    Tracks::new(&profile.drive, motors, Some(encoders.clone()))
}
