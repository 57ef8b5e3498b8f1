//! Scenarios: a room, a robot, a length, and what comes in when. `assets/scenarios/*.toml`.
//!
//! Inputs are the contract's own commands and go through the same translator as a client's.

use serde::Deserialize;
use wimz_contract::wimz::{Order, read_data};
use wimz_vocabulary::document::{Document, Flaw, Spanned, span};
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{ClientId, Micros, Request, RequestId, RobotTime, StopEpoch};
use wimz_world::Fault;

use crate::outside::Outside;

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
    #[serde(default)]
    input: Vec<Spanned<Entry>>,
}

/// One `[[input]]`: a command, a departure or a fault, once or again and again.
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
    fault: Option<Spanned<String>>,
    #[serde(rename = "for")]
    lasts: Option<Spanned<String>>,
    register: Option<u8>,
    bit: Option<Spanned<u8>>,
}

/// The faults, by name.
const FAULTS: [&str; 3] = ["brain_hang", "flip_bit", "process_death"];

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
                Outside::Left(_) | Outside::Fault(_) | Outside::BrainHang(_) => {}
            }
        }
        Ok(Self { about: file.about, room: file.room, robot: file.robot, length, inputs })
    }
}

struct Reader<'a> {
    document: &'a Document<'a>,
}

impl Reader<'_> {
    fn span(&self, text: &Spanned<String>) -> Result<Micros, Flaw> {
        span(text.get_ref()).map_err(|message| self.document.flaw(text.span(), message))
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
        match (&entry.command, entry.leave, &entry.fault) {
            (Some(name), None, None) => {
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
                })
            }
            (None, Some(true), None) => {
                self.only(entry, place, &["client"])?;
                Ok(Outside::Left(from))
            }
            (None, None, Some(fault)) => self.fault(entry, fault),
            _ => {
                let message = "an input is one of `command`, `leave = true` or `fault`";
                Err(self.document.flaw(place.clone(), message))
            }
        }
    }

    /// Refuses what the entry says beyond what its kind takes.
    fn only(&self, entry: &Entry, place: &std::ops::Range<usize>, takes: &[&str]) -> Result<(), Flaw> {
        let says = [
            ("client", entry.client.is_some()),
            ("data", entry.data.is_some()),
            ("for", entry.lasts.is_some()),
            ("register", entry.register.is_some()),
            ("bit", entry.bit.is_some()),
        ];
        match says.iter().find(|(name, said)| *said && !takes.contains(name)) {
            None => Ok(()),
            Some((name, _)) => {
                Err(self.document.flaw(place.clone(), format!("this input takes no `{name}`")))
            }
        }
    }

    fn fault(&self, entry: &Entry, name: &Spanned<String>) -> Result<Outside, Flaw> {
        let wrong = |message: String| self.document.flaw(name.span(), message);
        let takes: &[&str] = match name.get_ref().as_str() {
            "brain_hang" => &["for"],
            "flip_bit" => &["register", "bit"],
            _ => &[],
        };
        self.only(entry, &name.span(), takes)?;
        match name.get_ref().as_str() {
            "process_death" => Ok(Outside::Fault(Fault::ProcessDeath)),
            "brain_hang" => {
                let lasts = entry.lasts.as_ref();
                let lasts =
                    lasts.ok_or_else(|| wrong("brain_hang needs `for`, such as \"2s\"".to_owned()))?;
                Ok(Outside::BrainHang(self.span(lasts)?))
            }
            "flip_bit" => match (entry.register, &entry.bit) {
                (Some(register), Some(bit)) if *bit.get_ref() < 8 => {
                    Ok(Outside::Fault(Fault::FlipBit { register, bit: *bit.get_ref() }))
                }
                (Some(_), Some(bit)) => Err(self.document.flaw(bit.span(), "a byte has bits 0 to 7")),
                _ => Err(wrong("flip_bit needs `register` and `bit`".to_owned())),
            },
            other => Err(wrong(unknown("fault", other, FAULTS))),
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
                "left: 2 is not a number from -1 to 1",
            ),
            ("[[input]]\nat = \"1 s\"\ncommand = \"stop\"\n", (6, 6), "is not a span of time"),
            ("[[input]]\nat = \"3s\"\ncommand = \"stop\"\n", (6, 6), "after the scenario's end"),
            ("[[input]]\nat = \"1s\"\nfault = \"brain_hag\"\n", (7, 9), "did you mean `brain_hang`?"),
            ("[[input]]\nat = \"1s\"\n", (5, 1), "one of `command`"),
            ("[[input]]\nat = \"1s\"\nleave = true\nbit = 200\n", (5, 1), "takes no `bit`"),
            ("[[input]]\nat = \"1s\"\nfault = \"process_death\"\nfor = \"1s\"\n", (7, 9), "takes no `for`"),
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
