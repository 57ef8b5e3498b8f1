//! Scenarios: a room, a robot, a length, and what comes in when. `assets/scenarios/*.toml`.
//!
//! Inputs are the contract's own commands and go through the same translator as a client's.

pub mod breakage;

use serde::Deserialize;
use wimz_contract::wimz::{Order, read_data};
use wimz_vocabulary::document::{Document, Flaw, Spanned, span};
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{ClientId, Micros, Request, RequestId, RobotTime, StopEpoch, TreatLimits};

use crate::outside::{Cue, Outside};
use breakage::Details;

/// A scenario, ready to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// One line on what it shows.
    pub about: String,
    /// The room's name or path.
    pub room: String,
    /// The robot's name or path.
    pub robot: String,
    /// How long it runs.
    pub length: Micros,
    /// What comes in, in order.
    pub inputs: Vec<(RobotTime, Outside)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    about: String,
    room: String,
    robot: String,
    length: Spanned<String>,
    treats: Option<Treats>,
    #[serde(default)]
    input: Vec<Spanned<Entry>>,
}

/// `[treats]`: how many the robot gives, where it is not as many as usual.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Treats {
    day: Option<u16>,
    hour: Option<u16>,
    session: Option<u16>,
    spacing: Option<Spanned<String>>,
}

/// One `[[input]]`: a command, a departure, a fault, a hand at the robot; once or again and again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    at: Spanned<String>,
    every: Option<Spanned<String>>,
    until: Option<Spanned<String>>,
    client: Option<u32>,
    command: Option<Spanned<String>>,
    data: Option<Spanned<serde_json::Value>>,
    leave: Option<bool>,
    refill: Option<bool>,
    dock: Option<bool>,
    fault: Option<Spanned<String>>,
    /// The kind of event that the fault waits for, from `at` on.
    on: Option<Spanned<String>>,
    /// How long after that event.
    after: Option<Spanned<String>>,
    #[serde(rename = "for")]
    lasts: Option<Spanned<String>>,
    chip: Option<Spanned<String>>,
    bus: Option<Spanned<String>>,
    line: Option<Spanned<String>>,
    level: Option<Spanned<String>>,
    side: Option<Spanned<String>>,
    axis: Option<Spanned<String>>,
    freed_by: Option<Spanned<String>>,
    share: Option<Spanned<f32>>,
    by: Option<Spanned<String>>,
    register: Option<Spanned<u8>>,
    bit: Option<Spanned<u8>>,
}

impl Entry {
    /// What it says about a fault. Written out, for serde's `flatten` would lose the places.
    fn details(&self) -> Details {
        Details {
            lasts: self.lasts.clone(),
            chip: self.chip.clone(),
            bus: self.bus.clone(),
            line: self.line.clone(),
            level: self.level.clone(),
            side: self.side.clone(),
            axis: self.axis.clone(),
            freed_by: self.freed_by.clone(),
            share: self.share.clone(),
            by: self.by.clone(),
            register: self.register.clone(),
            bit: self.bit.clone(),
        }
    }
}

/// Thirty days.
const LONGEST: Micros = Micros::from_secs(30 * 24 * 3_600);

/// The most inputs that one entry may come to: a mistyped unit must not eat the machine.
const MOST: u64 = 1_000_000;

/// Client 1 asks where an entry names nobody; client 0 is the REST door.
const SOMEBODY: ClientId = ClientId(1);

impl Scenario {
    /// Reads and checks a scenario.
    ///
    /// # Errors
    /// The first [`Flaw`], at the value that is wrong.
    pub fn parse(document: &Document<'_>) -> Result<Self, Flaw> {
        let file: File = document.read()?;
        let reader = Reader { document };
        let length = reader.span(&file.length)?;
        if length > LONGEST {
            let message = format!("{length} is too long: a scenario runs for {LONGEST} at most");
            return Err(document.flaw(file.length.span(), message));
        }
        let mut inputs = Vec::new();
        if let Some(treats) = &file.treats {
            inputs.push((RobotTime::BOOT, Outside::Limits(reader.limits(treats)?)));
        }
        for entry in &file.input {
            reader.entry(entry, length, &mut inputs)?;
        }
        // Entries of one moment keep the order of the file.
        inputs.sort_by_key(|(at, _)| *at);
        let mut stops = StopEpoch::default();
        for (number, (_, outside)) in inputs.iter_mut().enumerate() {
            match outside {
                Outside::Request(request) => {
                    request.id = RequestId(number as u64);
                    request.stops = stops;
                }
                Outside::Stop(_) => stops = stops.next(),
                Outside::Left(_)
                | Outside::Fault(_)
                | Outside::Arm { .. }
                | Outside::BrainHang(_)
                | Outside::ClockJump(_)
                | Outside::Refill
                | Outside::Dock(_)
                | Outside::StoreTrouble { .. }
                | Outside::Store(_)
                | Outside::Recall(_)
                | Outside::Recalled
                | Outside::Limits(_)
                | Outside::Sound(_)
                | Outside::SoundGone(_) => {}
            }
        }
        Ok(Self { about: file.about, room: file.room, robot: file.robot, length, inputs })
    }
}

