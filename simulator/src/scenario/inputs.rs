//! All that comes into a run: what the file says when, and what comes by chance, at other moments with each seed.

use wimz_vocabulary::{Micros, RequestId, RobotTime, StopEpoch};
use wimz_world::Happening;
use wimz_world::random::Stream;

use super::Wall;
use crate::outside::Outside;

/// Requests that come beside those of a recorded session have numbers from here on: it had none so high.
const AFTER_RECORDED: u64 = 1 << 48;

/// What comes into the runs of a scenario.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// What came into a recorded session: as it was, to the number of each request.
    recorded: Vec<(RobotTime, Outside)>,
    /// What comes at its own moment whatever the seed.
    known: Vec<(RobotTime, Outside)>,
    drawn: Vec<Drawn>,
    wall: Wall,
}

/// Something that comes again and again, nobody knows when.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// Its place in the file: what others draw does not move it.
    pub place: usize,
    /// When it may come: from here ...
    pub from: RobotTime,
    /// ... to here.
    pub until: RobotTime,
    /// How much time lies between two of them, on average.
    pub every: Micros,
    /// From how long to how long it lasts, where it lasts and not always for as long. Above 0.
    pub lasts: Option<(Micros, Micros)>,
    /// What comes.
    pub outside: Outside,
}

impl Inputs {
    /// Nothing yet, on a day that begins so.
    pub fn new(wall: Wall) -> Self {
        Self { recorded: Vec::new(), known: wall.inputs().collect(), drawn: Vec::new(), wall }
    }

    /// All this came into a recorded session.
    pub fn record(&mut self, recorded: &[(RobotTime, Outside)]) {
        self.recorded = recorded.to_vec();
    }

    /// This comes at that moment.
    pub fn push(&mut self, at: RobotTime, outside: Outside) {
        self.known.push((at, outside));
    }

    /// This comes by chance.
    pub fn draw(&mut self, drawn: Drawn) {
        self.drawn.push(drawn);
    }

    /// All that comes in with this seed, in order; what comes at one moment in the order of the file, and what comes by
    /// chance after what does not.
    pub fn of(&self, seed: u64) -> Vec<(RobotTime, Outside)> {
        let mut fresh = self.known.clone();
        for drawn in &self.drawn {
            drawn.come(seed, &mut fresh);
        }
        let fresh = fresh.into_iter().map(|(at, outside)| (at, outside, true));
        let recorded = self.recorded.iter().map(|(at, outside)| (*at, outside.clone(), false));
        let mut inputs: Vec<(RobotTime, Outside, bool)> = recorded.chain(fresh).collect();
        inputs.sort_by_key(|(at, ..)| *at);
        let first = if self.recorded.is_empty() { 0 } else { AFTER_RECORDED };
        let mut stops = StopEpoch::default();
        for (number, (at, outside, is_fresh)) in (first..).zip(&mut inputs) {
            match outside {
                Outside::Appointment(appointment) if *is_fresh => appointment.since = self.wall.at(*at),
                Outside::Request(request) if *is_fresh => {
                    request.id = RequestId(number);
                    request.stops = stops;
                }
                Outside::Stop(_) => stops = stops.next(),
                _ => {}
            }
        }
        inputs.into_iter().map(|(at, outside, _)| (at, outside)).collect()
    }
}

impl Drawn {
    /// Its moments, as independent of each other as those at which strangers ring: the time between two of them is spread
    /// exponentially.
    fn come(&self, seed: u64, inputs: &mut Vec<(RobotTime, Outside)>) {
        let mut stream = Stream::new(seed, &format!("by chance {}", self.place));
        // From 0 up to, but not including, 1.
        let mut share = || 0.5 * (f64::from(stream.symmetric()) + 1.0);
        let mut at = self.from;
        loop {
            at += millis(-(self.every.get() as f64) * libm::log1p(-share()));
            if at > self.until {
                return;
            }
            let outside = match self.lasts {
                None => self.outside.clone(),
                // Each scale of time is as likely as any other: a second to two as a minute to two.
                Some((shortest, longest)) => {
                    let times = longest.get() as f64 / shortest.get() as f64;
                    lasting(self.outside.clone(), millis(shortest.get() as f64 * libm::pow(times, share())))
                }
            };
            inputs.push((at, outside));
        }
    }
}

/// So many microseconds in whole milliseconds, one at least: a second of them can then be told apart in a story.
fn millis(micros: f64) -> Micros {
    Micros::from_millis((libm::round(micros / 1_000.0) as u64).max(1))
}

