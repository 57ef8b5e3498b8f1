//! Tells a run line by line, for people.

use std::collections::BTreeMap;

use wimz_vocabulary::{ClientId, Command, DriveEnd, EventBody, Mode, Release, StopKind};
use wimz_world::room::Room;
use wimz_world::{Fault, WorldFact};

use crate::outside::Outside;
use crate::session::Line;

/// Knows the names that the lines only have numbers for.
#[derive(Clone, Debug)]
pub struct Narrator {
    obstacles: Vec<String>,
    /// What each client was last refused, since something else was told: a held key is refused twenty times a second.
    refused: BTreeMap<ClientId, (&'static str, &'static str)>,
}

impl Narrator {
    /// For runs in this room.
    pub fn new(room: &Room) -> Self {
        let obstacles = room.obstacles().iter().map(|obstacle| obstacle.name.clone()).collect();
        Self { obstacles, refused: BTreeMap::new() }
    }

    /// The name of an obstacle.
    pub fn obstacle(&self, number: usize) -> &str {
        self.obstacles.get(number).map_or("something", String::as_str)
    }

    /// A line as text; `None` for one that says nothing new to people.
    pub fn tell(&mut self, line: &Line) -> Option<String> {
        match line {
            Line::Second { .. } => return None,
            Line::Refused { request, refusal, .. } => {
                let this = (command_name(&request.command), refusal.code());
                if self.refused.insert(request.from, this) == Some(this) {
                    return None;
                }
            }
            _ => self.refused.clear(),
        }
        Some(self.text(line))
    }

    fn text(&self, line: &Line) -> String {
        let (at, topic, text) = match line {
            Line::Robot(event) => {
                let (topic, text) = event_text(&event.body);
                (event.at, topic, text)
            }
            Line::Room { at, fact } => match fact {
                WorldFact::ContactBegan(number) => {
                    (*at, "room", format!("bumps into {}", self.obstacle(*number)))
                }
                WorldFact::ContactEnded(number) => {
                    (*at, "room", format!("free of {}", self.obstacle(*number)))
                }
            },
            Line::Broke { at, what } => (*at, "fault", fault_text(what)),
            Line::Refused { at, request, refusal } => {
                let text = format!("client {}: {}: {refusal}", request.from, command_name(&request.command));
                (*at, "refused", text)
            }
            Line::Second { at, digest } => (*at, "state", digest.to_string()),
        };
        let seconds = at.as_micros() / 1_000_000;
        let millis = at.as_micros() / 1_000 % 1_000;
        format!("{seconds:>6}.{millis:03} s  {topic:<8} {text}")
    }
}

fn event_text(body: &EventBody) -> (&'static str, String) {
    match body {
        EventBody::ModeChanged { from, to, cause } => ("mode", format!("{from} -> {to} ({cause})")),
        EventBody::OperatorTook { client } => ("control", format!("client {client} takes the controls")),
        EventBody::OperatorLeft { client, why } => {
            let why = match why {
                Release::Expired => "says nothing for 2 s",
                Release::TransportLost => "is gone",
            };
            ("control", format!("client {client} {why}: the controls are free"))
        }
        EventBody::DriveStarted { lease, client } => {
            ("drive", format!("client {client} drives (lease {lease})"))
        }
        EventBody::DriveEnded { lease, why } => {
            let why = match why {
                DriveEnd::Zero => "as asked",
                DriveEnd::LeaseExpired => "no command for 300 ms",
                DriveEnd::TransportLost => "connection lost",
                DriveEnd::Stopped => "stopped",
                DriveEnd::ModeChanged => "mode changed",
            };
            ("drive", format!("at rest: {why} (lease {lease})"))
        }
        EventBody::Stopped { kind: StopKind::Stop } => ("stop", "stopped".to_owned()),
        EventBody::Stopped { kind: StopKind::Emergency } => ("stop", "emergency stop, latched".to_owned()),
        EventBody::StopReleased { client } => ("stop", format!("client {client} lifts the latch")),
        EventBody::GuardIntervened => ("guard", "no frame for 100 ms: the guard stops the tracks".to_owned()),
        EventBody::DriveFault => ("fault", "the drive does not obey".to_owned()),
        EventBody::HeadFault => ("fault", "the head does not answer".to_owned()),
        EventBody::HeadRecovered => ("head", "the head answers again".to_owned()),
    }
}

fn fault_text(what: &Outside) -> String {
    match what {
        Outside::Fault(Fault::ProcessDeath) => {
            "the firmware's process dies; chips keep their outputs".to_owned()
        }
        Outside::Fault(Fault::FlipBit { register, bit }) => {
            format!("bit {bit} of the servo chip's register {register:#04x} turns over")
        }
        Outside::BrainHang(span) => format!("the brain hangs for {span}"),
        Outside::Request(_) | Outside::Stop(_) | Outside::Left(_) => "nothing".to_owned(),
    }
}

fn command_name(command: &Command) -> &'static str {
    match command {
        Command::Drive { .. } => "motor",
        Command::PointHead { .. } => "servo",
        Command::CenterHead => "servo_center",
        Command::SetMode { .. } => "set_mode",
        Command::ReleaseStop => "stop_release",
    }
}

/// One sentence on how a run stands, for its end.
pub fn closing(mode: Mode, refusals: usize) -> String {
    match refusals {
        0 => format!("ends in {mode} mode"),
        1 => format!("ends in {mode} mode, one request refused"),
        n => format!("ends in {mode} mode, {n} requests refused"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::{Refusal, Request, RequestId, RobotTime, StopEpoch};

    #[test]
    fn a_held_key_is_refused_in_one_line() {
        let refused = |client, refusal| Line::Refused {
            at: RobotTime::from_micros(1_234_000),
            request: Request {
                id: RequestId(1),
                from: ClientId(client),
                stops: StopEpoch(0),
                command: Command::CenterHead,
            },
            refusal,
        };
        let mut narrator = Narrator { obstacles: Vec::new(), refused: BTreeMap::new() };
        let first = narrator.tell(&refused(1, Refusal::Stopped)).unwrap();
        assert!(
            first.starts_with("     1.234 s  refused  client 1: servo_center: the robot was stopped"),
            "{first}"
        );
        assert_eq!(narrator.tell(&refused(1, Refusal::Stopped)), None);
        assert!(narrator.tell(&refused(2, Refusal::Stopped)).is_some(), "somebody else");
        assert_eq!(narrator.tell(&refused(1, Refusal::Stopped)), None, "taking turns is no news");
        assert!(narrator.tell(&refused(2, Refusal::EmergencyLatched)).is_some(), "another reason");
        let bump = Line::Room { at: RobotTime::BOOT, fact: WorldFact::ContactBegan(7) };
        assert_eq!(narrator.tell(&bump).unwrap(), "     0.000 s  room     bumps into something");
        assert!(narrator.tell(&refused(2, Refusal::EmergencyLatched)).is_some(), "something was told since");
    }
}
