//! The battery: four cells in series, two in parallel, and what the robot draws from them.
//!
//! Voltage follows charge, load and, for a minute, what the load was before. Temperature, ageing and the
//! management board's cut-off are not modelled.

use serde::Serialize;
use wimz_vocabulary::{Micros, Ratio, RobotTime, Volts};

/// Charge of a full pack: 8.9 Ah (field facts: 4S2P of 21700 cells), in microcoulombs.
const CAPACITY: i64 = 8_900 * 3_600 * 1_000;
/// Cells in series.
const CELLS: f32 = 4.0;
/// Open-circuit volts of one lithium-ion cell by share of charge, in steps of a tenth: a typical curve, its ends
/// those of the pack, 12.0 and 16.8 V.
const OPEN_CIRCUIT: [f32; 11] = [3.00, 3.45, 3.55, 3.62, 3.67, 3.74, 3.84, 3.93, 4.02, 4.10, 4.20];
/// Ohms of cells, wires and management board: the drop that comes and goes with the current.
const RESISTANCE: f32 = 0.06;
/// Ohms and seconds of the drop that follows it slowly. Its recovery after a load looks like charging.
const SLOW_RESISTANCE: f32 = 0.04;
const SLOW_SECONDS: f32 = 40.0;
/// What a charger does not go past at the terminals.
const FULL_VOLTS: f32 = 16.8;

/// Watts of the computer with its accelerator and camera, fans and converters. An estimate: the 5 A rail of 5 V
/// runs at half.
const BASE_WATTS: f32 = 13.0;
/// What converters to lower rails let through.
const EFFICIENCY: f32 = 0.88;
/// Amperes of one stalled track motor at full duty. An estimate for gearmotors of this size: two of them are
/// within the bridge's 10 A and the pack's 30 A.
const STALL_AMPS: f32 = 3.2;
/// Amperes that a track motor takes to turn freely, at full duty.
const FREE_AMPS: f32 = 0.35;
/// Volts of the lights' and the servos' rails.
const LIGHT_VOLTS: f32 = 5.0;
const SERVO_VOLTS: f32 = 6.0;
/// Amperes of an MG996R that turns without much to lift.
const SERVO_AMPS: f32 = 0.5;

/// What is switched on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Load {
    /// Left and right track.
    pub tracks: [TrackLoad; 2],
    /// Milliamperes of all lights, from their 5 V rail.
    pub lights_ma: f32,
    /// Servos that turn.
    pub servos: u8,
    /// Amperes that the carousel's motor takes: at most those in its coils.
    pub carousel_amps: f32,
}

/// How hard a track works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct TrackLoad {
    /// Share of full duty; its sign does not matter.
    pub duty: Ratio,
    /// Share of its free speed at full duty; a stalled track has none.
    pub speed: Ratio,
}

impl TrackLoad {
    /// Amperes from the battery. The motor's current is what the duty has over its speed, and flows from the
    /// battery in the duty's share of time.
    fn amps(self) -> f32 {
        let (duty, speed) = (self.duty.magnitude().get(), self.speed.magnitude().get());
        let motor = FREE_AMPS * speed.min(duty) + STALL_AMPS * (duty - speed).max(0.0);
        duty * motor
    }
}

impl Load {
    /// Amperes from a battery at this voltage.
    pub fn amps(&self, volts: Volts) -> f32 {
        let lights = self.lights_ma / 1_000.0 * LIGHT_VOLTS;
        let servos = f32::from(self.servos) * SERVO_AMPS * SERVO_VOLTS;
        let watts = BASE_WATTS + (lights + servos) / EFFICIENCY;
        let tracks: f32 = self.tracks.iter().map(|track| track.amps()).sum();
        // Near an empty pack's end: converters draw more from less, but never without end.
        watts / volts.get().max(6.0) + tracks + self.carousel_amps
    }
}

