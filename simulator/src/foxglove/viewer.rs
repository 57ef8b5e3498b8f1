//! One client: what it wants, what it has, and what it is sent next. It knows no socket.

use std::sync::Arc;

use axum::extract::ws::Message;
use serde_json::Value;
use wimz_firmware::camera::JpegFrame;
use wimz_vocabulary::RobotTime;
use wimz_world::Posture;
use wimz_world::room::Plan;

use super::feed::News;
use super::wire::{self, Asked};
use super::{Topic, messages, scene};
use crate::sample::Sample;

/// One client.
#[derive(Debug)]
pub struct Viewer {
    plan: Arc<Plan>,
    /// By which number it wants each topic, if it does.
    wanted: [Option<u32>; Topic::ALL.len()],
    /// The time of the last message of each.
    sent: [RobotTime; Topic::ALL.len()],
    /// What time it was told that it is.
    clock: Option<RobotTime>,
    newest: Option<Arc<Sample>>,
    /// How the dogs hold themselves in the scene that it has.
    posed: Option<Vec<Posture>>,
    /// When the picture that it has was taken.
    pictured: Option<RobotTime>,
    out: Vec<Message>,
}

impl Viewer {
    /// A client that has just come, and how things are.
    pub fn new(plan: Plan, (name, session): (&str, &str), newest: Option<Arc<Sample>>) -> Self {
        let out = vec![wire::server_info(name, session), wire::advertise()];
        let mut viewer = Self {
            plan: Arc::new(plan),
            wanted: [None; Topic::ALL.len()],
            sent: [RobotTime::BOOT; Topic::ALL.len()],
            clock: None,
            newest,
            posed: None,
            pictured: None,
            out,
        };
        viewer.time(viewer.newest.as_ref().map_or(RobotTime::BOOT, |sample| sample.at));
        viewer
    }

    /// What is to be sent now, in order.
    pub fn drain(&mut self) -> impl Iterator<Item = Message> + use<> {
        std::mem::take(&mut self.out).into_iter()
    }

    /// Whether it wants this.
    pub fn wants(&self, topic: Topic) -> bool {
        self.wanted[topic as usize].is_some()
    }

    /// The client has sent this.
    pub fn hear(&mut self, text: &str) {
        match serde_json::from_str(text) {
            Ok(Asked::Subscribe { subscriptions }) => {
                for subscription in subscriptions {
                    match subscription.topic() {
                        Some(topic) => self.subscribe(topic, subscription.id),
                        None => {
                            self.warn(&format!("there is no channel {}", subscription.channel_id));
                        }
                    }
                }
            }
            Ok(Asked::Unsubscribe { subscription_ids }) => {
                for wanted in &mut self.wanted {
                    wanted.take_if(|id| subscription_ids.contains(id));
                }
            }
            Ok(Asked::Other) => {
                self.warn("this robot can be looked at here and nothing else: subscribe, or unsubscribe");
            }
            Err(error) => self.warn(&format!("this is no message of the protocol: {error}")),
        }
    }

    /// How things are is sent at once: nobody waits for the next change, or for the end of a pause.
    fn subscribe(&mut self, topic: Topic, id: u32) {
        if self.wants(topic) {
            return self.warn(&format!("{} is subscribed to already: once is enough", topic.name()));
        }
        if self.wanted.contains(&Some(id)) {
            return self.warn(&format!("{id} is the number of another subscription: choose another"));
        }
        self.wanted[topic as usize] = Some(id);
        let newest = self.newest.clone();
        match (topic, newest) {
            (Topic::Scene, newest) => {
                self.posed = None;
                newest.iter().for_each(|sample| self.scene(sample));
            }
            (Topic::Tf, Some(sample)) => self.send(Topic::Tf, sample.at, || scene::transforms(&sample)),
            (Topic::Plot, Some(sample)) => self.send(Topic::Plot, sample.at, || messages::plot(&sample)),
            (Topic::Camera, _) => self.pictured = None,
            (Topic::Tf | Topic::Plot, None) | (Topic::Events, _) => {}
        }
    }

    /// The run tells something.
    pub fn news(&mut self, news: &News) {
        match news {
            News::Sample(sample) => {
                if self.newest.as_ref().is_some_and(|newest| sample.at <= newest.at) {
                    return;
                }
                self.newest = Some(sample.clone());
                self.scene(sample);
                self.send(Topic::Tf, sample.at, || scene::transforms(sample));
                self.send(Topic::Plot, sample.at, || messages::plot(sample));
            }
            News::Told(told) => {
                self.send(Topic::Events, told.at, || messages::told(told.at, told.topic, &told.text));
            }
            News::Furnished(plan) => {
                self.plan = plan.clone();
                self.posed = None;
                self.newest.clone().iter().for_each(|sample| self.scene(sample));
            }
            News::Broken(breach) => self.send(Topic::Events, breach.at, || messages::breach(breach)),
        }
    }

    /// The camera has taken a picture. While time stands still they are all the same one.
    pub fn picture(&mut self, frame: &JpegFrame) {
        if self.pictured.is_none_or(|before| before < frame.at) {
            self.pictured = Some(frame.at);
            self.send(Topic::Camera, frame.at, || messages::picture(frame.at, &frame.jpeg));
        }
    }

    /// It is so late.
    pub fn time(&mut self, at: RobotTime) {
        if self.clock.is_none_or(|clock| clock < at) {
            self.clock = Some(at);
            self.out.push(wire::time(at));
        }
    }

    fn scene(&mut self, sample: &Sample) {
        let postures = scene::postures(sample);
        if self.wants(Topic::Scene) && self.posed.as_ref() != Some(&postures) {
            let plan = self.plan.clone();
            self.send(Topic::Scene, sample.at, || scene::update(&plan, sample));
            self.posed = Some(postures);
        }
    }

    /// A message, if it is wanted. Clients put it where their clock is, which is therefore never behind it; and what is told
    /// late is logged with what was told last: its own stamp says when it was.
    fn send(&mut self, topic: Topic, at: RobotTime, message: impl FnOnce() -> Value) {
        let Some(id) = self.wanted[topic as usize] else { return };
        let sent = &mut self.sent[topic as usize];
        *sent = at.max(*sent);
        let at = *sent;
        self.time(at);
        self.out.push(wire::data(id, at, &message()));
    }

    fn warn(&mut self, message: &str) {
        self.out.push(wire::warning(message));
    }
}
