//! What reaches a dog, and what it makes of it: the house, the robot, other dogs, treats, words.

use wimz_vocabulary::{Micros, RobotTime};

use super::activity::Activity;
use super::body::{Gait, Motion, Went, whole_turn};
use super::cue::{Act, Cue};
use super::ground::{apart, wrapped};
use super::luck::span;
use super::memory::PRAISE;
use super::mind::{Came, Dog, Intent, Moment, Target, Task};
use super::throat::Why;
use super::{Deed, Posture};
use crate::geometry::Point;
use crate::happening::Happening;
use crate::sound::Voice;

/// Minds the robot from here on, when it comes nearer, in metres, beyond both bodies.
const ROBOT_NEAR: f32 = 0.5;
/// Robots slower than this do not drive at anybody, in metres a second.
const CREEP: f32 = 0.05;
/// Alone for longer than this is alone for long.
const ALONE: Micros = Micros::from_secs(600);
/// A dog sees a treat fall from so far, in metres, and finds one that lies there by its nose from so near.
const SEES_TREAT: f32 = 4.0;
const SMELLS_TREAT: f32 = 1.0;

impl Dog {
    /// Something happens in the house. `source` is where it is to be heard or seen.
    pub fn happen(&mut self, now: RobotTime, happening: Happening) {
        let triggers = self.character.triggers;
        match happening {
            Happening::Doorbell => {
                let door = self.ground.doors.first().copied();
                self.startle(now, triggers.doorbell, 0.15, door);
            }
            Happening::Passerby => {
                let window = self.ground.windows.first().copied();
                self.startle(now, triggers.passerby, 0.05, window);
            }
            Happening::Thunder => {
                let share = triggers.thunder;
                self.mood.push(0.35 * share, 0.75 * share);
                self.wake(share);
                if self.notice.chance(share * share) {
                    let after = self.notice.time(0.3, 1.2);
                    let window = self.ground.windows.first().copied();
                    let target = self.corner(window).unwrap_or(Target::Here);
                    let task = self.task(now, Activity::Hide, target, Gait::Trot, [60.0, 300.0]);
                    let barks =
                        if self.notice.chance(0.3 * self.character.barkiness) { self.bout(0.3) } else { 0 };
                    self.intend(now, after, task, barks, Why::Disturbance);
                }
            }
            Happening::Speech(_) => self.mood.push(0.15 * triggers.speech, 0.0),
            Happening::Television(_) => {}
            Happening::Owner { home: true } => {
                let joy = 0.4 + 0.5 * self.character.energy;
                self.mood.push(joy, -0.4);
                self.wake(1.0);
                let target = self.ground.doors.first().map_or(Target::Here, |door| Target::Spot(*door));
                let after = self.notice.time(0.2, 0.8 + 2.0 * (1.0 - self.character.energy));
                let gait = if self.character.energy > 0.3 { Gait::Run } else { Gait::Walk };
                let task =
                    self.task(now, Activity::Greet, target, gait, [8.0 + 10.0 * joy, 15.0 + 30.0 * joy]);
                let barks = if self.notice.chance(self.character.barkiness) { self.bout(0.3) } else { 0 };
                self.intend(now, after, task, barks, Why::Play);
            }
            Happening::Owner { home: false } => {
                let target = self.ground.doors.first().map_or(Target::Here, |door| Target::Spot(*door));
                self.mood.push(0.3 * triggers.alone, 0.2 * triggers.alone * self.character.fear);
                if !self.sleeps() && self.notice.chance(0.3 + 0.7 * triggers.alone) {
                    let after = self.notice.time(0.5, 3.0);
                    let task = self.task(now, Activity::Door, target, Gait::Trot, [20.0, 180.0]);
                    self.intend(now, after, task, 0, Why::Alone);
                }
            }
        }
    }

