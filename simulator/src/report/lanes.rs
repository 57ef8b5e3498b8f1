//! Lanes: what happened in a run by what it is about, as spans of time and moments in it.

mod rules;

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use wimz_vocabulary::{Micros, RobotTime};

use super::{clock, seconds};
use crate::session::Line;
use crate::watch::Breach;

/// Moments of one lane and kind that are nearer to one another than this share of the run are one.
const GRAIN: u64 = 1_000;

/// What a lane is about, in the order in which people see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// What was expected and did not hold, and what the watch found.
    Verdict,
    /// The robot's mode.
    Mode,
    /// Missions, from beginning to end.
    Mission,
    /// What coach or mission is at.
    Stage,
    /// How insistently the guardian asks for quiet.
    Guardian,
    /// Barks, as they really were.
    Barks,
    /// Barks, as the robot heard them.
    Heard,
    /// Sounds that were nearly taken for barks.
    Rejected,
    /// What deserved a reward, and what did not.
    Rewards,
    /// The dispenser, and what fell and was eaten.
    Treats,
    /// What the dogs do.
    Dogs,
    /// Dogs in the robot's sight.
    Sight,
    /// What the robot's speaker plays.
    Voice,
    /// The tracks.
    Drive,
    /// How serious the battery's charge and the heat are.
    Battery,
    /// What breaks, and which parts are not well.
    Faults,
    /// What happens in the house.
    House,
    /// Requests that were refused.
    Refused,
}

impl Topic {
    /// Its name, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Verdict => "Verdict",
            Self::Mode => "Mode",
            Self::Mission => "Mission",
            Self::Stage => "Stage",
            Self::Guardian => "Guardian",
            Self::Barks => "Barks",
            Self::Heard => "Heard",
            Self::Rejected => "Rejected",
            Self::Rewards => "Rewards",
            Self::Treats => "Treats",
            Self::Dogs => "Dogs",
            Self::Sight => "In sight",
            Self::Voice => "Voice",
            Self::Drive => "Drive",
            Self::Battery => "Battery",
            Self::Faults => "Faults",
            Self::House => "House",
            Self::Refused => "Refused",
        }
    }

    /// What it shows, in a sentence.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Verdict => "Expectations that did not hold, and invariants that were broken.",
            Self::Mode => "The robot's mode, and who or what changed it.",
            Self::Mission => "Missions and programs, from their beginning to their end.",
            Self::Stage => "What the coach or the mission is at: it waits, greets, asks, watches.",
            Self::Guardian => {
                "How insistently silent guardian asks for quiet, level 1 to 4, and when it kept away from a dog that was \
                 beside itself."
            }
            Self::Barks => "Barks as they really were, whether or not the robot heard them.",
            Self::Heard => "Barks that the robot heard. Hollow ones were asked for.",
            Self::Rejected => "Sounds that were nearly taken for barks, and what kept them from it.",
            Self::Rewards => {
                "What deserved a reward (full), what was only praised (hollow), and what was not done (a cross)."
            }
            Self::Treats => "The dispenser at work, treats that fell (a drop) and that were eaten (a dot).",
            Self::Dogs => "What the dogs do, whether or not the robot sees it.",
            Self::Sight => "Dogs in the robot's sight, as its eye says.",
            Self::Voice => "What the robot's speaker plays.",
            Self::Drive => "When the tracks were asked to turn, stops, and what the robot ran into.",
            Self::Battery => {
                "How serious the battery's charge and the computer's heat are, and when it is charged."
            }
            Self::Faults => "What breaks (a cross), and which parts are impaired or failed.",
            Self::House => "What happens in the house: the doorbell, thunder, the owner.",
            Self::Refused => "Requests that the robot refused.",
        }
    }
}

/// A lane, with all that is in it.
#[derive(Clone, Debug, Serialize)]
pub struct Lane {
    /// What it is about.
    pub topic: Topic,
    /// What lasted, in the order in which it began.
    pub spans: Vec<Span>,
    /// What happened in a moment, in order.
    pub marks: Vec<Mark>,
}

/// Something that lasted.
#[derive(Clone, Debug, Serialize)]
pub struct Span {
    /// Since when.
    #[serde(rename = "from_s", serialize_with = "as_seconds")]
    pub from: RobotTime,
    /// Until when.
    #[serde(rename = "to_s", serialize_with = "as_seconds")]
    pub to: RobotTime,
    /// Which kind, in a word.
    pub kind: &'static str,
    /// What to call it.
    pub label: String,
    /// How much of it, 1 to 4, where it has levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// What happened.
    pub text: String,
}

/// Something that happened, or the like of it in quick succession.
#[derive(Clone, Debug, Serialize)]
pub struct Mark {
    /// When; the first time.
    #[serde(rename = "at_s", serialize_with = "as_seconds")]
    pub at: RobotTime,
    /// The last time.
    #[serde(rename = "last_s", serialize_with = "as_seconds")]
    pub last: RobotTime,
    /// How often.
    pub count: u32,
    /// Which kind, in a word.
    pub kind: &'static str,
    /// What happened; the first time.
    pub text: String,
}

impl Span {
    /// For a tip: when, and what.
    pub fn tip(&self) -> String {
        format!("{} – {}\n{}", clock(self.from), clock(self.to), self.text)
    }
}

impl Mark {
    /// For a tip: when, and what.
    pub fn tip(&self) -> String {
        match self.count {
            1 => format!("{}\n{}", clock(self.at), self.text),
            times => format!(
                "{} – {}\n{times} of these; the first: {}",
                clock(self.at),
                clock(self.last),
                self.text
            ),
        }
    }
}