/// The battery.
#[derive(Clone, Debug, Serialize)]
pub struct Battery {
    now: RobotTime,
    /// Microcoulombs left.
    charge: i64,
    /// Amperes drawn and put in since it was last told.
    load: f32,
    /// What a charger on the dock would put in; zero without one.
    charger: f32,
    /// The slow drop, in volts; negative while charging.
    slow_drop: f32,
}

impl Battery {
    /// A rested battery with this share of a full charge, from `now` on.
    pub fn new(now: RobotTime, charge: Ratio) -> Self {
        // A share of less than 2³⁵.
        let charge = (f64::from(charge.magnitude().get()) * CAPACITY as f64) as i64;
        Self { now, charge, load: 0.0, charger: 0.0, slow_drop: 0.0 }
    }

    /// Moves it on to `now` with the load as it was, then sets what is drawn from now on.
    pub fn advance(&mut self, now: RobotTime, load: &Load) {
        let span = now.since(self.now);
        if span > Micros::ZERO {
            let current = self.current();
            let seconds = span.as_secs_f32();
            // Some amperes for some seconds at a time: far from what does not fit.
            let drawn = (f64::from(current) * span.get() as f64) as i64;
            self.charge = (self.charge - drawn).clamp(0, CAPACITY);
            let target = current * SLOW_RESISTANCE;
            self.slow_drop = target + (self.slow_drop - target) * libm::expf(-seconds / SLOW_SECONDS);
            self.now = now;
        }
        self.load = load.amps(self.volts());
    }

    /// Puts the robot on a dock that charges with so many amperes, until the terminals are at 16.8 V; zero takes
    /// it off.
    pub fn charge(&mut self, amps: f32) {
        self.charger = amps.max(0.0);
    }

    /// Volts at the terminals.
    pub fn volts(&self) -> Volts {
        Volts::clamped(self.rested() - self.slow_drop - self.current() * RESISTANCE)
    }

    /// Share of a full charge that is left.
    pub fn left(&self) -> Ratio {
        Ratio::clamped((self.charge as f64 / CAPACITY as f64) as f32)
    }

    /// Open-circuit volts.
    fn rested(&self) -> f32 {
        let tenths = self.left().get() * 10.0;
        // At most 9: it fits.
        let below = (tenths as usize).min(OPEN_CIRCUIT.len() - 2);
        let (low, high) = (OPEN_CIRCUIT[below], OPEN_CIRCUIT[below + 1]);
        CELLS * (low + (high - low) * (tenths - below as f32))
    }