    /// Something outside: up, there, and bark.
    fn startle(&mut self, now: RobotTime, share: f32, fright: f32, place: Option<Point>) {
        // Most that could set it off does, and hardly anything that it does not care for.
        let reacts = 1.0 - (1.0 - share) * (1.0 - share);
        let drowsy = if self.sleeps() { 0.85 } else { 1.0 };
        if !self.notice.chance(reacts * drowsy) {
            return;
        }
        self.mood.push(0.2 + 0.45 * share, fright * self.character.fear);
        let after = span(self.notice.within(0.15, 0.7) + if self.sleeps() { 0.5 } else { 0.0 });
        let barks = share * (0.25 + 0.85 * self.character.barkiness);
        let count = if self.notice.chance(barks) { self.bout(1.0) } else { 0 };
        // The lazy bark from where they lie.
        let goes = self.notice.chance(0.2 + 0.5 * self.character.energy + 0.4 * share);
        let target = place.filter(|_| goes).map_or(Target::Here, Target::Spot);
        let gait = if self.character.energy > 0.3 { Gait::Run } else { Gait::Walk };
        let task = self.task(now, Activity::Answer, target, gait, [6.0 + 10.0 * share, 12.0 + 45.0 * share]);
        self.intend(now, after, task, count, Why::Disturbance);
    }

    fn wake(&mut self, chance: f32) {
        if self.sleeps() && self.notice.chance(chance) {
            self.task.activity = Activity::Rest;
        }
    }

    /// It will do something, unless it is about to do something already that it was told.
    fn intend(&mut self, now: RobotTime, after: Micros, task: Task, barks: u32, why: Why) {
        let obeys = self.intent.is_some_and(|intent| intent.task.activity == Activity::Obey);
        if obeys && task.activity != Activity::Obey {
            return;
        }
        // What goes on setting it off makes it no later.
        let after = match &self.intent {
            Some(intent) if intent.task.activity == task.activity && !obeys => {
                after.min(intent.due.since(now))
            }
            _ => after,
        };
        self.intent = Some(Intent { due: now + after, task, barks, why });
    }

    /// What it notices once a second: treats, being alone, hunger, boredom.
    pub fn sense(&mut self, moment: &Moment<'_>, came: &mut Came) {
        let now = moment.now;
        self.look_for_treats(moment);
        if self.is_called_by_something() || self.sleeps() || now < self.hushed {
            return;
        }
        let alone = self.character.triggers.alone;
        let lonely = !moment.owner_home && moment.scene.alone_for >= ALONE;
        if lonely && self.notice.chance(alone * alone * (0.5 + self.mood.boredom) / 90.0) {
            let kind = self.notice.share();
            if kind < 0.5 * self.character.barkiness + 0.1 {
                let count = self.bout(0.8);
                self.throat.bark(now, Why::Alone, count, Micros::ZERO);
            } else if kind < 0.97 {
                came.utterance = self.throat.say(now, Voice::Whine);
            } else {
                came.utterance = self.throat.say(now, Voice::Howl);
            }
            self.mood.push(0.1, 0.02);
            return;
        }
        // The hungry look at their bowls and sigh; the frightened whine.
        let plaint =
            0.004 * (self.mood.hunger - 0.9).max(0.0) * 10.0 + 0.05 * (self.mood.fear - 0.4).max(0.0);
        if self.notice.chance(plaint) {
            came.utterance = self.throat.say(now, Voice::Whine);
        }
        // A bark at nothing in particular: for want of anything better, or because it paid.
        let idle =
            0.0006 * self.character.barkiness * self.mood.boredom + 0.004 * self.memory.offers(Act::Speak);
        if self.notice.chance(idle) {
            let count = self.bout(0.25);
            self.throat.bark(now, Why::Play, count, Micros::ZERO);
            self.memory.did(None, Act::Speak, now);
        }
    }

    fn is_called_by_something(&self) -> bool {
        matches!(self.task.activity, Activity::Eat | Activity::Obey | Activity::Answer | Activity::Greet)
    }

