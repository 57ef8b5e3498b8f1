//! What one client is told without asking: facts, and what changes in the robot's account of itself.
//!
//! It remembers what the client has been told, so that nothing is told twice, and no more than that.

mod guardian;

use std::time::Duration;

use tokio::time::Instant;
use wimz_contract::wimz::{
    Alert, AudioState, BarkHeard, Battery, Detection, Dropped, Ended, ModeChange, ScheduleNews, Sound,
    Started, StatusUpdate, Treat, TreatAsked,
};
use wimz_vocabulary::{Charging, ClientId, Event, EventBody, JobId, PlayerState, Status, StoreState};

use super::coaching::Coaching;
use super::missions::Missions;
use crate::api::Robot;

/// Status goes out at least this often.
const STATUS_AT_LEAST: Duration = Duration::from_secs(1);
/// The battery's charge goes out at most this often,
const CHARGE_AT_MOST: Duration = Duration::from_secs(5);
/// and only when it has moved by so much, in percent.
const CHARGE_STEP: f32 = 1.0;

/// One client's news.
pub(super) struct News {
    client: ClientId,
    /// The last job that began, and whose it is.
    dispensed: Option<(JobId, TreatAsked)>,
    charging: Charging,
    store: StoreState,
    status_told: Option<Instant>,
    battery: Option<(Battery, Instant)>,
    sound: Option<Sound>,
    coaching: Coaching,
    missions: Missions,
}

impl News {
    /// For a client that listens to events already and has been told nothing yet.
    pub(super) fn new(robot: &Robot, client: ClientId) -> Self {
        let status = *robot.door.status().borrow();
        let mut news = Self {
            client,
            dispensed: None,
            charging: status.battery.map_or(Charging::Unknown, |battery| battery.charging),
            store: status.store,
            status_told: None,
            battery: None,
            sound: None,
            coaching: Coaching::default(),
            missions: Missions::default(),
        };
        if let Some(event) = robot.door.last_dispense() {
            news.note(&event);
        }
        news
    }

    /// What is to be told of the robot's account of itself now; `changed` says whether it has.
    pub(super) fn of_status(&mut self, robot: &Robot, status: &Status, changed: bool) -> Vec<String> {
        let now = Instant::now();
        let mut frames = Vec::new();
        if changed || self.status_told.is_none_or(|told| now - told >= STATUS_AT_LEAST) {
            self.status_told = Some(now);
            frames.push(robot.frame("status_update", status.at, StatusUpdate::new(status, self.client)));
        }
        if let Some(battery) = Battery::of(status).filter(|battery| self.is_news(battery, now)) {
            self.battery = Some((battery, now));
            frames.push(robot.frame("battery", status.at, battery));
        }
        let sound = Sound::from(status.sound);
        if self.sound != Some(sound) {
            self.sound = Some(sound);
            let state = AudioState { sound, started: None, ended: None };
            frames.push(robot.frame("audio_state", status.at, state));
        }
        frames
    }

    fn is_news(&self, battery: &Battery, now: Instant) -> bool {
        self.battery.is_none_or(|(told, at)| {
            let moved = (battery.percent - told.percent).abs() >= CHARGE_STEP;
            (battery.level, battery.charging) != (told.level, told.charging)
                || (moved && now - at >= CHARGE_AT_MOST)
        })
    }

    /// What a fact is to an app, if it is anything to it: most change the status, which is told anyway. A fact of the past
    /// is told beside the status of now.
    pub(super) fn of_event(&mut self, robot: &Robot, event: &Event, is_past: bool) -> Option<String> {
        let status = *robot.door.status().borrow();
        // A fact may be told before the status that it changes.
        let is_known = is_past || status.at >= event.at;
        match event.body {
            EventBody::ModeChanged { from, to, cause } => {
                let mode = if is_known { status.mode } else { to };
                let update = StatusUpdate::new(&Status { mode, ..status }, self.client);
                let change = ModeChange { previous_mode: from, mode: to, cause };
                Some(robot.fact("status_update", event, is_past, update.after(change)))
            }
            EventBody::DispenseEnded { job, outcome } => {
                let asked = self.dispensed.filter(|(begun, _)| *begun == job).map(|(_, asked)| asked);
                let total_today = (is_known && !is_past).then_some(status.treats.day);
                let treat = Treat { job, dropped: Dropped::from(outcome), asked, total_today };
                Some(robot.fact("treat", event, is_past, treat))
            }
            EventBody::SoundStarted { play, sound } => {
                let before = Sound { state: PlayerState::Playing, file: Some(sound), ..status.sound.into() };
                let sound_now = if is_known { status.sound.into() } else { before };
                self.sound = Some(sound_now);
                let started = Some(Started { play, file: sound });
                Some(robot.fact(
                    "audio_state",
                    event,
                    is_past,
                    AudioState { sound: sound_now, started, ended: None },
                ))
            }
            EventBody::SoundEnded { play, sound, how } => {
                let before = Sound { state: PlayerState::Stopped, file: None, ..status.sound.into() };
                let sound_now = if is_known { status.sound.into() } else { before };
                self.sound = Some(sound_now);
                let ended = Some(Ended { play, file: sound, how });
                Some(robot.fact(
                    "audio_state",
                    event,
                    is_past,
                    AudioState { sound: sound_now, started: None, ended },
                ))
            }
            EventBody::Schedule(_) => {
                ScheduleNews::of(&event.body).map(|news| robot.fact("schedule", event, is_past, news))
            }
            EventBody::Barked { .. } => {
                let bark = BarkHeard::of(&event.body, |dog| robot.shelf.kennel.name(dog));
                bark.map(|bark| robot.fact("bark", event, is_past, bark))
            }
            EventBody::Guardian(fact) => guardian::message(robot, event, &fact, is_past),
            EventBody::DogSeen { .. }
            | EventBody::DogRecognised { .. }
            | EventBody::DogDoes { .. }
            | EventBody::DogGone { .. } => {
                let detection = Detection::of(&event.body, |dog| robot.shelf.kennel.name(dog));
                detection.map(|detection| robot.fact("detection", event, is_past, detection))
            }
            EventBody::Coach(_) => self.coaching.of_fact(robot, event, is_past),
            EventBody::DispenseStarted { .. } | EventBody::Praised { .. } => {
                self.note(event);
                self.coaching.of_reward(robot, event, is_past)
            }
            EventBody::Mission(_) => self.missions.of_fact(robot, event, is_past, &status),
            _ => {
                let alert = Alert::of(&event.body).filter(|_| self.is_worth_an_alert(&event.body));
                self.note(event);
                alert.map(|alert| robot.fact("alert", event, is_past, alert))
            }
        }
    }