/// The same for so long; what does not last stays as it is.
fn lasting(outside: Outside, span: Micros) -> Outside {
    match outside {
        Outside::Fault(mut fault) => {
            fault.lasts = Some(span);
            Outside::Fault(fault)
        }
        Outside::Arm { cue, after, mut fault } => {
            fault.lasts = Some(span);
            Outside::Arm { cue, after, fault }
        }
        Outside::BrainHang(_) => Outside::BrainHang(span),
        Outside::StoreTrouble { trouble, .. } => Outside::StoreTrouble { trouble, lasts: span },
        Outside::House(Happening::Television(_)) => Outside::House(Happening::Television(span)),
        Outside::House(Happening::Speech(_)) => Outside::House(Happening::Speech(span)),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use wimz_vocabulary::document::Document;

    const HEAD: &str = "about = \"x\"\nroom = \"empty\"\nrobot = \"gen2\"\nlength = \"100h\"\n";
    const BELL: &str = "[[input]]\nname = \"bell\"\nat = \"1h\"\nevery = \"1min\"\nuntil = \"90h\"\n\
                        by_chance = true\nhappens = \"doorbell\"\n";
    const CABLE: &str = "[[input]]\nat = \"0s\"\nevery = \"1min\"\nuntil = \"100h\"\nby_chance = true\n\
                         fault = \"speaker_gone\"\nfor = \"100ms..1000s\"\n";
    const TWIN: &str = "[[expect]]\nalways = \"alive\"\n\
                        [[twin]]\nname = \"t\"\nabout = \"y\"\nwithout = [\"bell\"]\nfails = [1]\n";

    fn scenario(text: &str) -> Scenario {
        Scenario::parse(&Document::new("x", &format!("{HEAD}{text}"))).unwrap()
    }

    fn moments(inputs: &[(RobotTime, Outside)], is: fn(&Outside) -> bool) -> Vec<u64> {
        inputs.iter().filter(|(_, outside)| is(outside)).map(|(at, _)| at.as_micros()).collect()
    }

    fn rings(outside: &Outside) -> bool {
        matches!(outside, Outside::House(Happening::Doorbell))
    }

    fn breaks(outside: &Outside) -> bool {
        matches!(outside, Outside::Fault(_))
    }

    /// 5,340 rings on average. That so many strangers come 4 % more or less often is one case in 300; the gaps between them
    /// are longer than their mean in 1 of e cases.
    #[test]
    fn what_comes_by_chance_comes_as_often_as_it_says() {
        let rung = moments(&scenario(BELL).inputs(1), rings);
        assert!((5_140..5_540).contains(&rung.len()), "{}", rung.len());
        let hour = 3_600_000_000;
        assert!(rung.iter().all(|at| (hour..=90 * hour).contains(at)));
        assert!(rung.windows(2).all(|two| two[0] < two[1]));
        let long = rung.windows(2).filter(|two| two[1] - two[0] > 60_000_000).count();
        let share = long as f64 / rung.len() as f64;
        assert!((share - (-1.0_f64).exp()).abs() < 0.02, "{share}");
    }

    #[test]
    fn lengths_are_drawn_evenly_over_their_scales() {
        let inputs = scenario(CABLE).inputs(1);
        let spans: Vec<u64> = inputs
            .iter()
            .filter_map(|(_, outside)| match outside {
                Outside::Fault(fault) => fault.lasts.map(|lasts| lasts.get() / 1_000),
                _ => None,
            })
            .collect();
        assert!(spans.iter().all(|span| (100..=1_000_000).contains(span)));
        for scale in [100, 1_000, 10_000, 100_000] {
            let share = spans.iter().filter(|span| (scale..10 * scale).contains(*span)).count() as f64
                / spans.len() as f64;
            assert!((share - 0.25).abs() < 0.025, "{scale} ms: {share}");
        }
    }

    /// What is compared seed by seed must differ in nothing but what was changed.
    #[test]
    fn one_seed_draws_the_same_whatever_else_comes_in() {
        let both = scenario(&format!("{BELL}{CABLE}{TWIN}"));
        let (alone, twin) = (scenario(BELL), both.twin(&both.twins[0]));
        assert_eq!(both.inputs(7), both.inputs(7));
        assert_eq!(moments(&both.inputs(7), rings), moments(&alone.inputs(7), rings));
        assert_ne!(moments(&both.inputs(7), rings), moments(&both.inputs(8), rings));
        assert_ne!(moments(&both.inputs(7), rings), moments(&both.inputs(7), breaks));
        assert!(moments(&twin.inputs(7), rings).is_empty());
        assert_eq!(moments(&twin.inputs(7), breaks), moments(&both.inputs(7), breaks));
    }
}