    /// A treat has fallen, or lies under its nose.
    fn look_for_treats(&mut self, moment: &Moment<'_>) {
        for (slot, treat) in moment.treats.iter().enumerate() {
            let Some(at) = *treat else {
                self.noticed[slot] = None;
                continue;
            };
            let far = apart(self.body.at(), at);
            if self.noticed[slot].is_none() && far < SMELLS_TREAT && !self.sleeps() && self.notice.chance(0.4)
            {
                self.notices(moment.now, slot);
            }
            if let Some((_, true)) = self.noticed[slot]
                && self.intent.is_none()
                && !matches!(self.task.activity, Activity::Eat | Activity::Obey)
                && self.mood.fear < 0.6
            {
                let task = self.task(moment.now, Activity::Eat, Target::Treat(slot), Gait::Trot, [1.0, 1.0]);
                self.intend(moment.now, Micros::from_millis(100), task, 0, Why::Play);
            }
        }
    }

    /// A treat falls, to be seen and heard.
    pub fn treat_falls(&mut self, now: RobotTime, slot: usize, at: Point) {
        self.noticed[slot] = None;
        let far = apart(self.body.at(), at);
        if far > SEES_TREAT {
            return;
        }
        let keen = self.character.triggers.treat;
        let chance = if self.sleeps() { 0.35 * keen } else { 0.6 + 0.4 * keen };
        // Who is told and waits does not miss it.
        let watches = matches!(self.task.activity, Activity::Obey | Activity::Wait | Activity::Eat);
        if watches || self.notice.chance(chance) {
            self.notices(now, slot);
        }
    }

    fn notices(&mut self, now: RobotTime, slot: usize) {
        let wants = self.notice.chance(self.mood.worth_of_treat(&self.character) * 1.1);
        self.noticed[slot] = Some((now, wants));
        self.mood.push(0.1, 0.0);
        if !wants || self.mood.fear >= 0.6 || self.task.activity == Activity::Eat {
            return;
        }
        let after = self.notice.time(0.15, 0.5);
        let task = self.task(now, Activity::Eat, Target::Treat(slot), Gait::Trot, [1.0, 1.0]);
        self.intend(now, after, task, 0, Why::Play);
    }

    /// Another dog has barked.
    pub fn hears_bark(&mut self, now: RobotTime) {
        let share = self.character.triggers.other_dog;
        self.mood.push(0.03 * share, 0.0);
        if self.intent.is_some()
            || now < self.hushed
            || self.throat.is_busy(now)
            || !self.notice.chance(0.16 * share)
        {
            return;
        }
        self.wake(share);
        let count = self.bout(0.6);
        let after = self.notice.time(0.3, 1.5);
        if self.notice.chance(0.3 + 0.7 * self.character.barkiness) {
            self.throat.bark(now, Why::Disturbance, count, after);
        }
    }

    /// The robot has said something. `understood` is the chance that sound leaves.
    pub fn is_told(&mut self, moment: &Moment<'_>, cue: Cue, understood: f32) -> Option<Deed> {
        let now = moment.now;
        if !self.notice.chance(understood * self.character.hearing) {
            return Some(Deed::Misses(cue));
        }
        match cue {
            Cue::Good => {
                self.memory.reward(PRAISE, now);
                self.mood.push(0.08, -0.05);
                return None;
            }
            Cue::No => {
                self.mood.push(-0.05, 0.1 * self.character.fear);
                self.throat.hush();
                return None;
            }
            Cue::Treat | Cue::Act(_) => {}
        }
        if !self.notice.chance(self.attention(moment)) {
            return Some(Deed::Ignores(cue));
        }
        match cue {
            Cue::Act(act) => self.is_asked(moment, act),
            _ => self.is_promised(moment),
        }
    }