    /// Whether a change is one to this client: that what it never heard of is over, or that what it takes for granted
    /// has begun, is no alert.
    fn is_worth_an_alert(&self, fact: &EventBody) -> bool {
        match fact {
            EventBody::ChargingChanged { to: Charging::No } => self.charging == Charging::Yes,
            EventBody::StoreChanged { to: StoreState::Ok } => {
                matches!(self.store, StoreState::Slow | StoreState::Failed)
            }
            _ => true,
        }
    }

    /// Keeps of a fact what a later one is told with.
    fn note(&mut self, event: &Event) {
        match event.body {
            EventBody::DispenseStarted { job, cause, key, dog, .. } => {
                self.dispensed = Some((job, TreatAsked { request_id: key, dog_id: dog, cause }));
            }
            // The motors make it hard to tell; what was told stays told meanwhile.
            EventBody::ChargingChanged { to } if to != Charging::Unknown => self.charging = to,
            EventBody::StoreChanged { to } => self.store = to,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::{EventId, Level, RobotTime};

    fn news() -> News {
        News {
            client: ClientId(1),
            dispensed: None,
            charging: Charging::Unknown,
            store: StoreState::Opening,
            status_told: None,
            battery: None,
            sound: None,
            coaching: Coaching::default(),
            missions: Missions::default(),
        }
    }

    /// Whether each of these facts, one after the other, is an alert to one client.
    fn alerts(facts: &[EventBody]) -> Vec<bool> {
        let mut news = news();
        let tell = |body: &EventBody| {
            let worth = news.is_worth_an_alert(body);
            let (id, at) = (EventId::default(), RobotTime::BOOT);
            news.note(&Event { id, at, wall_us: None, durable: true, body: *body });
            worth
        };
        facts.iter().map(tell).collect()
    }

    #[test]
    fn that_the_store_opened_is_no_alert_and_that_it_works_again_is() {
        let store = |to| EventBody::StoreChanged { to };
        let facts =
            [StoreState::Ok, StoreState::Slow, StoreState::Failed, StoreState::Ok, StoreState::Ok].map(store);
        assert_eq!(alerts(&facts), [false, true, true, true, false]);
    }

    #[test]
    fn a_drive_between_two_looks_at_the_charger_is_no_alert() {
        let charging = |to| EventBody::ChargingChanged { to };
        let facts =
            [Charging::No, Charging::Yes, Charging::Unknown, Charging::No, Charging::Unknown, Charging::No];
        // That nobody knows is no alert either: the contract's words have none for it.
        assert_eq!(alerts(&facts.map(charging)), [false, true, true, true, true, false]);
    }

    #[test]
    fn a_charge_is_told_when_it_has_moved_and_a_level_at_once() {
        let mut news = news();
        let now = Instant::now();
        let battery = |percent, level| Battery { voltage: 15.0, percent, charging: Charging::No, level };
        assert!(news.is_news(&battery(50.0, Level::Normal), now), "the first");
        news.battery = Some((battery(50.0, Level::Normal), now));
        assert!(!news.is_news(&battery(49.5, Level::Normal), now + CHARGE_AT_MOST));
        assert!(!news.is_news(&battery(48.0, Level::Normal), now + CHARGE_AT_MOST / 2));
        assert!(news.is_news(&battery(49.0, Level::Normal), now + CHARGE_AT_MOST));
        assert!(news.is_news(&battery(50.0, Level::Warning), now));
    }
}