/// Reads one thing that a person does to a running robot: a fault, a refill, the dock. The same words as an
/// `[[input]]` of a scenario, without its times.
///
/// # Errors
/// The first [`Flaw`].
pub fn read_hand(text: &str) -> Result<Outside, Flaw> {
    let text = format!("at = \"0s\"\n{text}");
    let document = Document::new("breakage", &text);
    let above = |flaw: Flaw| Flaw { line: flaw.line.saturating_sub(1).max(1), ..flaw };
    let entry: Entry = document.read().map_err(above)?;
    let reader = Reader { document: &document };
    let outside = reader.outside(&entry, &(0..0)).map_err(above)?;
    if entry.every.is_some() || entry.until.is_some() {
        return Err(
            document.flaw(0..0, "what is done to a running robot is done once: no `every`, no `until`")
        );
    }
    match outside {
        Outside::Request(_) | Outside::Stop(_) | Outside::Left(_) => {
            Err(document.flaw(0..0, "commands go to the robot's own API"))
        }
        outside => Ok(outside),
    }
}

struct Reader<'a> {
    document: &'a Document<'a>,
}

impl Reader<'_> {
    fn span(&self, text: &Spanned<String>) -> Result<Micros, Flaw> {
        span(text.get_ref()).map_err(|message| self.document.flaw(text.span(), message))
    }

    fn limits(&self, treats: &Treats) -> Result<TreatLimits, Flaw> {
        let usual = TreatLimits::default();
        let spacing = treats.spacing.as_ref().map(|spacing| self.span(spacing)).transpose()?;
        Ok(TreatLimits {
            day: treats.day.unwrap_or(usual.day),
            hour: treats.hour.unwrap_or(usual.hour),
            session: treats.session.unwrap_or(usual.session),
            spacing: spacing.unwrap_or(usual.spacing),
        })
    }

    fn entry(
        &self,
        entry: &Spanned<Entry>,
        length: Micros,
        inputs: &mut Vec<(RobotTime, Outside)>,
    ) -> Result<(), Flaw> {
        let place = entry.span();
        let entry = entry.get_ref();
        let outside = self.outside(entry, &place)?;
        let first = self.span(&entry.at)?;
        if first > length {
            let message = format!("{first} is after the scenario's end at {length}");
            return Err(self.document.flaw(entry.at.span(), message));
        }
        match (&entry.every, &entry.until) {
            (None, None) => inputs.push((RobotTime::BOOT + first, outside)),
            (Some(every), Some(until)) => {
                let (period, last) = (self.span(every)?, self.span(until)?);
                if last < first || last > length {
                    let message =
                        format!("{last} is not between {first}, where it begins, and the end at {length}");
                    return Err(self.document.flaw(until.span(), message));
                }
                if period == Micros::ZERO || (last - first).get() / period.get() > MOST {
                    let message = format!("every {period} until {last} is more than {MOST} inputs");
                    return Err(self.document.flaw(every.span(), message));
                }
                let mut at = first;
                while at <= last {
                    inputs.push((RobotTime::BOOT + at, outside));
                    at = at + period;
                }
            }
            (Some(_), None) | (None, Some(_)) => {
                return Err(self.document.flaw(place, "`every` and `until` belong together"));
            }
        }
        Ok(())
    }

    fn outside(&self, entry: &Entry, place: &std::ops::Range<usize>) -> Result<Outside, Flaw> {
        let from = entry.client.map_or(SOMEBODY, ClientId);
        let what = (&entry.command, entry.leave, entry.refill, entry.dock, &entry.fault);
        match what {
            (Some(name), None, None, None, None) => {
                self.only(entry, place, &["client", "data"])?;
                let data = entry.data.as_ref();
                let json = data.map_or(serde_json::Value::Null, |data| data.get_ref().clone());
                let (_, order) = read_data(name.get_ref(), json).map_err(|(code, message)| {
                    let at = if code == "unknown_command" {
                        name.span()
                    } else {
                        data.map_or(name.span(), Spanned::span)
                    };
                    self.document.flaw(at, message)
                })?;
                Ok(match order {
                    Order::Stop(kind) => Outside::Stop(kind),
                    Order::Request(command) => {
                        let (id, stops) = (RequestId::default(), StopEpoch::default());
                        Outside::Request(Request { id, from, stops, command })
                    }
                    Order::Talk(_) | Order::Signal(_) => {
                        return Err(self.document.flaw(name.span(), "that is a message, and no command"));
                    }
                })
            }
            (None, Some(true), None, None, None) => {
                self.only(entry, place, &["client"])?;
                Ok(Outside::Left(from))
            }
            (None, None, Some(true), None, None) => {
                self.only(entry, place, &[])?;
                Ok(Outside::Refill)
            }
            (None, None, None, Some(docked), None) => {
                self.only(entry, place, &[])?;
                Ok(Outside::Dock(docked))
            }
            (None, None, None, None, Some(fault)) => self.fault(entry, place, fault),
            _ => {
                let message =
                    "an input is one of `command`, `leave = true`, `refill = true`, `dock` or `fault`";
                Err(self.document.flaw(place.clone(), message))
            }
        }
    }

    /// Refuses what the entry says beyond what its kind takes.
    fn only(&self, entry: &Entry, place: &std::ops::Range<usize>, takes: &[&str]) -> Result<(), Flaw> {
        let says = [
            ("client", entry.client.is_some()),
            ("data", entry.data.is_some()),
            ("on", entry.on.is_some()),
            ("after", entry.after.is_some()),
        ];
        let says = says.into_iter().filter_map(|(name, said)| said.then_some(name));
        match says.chain(entry.details().said()).find(|name| !takes.contains(name)) {
            None => Ok(()),
            Some(name) => Err(self.document.flaw(place.clone(), format!("this input takes no `{name}`"))),
        }
    }

    fn fault(
        &self,
        entry: &Entry,
        place: &std::ops::Range<usize>,
        name: &Spanned<String>,
    ) -> Result<Outside, Flaw> {
        let outside = breakage::read(self.document, name, &entry.details())?;
        if entry.client.is_some() || entry.data.is_some() {
            return Err(self.document.flaw(place.clone(), "a fault takes no `client` and no `data`"));
        }
        let Some(on) = &entry.on else {
            return match &entry.after {
                None => Ok(outside),
                Some(after) => Err(self.document.flaw(after.span(), "`after` belongs to `on`")),
            };
        };
        let cue = Cue::ALL.iter().find(|(known, _)| known == on.get_ref());
        let (_, cue) = cue.ok_or_else(|| {
            let names = Cue::ALL.map(|(name, _)| name);
            self.document.flaw(on.span(), unknown("event", on.get_ref(), names))
        })?;
        let after = entry.after.as_ref().map(|after| self.span(after)).transpose()?.unwrap_or_default();
        match outside {
            Outside::Fault(fault) => Ok(Outside::Arm { cue: *cue, after, fault }),
            _ => Err(self.document.flaw(on.span(), format!("{} waits for no event", name.get_ref()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "about = \"x\"\nroom = \"empty\"\nrobot = \"gen2\"\nlength = \"2s\"\n";

    #[test]
    fn repeated_inputs_come_out_in_order() {
        let text = format!(
            "{HEAD}[[input]]\nat = \"1s\"\ncommand = \"stop\"\n\
             [[input]]\nat = \"0.9s\"\nevery = \"100ms\"\nuntil = \"1.1s\"\ncommand = \"servo_center\"\n"
        );
        let scenario = Scenario::parse(&Document::new("x", &text)).unwrap();
        let times: Vec<u64> = scenario.inputs.iter().map(|(at, _)| at.as_micros() / 100_000).collect();
        assert_eq!(times, [9, 10, 10, 11]);
        assert!(matches!(scenario.inputs[1].1, Outside::Stop(_)), "the file's order at one moment");
    }

    #[test]
    fn flaws_name_their_place() {
        let cases = [
            ("[[input]]\nat = \"1s\"\ncommand = \"moter\"\n", (7, 11), "did you mean `motor`?"),
            (
                "[[input]]\nat = \"1s\"\ncommand = \"motor\"\ndata = { left = 2.0, right = 0.0 }\n",
                (8, 8),
                "left: 2.0 is not a number from -1 to 1",
            ),
            ("[[input]]\nat = \"1 s\"\ncommand = \"stop\"\n", (6, 6), "is not a span of time"),
            ("[[input]]\nat = \"3s\"\ncommand = \"stop\"\n", (6, 6), "after the scenario's end"),
            ("[[input]]\nat = \"1s\"\nfault = \"brain_hag\"\n", (7, 9), "did you mean `brain_hang`?"),
            ("[[input]]\nat = \"1s\"\n", (5, 1), "one of `command`"),
            ("[[input]]\nat = \"1s\"\nleave = true\nbit = 200\n", (5, 1), "takes no `bit`"),
            (
                "[[input]]\nat = \"1s\"\nfault = \"jam\"\nfreed_by = \"hand\"\nfor = \"1s\"\n",
                (7, 9),
                "takes no `for`",
            ),
            (
                "[[input]]\nat = \"1s\"\nevery = \"1s\"\nuntil = \"500ms\"\ncommand = \"stop\"\n",
                (8, 9),
                "500 ms is not between 1 s",
            ),
            ("[[input]]\nat = \"1s\"\nevry = \"1s\"\ncommand = \"stop\"\n", (7, 1), "did you mean `every`?"),
        ];
        for (text, place, message) in cases {
            let text = format!("{HEAD}{text}");
            let flaw = Scenario::parse(&Document::new("x.toml", &text)).unwrap_err();
            assert_eq!((flaw.line, flaw.column), place, "{flaw}");
            assert!(flaw.message.contains(message), "{flaw}");
        }
    }
}