    /// How likely it minds a word now, 0 to 1.
    fn attention(&self, moment: &Moment<'_>) -> f32 {
        let far = apart(self.body.at(), moment.scene.robot_at());
        let near = (1.25 - 0.12 * far).clamp(0.5, 1.2);
        let base = 0.25 + 0.75 * self.character.attention;
        let barks = if self.throat.is_busy(moment.now) { 0.6 } else { 1.0 };
        let upset = (1.0 - 0.6 * self.mood.fear) * (1.0 - 0.3 * self.mood.arousal);
        (base * near * barks * upset * self.task.activity.leaves()).clamp(0.0, 0.98)
    }

    fn is_promised(&mut self, moment: &Moment<'_>) -> Option<Deed> {
        let wants = self.character.triggers.treat * self.mood.worth_of_treat(&self.character);
        if !self.notice.chance(wants) || self.mood.fear > 0.6 {
            return Some(Deed::Ignores(Cue::Treat));
        }
        self.mood.push(0.25, -0.05);
        let after = self.notice.time(0.2, 0.8);
        let near = moment.scene.reach + 0.6 * self.character.length + 0.15;
        let task = self.task(moment.now, Activity::Wait, Target::Robot(near), Gait::Trot, [8.0, 20.0]);
        self.intend(moment.now, after, task, 0, Why::Play);
        Some(Deed::ComesForTreat)
    }

    fn is_asked(&mut self, moment: &Moment<'_>, cue: Act) -> Option<Deed> {
        let chances = self.memory.chances(cue);
        let mut draw = self.notice.share();
        let act = super::cue::ACTS.into_iter().find(|act| {
            let chance = chances[*act as usize];
            let taken = draw < chance;
            draw -= chance;
            taken
        });
        let Some(act) = act else { return Some(Deed::Ignores(Cue::Act(cue))) };
        // The sure are quick.
        let sure = chances[act as usize];
        let slow = self.notice.within(0.2, 0.6) + (1.0 - sure) * self.notice.within(0.2, 1.6);
        let after = span(slow + if self.sleeps() { 1.2 } else { 0.0 });
        let task = self.act(moment.now, moment.scene.reach, cue, act, sure);
        self.intend(moment.now, after, task, 0, Why::Asked);
        None
    }

    /// A person in the room has it do something: it does, whatever it was at.
    pub fn is_nudged(&mut self, now: RobotTime, reach: f32, act: Act) {
        if !self.body.jumps() {
            let task = self.act(now, reach, act, act, 1.0);
            self.begin(task);
            self.intent = None;
        }
    }

    /// What it takes to do that, and for how long: the surer, the longer.
    fn act(&mut self, now: RobotTime, reach: f32, cue: Act, act: Act, sure: f32) -> Task {
        let (target, gait, spell) = match act {
            Act::Come => {
                let near = reach + 0.6 * self.character.length + 0.1;
                (Target::Robot(near), Gait::Trot, [3.0, 8.0])
            }
            // How long it holds: the better it knows it, the longer.
            Act::Sit => (Target::Here, Gait::Walk, [1.0 + 2.0 * sure, 2.5 + 8.0 * sure]),
            Act::Lie | Act::Stay => (Target::Here, Gait::Walk, [2.0 + 3.0 * sure, 4.0 + 16.0 * sure]),
            Act::Spin => (Target::Here, Gait::Walk, [4.0, 4.0]),
            Act::Speak => (Target::Here, Gait::Walk, [3.0, 5.0]),
            Act::Hush => (Target::Here, Gait::Walk, [5.0 + 5.0 * sure, 10.0 + 40.0 * sure]),
        };
        Task { cue: Some((cue, act)), ..self.task(now, Activity::Obey, target, gait, spell) }
    }