    /// Amperes out of the cells; negative into them.
    fn current(&self) -> f32 {
        // The charger feeds the robot, too, and the cells get what is left, as far as their voltage allows.
        let most = (FULL_VOLTS - self.rested() + self.slow_drop) / RESISTANCE;
        let charging = (self.charger - self.load).min(most.max(0.0));
        if self.charger > 0.0 && charging >= 0.0 { -charging } else { self.load - self.charger }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(value: f32) -> Ratio {
        Ratio::new(value).unwrap()
    }

    /// Runs it for so many seconds, told every 100 ms.
    fn run(battery: &mut Battery, seconds: u64, load: &Load) {
        for _ in 0..seconds * 10 {
            let now = battery.now + Micros::from_millis(100);
            battery.advance(now, load);
        }
    }

    fn near(volts: Volts, expected: f32, by: f32) -> bool {
        (volts.get() - expected).abs() <= by
    }

    const STALLED: TrackLoad = TrackLoad { duty: Ratio::ONE, speed: Ratio::ZERO };

    #[test]
    fn voltage_follows_charge_from_end_to_end() {
        let volts =
            [0.0, 0.05, 0.5, 0.95, 1.0].map(|charge| Battery::new(RobotTime::BOOT, share(charge)).volts());
        for (volts, expected) in volts.into_iter().zip([12.0, 12.9, 14.96, 16.6, 16.8]) {
            assert!(near(volts, expected, 0.001), "{volts} and not {expected}");
        }
    }

    #[test]
    fn a_load_draws_its_charge_whatever_the_steps() {
        let load = Load { tracks: [STALLED; 2], ..Load::default() };
        let left = |step: u64| {
            let mut battery = Battery::new(RobotTime::BOOT, share(0.9));
            for second in (0..=600).step_by(usize::try_from(step).unwrap()) {
                battery.advance(RobotTime::BOOT + Micros::from_secs(second), &load);
            }
            battery.left().get()
        };
        // About 7.3 A for ten minutes are 1.2 Ah of 8.9.
        assert!((left(1) - (0.9 - 7.25 / 6.0 / 8.9)).abs() < 0.002, "{}", left(1));
        assert!((left(1) - left(5)).abs() < 0.001);
        let mut battery = Battery::new(RobotTime::BOOT, share(0.01));
        run(&mut battery, 3_600, &load);
        assert_eq!(battery.left(), Ratio::ZERO);
        assert!(near(battery.volts(), 11.2, 0.1), "{}", battery.volts());
    }

    #[test]
    fn the_voltage_sags_at_once_and_recovers_slowly() {
        let mut battery = Battery::new(RobotTime::BOOT, share(0.5));
        let idle = Load::default();
        run(&mut battery, 300, &idle);
        let before = battery.volts().get();
        let now = battery.now;
        battery.advance(now, &Load { tracks: [STALLED; 2], ..idle });
        let sag = before - battery.volts().get();
        assert!((sag - 6.4 * RESISTANCE).abs() < 0.01, "{sag}");
        run(&mut battery, 60, &Load { tracks: [STALLED; 2], ..idle });
        let now = battery.now;
        battery.advance(now, &idle);
        let released = battery.volts().get();
        run(&mut battery, 10, &idle);
        let first = battery.volts().get() - released;
        run(&mut battery, 190, &idle);
        let rebound = battery.volts().get() - released;
        assert!((0.1..0.25).contains(&rebound), "what is taken for charging: {rebound}");
        assert!((0.1..0.4).contains(&(first / rebound)), "slowly: {first}");
    }

    #[test]
    fn a_dock_charges_until_the_pack_is_full() {
        let mut battery = Battery::new(RobotTime::BOOT, share(0.5));
        let idle = Load::default();
        run(&mut battery, 60, &idle);
        let before = battery.volts();
        battery.charge(3.0);
        assert!(battery.volts() > before);
        run(&mut battery, 600, &idle);
        // 3 A less what the robot takes, for ten minutes.
        let gained = battery.left().get() - 0.5;
        assert!((0.036..0.044).contains(&gained), "{gained}");
        let mut most = Volts::ZERO;
        for _ in 0..200 {
            run(&mut battery, 120, &idle);
            most = if battery.volts() > most { battery.volts() } else { most };
        }
        assert!(battery.left().get() > 0.99 && most.get() <= 16.801, "{} {most}", battery.left());
        battery.charge(0.0);
        run(&mut battery, 60, &idle);
        assert!(battery.volts().get() < 16.75);
        // One that gives less than the robot takes only helps.
        let drawn = |charger| {
            let mut battery = Battery::new(RobotTime::BOOT, share(0.5));
            battery.charge(charger);
            run(&mut battery, 600, &idle);
            0.5 - battery.left().get()
        };
        assert!((0.3..0.6).contains(&(drawn(0.5) / drawn(0.0))));
    }

    #[test]
    fn motors_draw_by_what_holds_them_back() {
        let amps = |duty, speed| TrackLoad { duty: share(duty), speed: share(speed) }.amps();
        assert_eq!((amps(1.0, 0.0), amps(0.0, 0.0)), (STALL_AMPS, 0.0));
        assert_eq!(amps(1.0, 1.0), FREE_AMPS);
        assert!(amps(-0.5, -0.5) < 0.1 && amps(0.5, 0.1) > 0.6);
        let load = Load { lights_ma: 2_500.0, servos: 2, carousel_amps: 0.0, ..Load::default() };
        let more = load.amps(Volts::clamped(15.0)) - Load::default().amps(Volts::clamped(15.0));
        assert!((more - (12.5 + 6.0) / 0.88 / 15.0).abs() < 0.001);
    }
}