fn as_seconds<S: Serializer>(at: &RobotTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(seconds(*at))
}

/// Lanes that are being filled.
#[derive(Debug)]
pub struct Lanes {
    lanes: BTreeMap<Topic, Lane>,
    /// The spans that have not ended, by lane and by what they are about there.
    open: BTreeMap<(Topic, u64), Span>,
    /// The last mark of each kind: its place in its lane.
    latest: BTreeMap<(Topic, &'static str), usize>,
    grain: Micros,
}

impl Lanes {
    /// For a run that goes on until `end`.
    pub fn new(end: RobotTime) -> Self {
        let grain = Micros::new(end.as_micros() / GRAIN);
        let mut lanes =
            Self { lanes: BTreeMap::new(), open: BTreeMap::new(), latest: BTreeMap::new(), grain };
        lanes.begin_with();
        lanes
    }

    /// A line of the run's, and what it says.
    pub fn line(&mut self, at: RobotTime, line: &Line, text: &str) {
        self.sort(at, line, text);
    }

    /// Something that should never have been.
    pub fn breach(&mut self, breach: &Breach) {
        let text = format!("{}: {}", breach.invariant.watched().name, breach.seen);
        self.mark(Topic::Verdict, breach.at, "breach", &text);
    }

    /// Something was expected, and is not so.
    pub fn failed(&mut self, at: RobotTime, text: &str) {
        self.mark(Topic::Verdict, at, "failed", text);
    }

    /// The run is over: what has not ended ends now.
    pub fn end(mut self, end: RobotTime) -> Vec<Lane> {
        let open: Vec<(Topic, u64)> = self.open.keys().copied().collect();
        for (topic, about) in open {
            self.close(topic, about, end, "");
        }
        for lane in self.lanes.values_mut() {
            lane.spans.sort_by_key(|span| span.from);
            lane.marks.sort_by_key(|mark| mark.at);
        }
        self.lanes.into_values().collect()
    }

    fn lane(&mut self, topic: Topic) -> &mut Lane {
        let lane = || Lane { topic, spans: Vec::new(), marks: Vec::new() };
        self.lanes.entry(topic).or_insert_with(lane)
    }

    /// Something begins; what was there of the same ends.
    fn open(&mut self, topic: Topic, about: u64, at: RobotTime, kind: &'static str, label: &str, text: &str) {
        self.close(topic, about, at, "");
        let (label, text) = (label.to_owned(), text.to_owned());
        self.open.insert((topic, about), Span { from: at, to: at, kind, label, level: None, text });
    }

    /// It ends; `and` says what came of it.
    fn close(&mut self, topic: Topic, about: u64, at: RobotTime, and: &str) {
        let Some(mut span) = self.open.remove(&(topic, about)) else { return };
        span.to = at;
        if !and.is_empty() {
            span.text.push_str("; ");
            span.text.push_str(and);
        }
        if span.to > span.from {
            self.lane(topic).spans.push(span);
        }
    }

    /// Something happens.
    fn mark(&mut self, topic: Topic, at: RobotTime, kind: &'static str, text: &str) {
        let (latest, grain) = (self.latest.get(&(topic, kind)).copied(), self.grain);
        let lane = self.lane(topic);
        if let Some(mark) = latest.and_then(|place| lane.marks.get_mut(place))
            && at.since(mark.at) < grain
        {
            mark.count += 1;
            mark.last = at;
            return;
        }
        let place = lane.marks.len();
        lane.marks.push(Mark { at, last: at, count: 1, kind, text: text.to_owned() });
        self.latest.insert((topic, kind), place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> RobotTime {
        RobotTime::from_micros(millis * 1_000)
    }

    #[test]
    fn what_follows_at_once_is_one_mark_and_what_comes_later_is_another() {
        let mut lanes = Lanes::new(at(1_000_000));
        for millis in [5_000, 5_400, 5_999, 6_000, 9_000] {
            lanes.mark(Topic::Barks, at(millis), "bark", "biscuit barks");
        }
        lanes.mark(Topic::Barks, at(9_001), "other", "something else");
        let lanes = lanes.end(at(1_000_000));
        let barks = lanes.iter().find(|lane| lane.topic == Topic::Barks).unwrap();
        let told: Vec<(u32, &str)> = barks.marks.iter().map(|mark| (mark.count, mark.kind)).collect();
        assert_eq!(told, [(3, "bark"), (1, "bark"), (1, "bark"), (1, "other")]);
        assert_eq!(barks.marks[0].tip(), "0:05.0 – 0:05.9\n3 of these; the first: biscuit barks");
    }

    #[test]
    fn a_span_ends_when_the_next_begins_or_the_run_is_over() {
        let mut lanes = Lanes::new(at(60_000));
        lanes.open(Topic::Voice, 1, at(1_000), "sound", "sit", "plays sit");
        lanes.open(Topic::Voice, 1, at(2_000), "sound", "stay", "plays stay");
        lanes.close(Topic::Voice, 1, at(2_500), "is over");
        lanes.open(Topic::Voice, 2, at(50_000), "sound", "song", "plays song");
        let lanes = lanes.end(at(60_000));
        let voice = lanes.iter().find(|lane| lane.topic == Topic::Voice).unwrap();
        let told: Vec<String> = voice.spans.iter().map(Span::tip).collect();
        assert_eq!(
            told,
            [
                "0:01.0 – 0:02.0\nplays sit",
                "0:02.0 – 0:02.5\nplays stay; is over",
                "0:50.0 – 1:00.0\nplays song"
            ]
        );
    }
}
