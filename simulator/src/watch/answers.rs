//! Requests on their way: each is answered once, and soon.

use std::collections::VecDeque;

use wimz_vocabulary::{Command, Micros, Request, RobotTime};

use super::{Found, Invariant, who};

/// How long a brain that thinks may take: two ticks.
const PATIENCE: Micros = Micros::from_millis(20);

/// Room for more than ever wait.
const ROOM: usize = 256;

/// A request that came in.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// What was asked.
    pub request: Request,
    /// When it came in.
    pub at: RobotTime,
    /// Whether a stop has come in since.
    pub overtaken: bool,
}

/// Requests.
#[derive(Debug)]
pub struct Answers {
    /// Those without an answer, oldest first.
    waiting: VecDeque<Asked>,
    /// The newest that facts may come of, and when they were answered: a fact that waits for the store comes later.
    answered: VecDeque<(RobotTime, Request)>,
}

impl Answers {
    pub fn new() -> Self {
        Self { waiting: VecDeque::with_capacity(ROOM), answered: VecDeque::with_capacity(ROOM) }
    }

    pub fn ask(&mut self, at: RobotTime, request: &Request) {
        self.waiting.push_back(Asked { request: *request, at, overtaken: false });
    }

    /// A stop came in.
    pub fn stop(&mut self) {
        self.waiting.iter_mut().for_each(|asked| asked.overtaken = true);
    }

    /// Whether what became a fact at this moment had been asked for: the answer is on its way, or was given then.
    pub fn asked_for(&self, at: RobotTime, is: impl Fn(&Request) -> bool) -> bool {
        let then = self.answered.iter().filter(|(answered, _)| *answered == at);
        self.waiting.iter().map(|asked| &asked.request).chain(then.map(|(_, request)| request)).any(is)
    }

    pub fn answer(&mut self, at: RobotTime, request: &Request, found: &mut Found) -> Option<Asked> {
        if matches!(request.command, Command::SetMode { .. } | Command::Dispense { .. }) {
            if self.answered.len() == ROOM {
                self.answered.pop_front();
            }
            self.answered.push_back((at, *request));
        }
        let place = self.waiting.iter().position(|asked| asked.request == *request);
        found.hold(place.is_some(), Invariant::EverybodyIsAnswered, || {
            let name = request.command.name();
            format!("{} of {} is answered, and waits for no answer", name, who(request.from))
        });
        self.waiting.remove(place?)
    }

    pub fn look(&mut self, at: RobotTime, woke: Option<RobotTime>, found: &mut Found) {
        let (Some(asked), Some(woke)) = (self.waiting.front().copied(), woke) else { return };
        if at.since(asked.at.max(woke)) > PATIENCE {
            self.waiting.pop_front();
            let Request { from, command, .. } = asked.request;
            found.broken(Invariant::EverybodyIsAnswered, || {
                format!("{} of {} at {} has no answer", command.name(), who(from), asked.at)
            });
        }
    }
}
