//! What a dog chooses to do next when nobody asks anything of it, and where.
//!
//! It draws by the wants of its habits; what it does there is `mind`'s.

use wimz_vocabulary::{Micros, RobotTime};

use super::Posture;
use super::activity::{Activity, HABITS, Habit, Place, Wants};
use super::body::{Gait, Motion, whole_turn};
use super::ground::{Ground, apart};
use super::luck::Luck;
use super::mind::{Dog, Moment, Target, Task};
use super::throat::Why;
use crate::geometry::{Point, Pose};

/// The robot's moving is news for so long.
const STALE: Micros = Micros::from_secs(20);
/// It gives up on a treat after so long, and on any other way.
const CHASE: Micros = Micros::from_secs(15);
const PATIENCE: Micros = Micros::from_secs(60);

impl Dog {
    /// Chooses what to do next, by weights.
    pub fn choose(&mut self, moment: &Moment<'_>) {
        let now = moment.now;
        let wants = Wants {
            mood: &self.mood,
            character: &self.character,
            company: moment.owner_home,
            pack: moment.others.iter().flatten().next().is_some(),
            robot_moves: self.robot_moved.is_some_and(|at| now.since(at) < STALE),
        };
        let mut weights = [0.0; HABITS.len()];
        for (weight, habit) in weights.iter_mut().zip(&HABITS) {
            let again = if habit.activity == self.task.activity { 0.4 } else { 1.0 };
            *weight = (habit.want)(&wants).max(0.0) * again;
        }
        let mut draw = self.choice.share() * weights.iter().sum::<f32>();
        let mut habit = &HABITS[1];
        for (row, weight) in HABITS.iter().zip(weights) {
            if weight > 0.0 {
                habit = row;
                if draw < weight {
                    break;
                }
                draw -= weight;
            }
        }
        let target = self.place(moment, habit);
        let Some(target) = target else {
            let rest = self.task(now, Activity::Rest, Target::Here, Gait::Walk, [10.0, 60.0]);
            return self.begin(rest);
        };
        // The lively are soon up again.
        let lies = if habit.posture == Posture::Lie { 1.3 - 0.9 * self.character.energy } else { 1.0 };
        let task = self.task(now, habit.activity, target, habit.gait, habit.spell.map(|it| it * lies));
        self.begin(task);
    }

    /// A task with its length drawn, and a minute to get there.
    pub fn task(
        &mut self,
        now: RobotTime,
        activity: Activity,
        target: Target,
        gait: Gait,
        spell: [f32; 2],
    ) -> Task {
        let spell = self.choice.time(spell[0], spell[1]);
        let patience = if activity == Activity::Eat { CHASE } else { PATIENCE };
        Task { activity, target, gait, there: false, until: now + patience, spell, next: now, cue: None }
    }

    /// Where a habit takes place; none if the room has no such place.
    fn place(&mut self, moment: &Moment<'_>, habit: &Habit) -> Option<Target> {
        let near = moment.scene.reach + 0.6 * self.character.length + 0.15;
        match habit.place {
            Place::Around => Some(Target::Here),
            Place::Soft => {
                // Where it lies it stays; on a hot day and to the lazy the floor will do.
                if self.body.seat.is_some() || self.choice.chance(0.3) {
                    return Some(Target::Here);
                }
                let count = self.ground.perches.len();
                if count == 0 {
                    return self.corner(None);
                }
                let own = (0..count).find(|seat| self.ground.perches[*seat].own);
                let any = ((self.choice.share() * count as f32) as usize).min(count - 1);
                let seat = own.filter(|_| self.choice.chance(0.45)).unwrap_or(any);
                Some(Target::Seat(seat))
            }
            Place::Toys => Some(self.ground.toys.map_or(Target::Here, Target::Spot)),
            Place::Bowls => pick(&self.ground.bowls, &mut self.choice).map(Target::Spot),
            Place::Window => pick(&self.ground.windows, &mut self.choice).map(Target::Spot),
            Place::Door => pick(&self.ground.doors, &mut self.choice).map(Target::Spot),
            Place::Robot => Some(Target::Robot(near)),
            Place::Corner => self.corner(Some(moment.scene.robot_at())),
            Place::OtherDog => moment.others.iter().position(Option::is_some).map(Target::Dog),
        }
    }

    /// Of some places on the floor, the one furthest from there.
    pub fn corner(&mut self, from: Option<Point>) -> Option<Target> {
        let mut best: Option<(f32, Point)> = None;
        for _ in 0..12 {
            let Some(spot) = anywhere(&self.ground, &mut self.choice) else { continue };
            let at = Point { x: spot.x, y: spot.y };
            let far = from.map_or(0.0, |from| apart(at, from));
            if best.is_none_or(|(most, _)| far > most) {
                best = Some((far, at));
            }
        }
        best.map(|(_, at)| Target::Spot(at))
    }

    /// How many barks a bout has: more for the barky and the excited.
    pub fn bout(&mut self, share: f32) -> u32 {
        let most = 2.0 + 16.0 * self.character.barkiness * (0.4 + self.mood.arousal);
        1 + (share * most * self.choice.within(0.3, 1.2)) as u32
    }

    /// The next leg of what is done on the move.
    pub fn romp(&mut self, moment: &Moment<'_>) {
        if self.body.seat.is_some() {
            return self.body.jump_off(&self.ground);
        }
        let playful = self.task.activity != Activity::Wander;
        if playful && self.choice.chance(0.15) {
            let left = self.choice.chance(0.5);
            return self.body.send(whole_turn(left));
        }
        if playful && self.choice.chance(0.2 * self.character.barkiness) && moment.now >= self.hushed {
            let count = 1 + (2.0 * self.choice.share()) as u32;
            self.throat.bark(moment.now, Why::Play, count, Micros::ZERO);
        }
        let reach = if playful { 2.5 } else { 1.8 };
        let here = self.body.at();
        let other = match self.task.target {
            Target::Dog(place) => moment.others.get(place).copied().flatten(),
            _ => None,
        };
        for _ in 0..6 {
            let Some(spot) = anywhere(&self.ground, &mut self.choice) else { return };
            let goal = Point { x: spot.x, y: spot.y };
            let centre = other.map_or(here, |bulk| bulk.at);
            let by_robot = moment.scene.reach + 0.5 * self.character.length;
            if apart(centre, goal) <= reach && apart(goal, moment.scene.robot_at()) > by_robot {
                let trot = if playful { self.task.gait } else { Gait::Walk };
                return self.body.send(Motion::To { goal, near: 0.15, gait: trot });
            }
        }
    }
}

fn pick(places: &[Point], luck: &mut Luck) -> Option<Point> {
    let place = (luck.share() * places.len() as f32) as usize;
    places.get(place.min(places.len().saturating_sub(1))).copied()
}

/// Somewhere on the floor, facing anywhere; none if the draws met furniture alone.
pub(super) fn anywhere(ground: &Ground, luck: &mut Luck) -> Option<Pose> {
    for _ in 0..16 {
        let cell = (luck.share() * ground.cells() as f32) as usize;
        if let Some(spot) = ground.spot(cell) {
            return Some(Pose { x: spot.x, y: spot.y, heading: core::f32::consts::PI * luck.symmetric() });
        }
    }
    None
}