    /// It is where it can do what it was told, and does it.
    pub fn obey(&mut self, moment: &Moment<'_>, came: &mut Came) {
        let Some((cue, act)) = self.task.cue else { return };
        let now = moment.now;
        came.tell(Deed::Does { cue, act });
        match act {
            Act::Sit => self.body.pose_as(Posture::Sit),
            Act::Lie => self.body.pose_as(Posture::Lie),
            Act::Come => self.body.send(Motion::Face(moment.scene.robot_at())),
            Act::Spin if self.body.seat.is_some() => self.body.jump_off(&self.ground),
            Act::Spin => {
                let left = self.choice.chance(0.5);
                self.body.send(whole_turn(left));
            }
            Act::Speak => {
                let count = if self.choice.chance(0.1) { 3 } else { 1 + u32::from(self.choice.chance(0.5)) };
                self.throat.hush();
                self.throat.bark(now, Why::Asked, count, Micros::ZERO);
            }
            Act::Hush => {
                self.throat.hush();
                self.hushed = self.task.until;
                self.mood.push(-0.1, 0.0);
            }
            Act::Stay => {}
        }
        if !matches!(act, Act::Speak) {
            self.memory.did(Some(cue), act, now);
        }
    }

    /// It is doing what it was told.
    pub fn keep_obeying(&mut self, moment: &Moment<'_>, went: Went, came: &mut Came) {
        let Some((cue, act)) = self.task.cue else { return };
        match act {
            Act::Sit | Act::Lie | Act::Stay | Act::Come | Act::Hush => {
                self.memory.did(Some(cue), act, moment.now);
            }
            Act::Spin if self.body.motion == Motion::Still && went != Went::There => self.obey(moment, came),
            Act::Spin if went == Went::There => {
                self.memory.did(Some(cue), act, moment.now);
                self.task.until = moment.now;
            }
            Act::Spin | Act::Speak => {}
        }
    }

    /// Sees the robot drive, and drive at it.
    pub fn mind_the_robot(&mut self, moment: &Moment<'_>, came: &mut Came) {
        let scene = moment.scene;
        if scene.speed.abs() < CREEP {
            return;
        }
        let now = moment.now;
        self.robot_moved = Some(now);
        if self.body.seat.is_some() || self.body.jumps() || self.task.activity == Activity::Dodge {
            return;
        }
        let (robot, here) = (scene.robot_at(), self.body.at());
        let gap = apart(robot, here) - scene.reach - 0.5 * self.character.length;
        let way = if scene.speed > 0.0 {
            scene.robot.heading
        } else {
            wrapped(scene.robot.heading + core::f32::consts::PI)
        };
        let off = wrapped(libm::atan2f(here.y - robot.y, here.x - robot.x) - way);
        if gap > ROBOT_NEAR || off.abs() > 0.9 {
            return;
        }
        // To the side on which it is already, and a little ahead.
        let side = if off >= 0.0 { 1.0 } else { -1.0 };
        let mut goal = None;
        for side in [side, -side] {
            let (sin, cos) = libm::sincosf(way + side * 1.3);
            let at = Point { x: here.x + 0.9 * cos, y: here.y + 0.9 * sin };
            goal = self.ground.near(at, 0.35).filter(|spot| apart(*spot, robot) > apart(here, robot) * 0.8);
            if goal.is_some() {
                break;
            }
        }
        let Some(goal) = goal.or_else(|| self.ground.near(here, 0.8)) else { return };
        self.mood.push(0.06, 0.12 * self.character.fear);
        let task = self.task(now, Activity::Dodge, Target::Spot(goal), Gait::Trot, [0.5, 2.0]);
        self.begin(task);
        came.tell(Deed::StepsAside);
        if self.notice.chance(0.15 * self.character.fear) {
            came.utterance = self.throat.say(now, Voice::Growl);
        } else if self.notice.chance(0.25 * self.character.barkiness) && now >= self.hushed {
            let count = self.bout(0.2);
            self.throat.bark(now, Why::Disturbance, count, Micros::ZERO);
        }
    }
}
