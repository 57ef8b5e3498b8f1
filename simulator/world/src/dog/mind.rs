//! One dog: what it is at, where that is, and when it is over.
//!
//! It lives in steps of a twentieth of a second. What reaches it from outside is in `senses`.

use serde::Serialize;
use wimz_vocabulary::{DogId, Micros, RobotTime, TagId};

use super::activity::Activity;
use super::body::{Body, Bulk, Gait, Motion, Went};
use super::character::Character;
use super::choice::anywhere;
use super::cue::Act;
use super::ground::{Ground, apart};
use super::hearing::above;
use super::luck::{Luck, span};
use super::memory::Memory;
use super::mood::{Doing, Mood};
use super::throat::{Throat, Why};
use super::treats::MOST_TREATS;
use super::{Deed, DogBody, DogPlan, Posture, Scene};
use crate::geometry::{Point, Pose, Spot};
use crate::sound::{Utterance, Voice};

/// It eats a treat in so many seconds.
const CHEW: f32 = 0.8;

/// What it is at.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Task {
    pub activity: Activity,
    pub target: Target,
    pub gait: Gait,
    /// Whether it is there.
    pub there: bool,
    /// When it is over; while it is under way, when it gives up.
    pub until: RobotTime,
    /// How long it does it once it is there.
    pub spell: Micros,
    /// When it does the next thing of it.
    pub next: RobotTime,
    /// For what it does on a cue: the cue, and what it takes it for.
    pub cue: Option<(Act, Act)>,
}

/// Where to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) enum Target {
    Here,
    Spot(Point),
    Seat(usize),
    /// So far from the robot's middle.
    Robot(f32),
    /// A treat by its place on the floor.
    Treat(usize),
    /// Another dog by its place.
    Dog(usize),
}

/// What it is about to react to.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Intent {
    pub due: RobotTime,
    pub task: Task,
    pub barks: u32,
    pub why: Why,
}

/// What one step looks at.
pub(super) struct Moment<'a> {
    pub now: RobotTime,
    pub scene: &'a Scene,
    pub treats: &'a [Option<Point>; MOST_TREATS],
    /// The other dogs, by place; its own is none.
    pub others: &'a [Option<Bulk>],
    pub owner_home: bool,
}

/// What came of a step.
#[derive(Default)]
pub(super) struct Came {
    pub deeds: [Option<Deed>; 3],
    pub utterance: Option<Utterance>,
    /// The treat that it has eaten.
    pub ate: Option<usize>,
}

impl Came {
    pub fn tell(&mut self, deed: Deed) {
        if let Some(slot) = self.deeds.iter_mut().find(|slot| slot.is_none()) {
            *slot = Some(deed);
        }
    }
}

/// A dog.
#[derive(Serialize)]
pub(super) struct Dog {
    pub id: DogId,
    #[serde(skip)]
    pub character: Character,
    #[serde(skip)]
    pub ground: Ground,
    pub tag: Option<TagId>,
    pub body: Body,
    pub mood: Mood,
    pub memory: Memory,
    pub throat: Throat,
    pub task: Task,
    pub intent: Option<Intent>,
    /// It keeps quiet until then.
    pub hushed: RobotTime,
    /// When it noticed each treat, and whether it wants it.
    pub noticed: [Option<(RobotTime, bool)>; MOST_TREATS],
    pub robot_moved: Option<RobotTime>,
    pub next_second: RobotTime,
    /// Choices, places and lengths; what it notices and minds; what happens to its mood.
    pub choice: Luck,
    pub notice: Luck,
    weather: Luck,
}

impl Dog {
    pub fn new(now: RobotTime, plan: &DogPlan, place: usize, ground: Ground, seed: u64) -> Self {
        let DogPlan { id, character, start, tag } = plan;
        let luck = |purpose| Luck::new(seed, id, purpose);
        let mut choice = luck("choice");
        let mut weather = luck("mood");
        let mood = Mood::new(character, &mut weather);
        // Its own bed, or another seat that nobody has, or anywhere.
        let mut seats: Vec<usize> = (0..ground.perches.len()).collect();
        seats.sort_by_key(|seat| !ground.perches[*seat].own);
        let seat = if start.is_none() { seats.get(place).copied() } else { None };
        let wished = match (start, seat) {
            (Some(start), _) => *start,
            (None, Some(seat)) => {
                let foot = ground.perches[seat].foot;
                Pose { x: foot.x, y: foot.y, heading: 0.0 }
            }
            (None, None) => anywhere(&ground, &mut choice).unwrap_or_default(),
        };
        let body = Body::new(&ground, character, starts(&ground, wished));
        let mut dog = Self {
            id: *id,
            character: character.clone(),
            ground,
            tag: *tag,
            body,
            mood,
            memory: Memory::new(&character.obedience),
            throat: Throat::new(character.voice, luck("voice")),
            task: Task::still(Activity::Rest, now + choice.time(5.0, 60.0)),
            intent: None,
            hushed: now,
            noticed: [None; MOST_TREATS],
            robot_moved: None,
            next_second: now,
            choice,
            notice: luck("notice"),
            weather,
        };
        if let Some(seat) = seat {
            dog.body.lie_on(seat, &dog.ground.perches[seat]);
        }
        dog
    }

    /// It is another dog in another room from now on, where it was and with what it remembers; what it was at is over.
    pub fn recast(&mut self, now: RobotTime, character: &Character, ground: Ground) {
        self.body.reshape(&ground, character);
        self.throat.change(character.voice);
        self.character = character.clone();
        self.ground = ground;
        self.intent = None;
        self.body.send(Motion::Still);
        self.begin(Task::still(Activity::Rest, now));
    }

    /// As others see it.
    pub fn seen(&self, now: RobotTime) -> DogBody {
        let Body { pose, height, speed, turning, posture, .. } = self.body;
        let Character { length, height: withers, coat, .. } = self.character;
        DogBody {
            id: self.id,
            pose,
            ground: height,
            posture,
            speed,
            turning,
            length,
            height: withers,
            coat,
            tag: self.tag,
            voice: self.throat.sounding(now),
        }
    }

    /// Where it hears and gives voice.
    pub fn head(&self) -> Spot {
        let share = if self.body.posture == Posture::Lie { 0.4 } else { 0.9 };
        above(self.body.nose(), self.body.height + share * self.character.height)
    }

    pub fn sleeps(&self) -> bool {
        self.task.activity == Activity::Sleep && self.task.there
    }

    /// How far others keep from its middle.
    pub fn bulk(&self) -> Bulk {
        Bulk { at: self.body.at(), radius: 0.4 * self.character.length }
    }

    /// One step.
    pub fn step(&mut self, moment: &Moment<'_>) -> Came {
        let now = moment.now;
        let mut came = Came::default();
        if now >= self.next_second {
            self.next_second = now + Micros::from_secs(1);
            self.mood.second(&self.character, self.doing(), &mut self.weather);
            self.memory.pass(now);
            self.sense(moment, &mut came);
        }
        self.mind_the_robot(moment, &mut came);
        if let Some(intent) = self.intent
            && intent.due <= now
            && !self.body.jumps()
        {
            self.intent = None;
            if intent.barks > 0 && now >= self.hushed {
                self.throat.bark(now, intent.why, intent.barks, Micros::ZERO);
            }
            if intent.task.activity == Activity::Answer {
                came.tell(Deed::StartsUp);
            }
            self.begin(intent.task);
        }
        self.live(moment, &mut came);
        self.speak_up(now, &mut came);
        came
    }

    fn doing(&self) -> Doing {
        match self.task.activity {
            Activity::Sleep if self.task.there => Doing::Sleeping,
            Activity::Play | Activity::Greet | Activity::Meet => Doing::Playing,
            _ if self.body.speed > 0.2 => Doing::Walking,
            _ if self.body.posture == Posture::Lie => Doing::Resting,
            _ => Doing::Standing,
        }
    }

    pub fn begin(&mut self, task: Task) {
        self.task = task;
        if task.target == Target::Here {
            self.body.send(Motion::Still);
        }
    }

    /// Goes on with what it is at.
    fn live(&mut self, moment: &Moment<'_>, came: &mut Came) {
        let now = moment.now;
        let mut bulks = [None; 1 + super::MOST_DOGS];
        if self.body.seat.is_none() {
            let radius = moment.scene.reach + 0.3 * self.character.length;
            bulks[0] = Some(Bulk { at: moment.scene.robot_at(), radius });
            for (slot, other) in bulks[1..].iter_mut().zip(moment.others) {
                let own = 0.3 * self.character.length;
                *slot = other.map(|bulk| Bulk { radius: bulk.radius + own, ..bulk });
            }
        }
        let was_in_the_air = self.body.jumps();
        if !self.task.there && !was_in_the_air {
            self.head_for(moment, came);
        }
        let went = self.body.step(&self.ground, &bulks);
        if self.body.jumps() {
            return;
        }
        if was_in_the_air {
            came.tell(if self.body.seat.is_some() { Deed::JumpsUp } else { Deed::JumpsDown });
        }
        if self.task.there {
            self.carry_on(moment, went, came);
        } else if went == Went::Stuck || now >= self.task.until {
            self.give_up(now);
        }
        if now >= self.task.until && self.task.there {
            self.finish(moment, came);
        }
    }

    /// Under way: sends the body where the target is now.
    fn head_for(&mut self, moment: &Moment<'_>, came: &mut Came) {
        let length = self.character.length;
        let (goal, near) = match self.task.target {
            Target::Here => return self.arrive(moment, came),
            Target::Spot(at) => (at, 0.2),
            Target::Seat(seat) => {
                if self.body.seat == Some(seat) {
                    return self.arrive(moment, came);
                }
                let Some(place) = self.ground.perches.get(seat) else { return self.give_up(moment.now) };
                if self.body.seat.is_none() && apart(self.body.at(), place.foot) <= 0.2 {
                    if self.taken(moment, place.place) {
                        return self.give_up(moment.now);
                    }
                    let place = *place;
                    return self.body.jump_on(seat, &place);
                }
                (place.foot, 0.15)
            }
            Target::Robot(near) => (moment.scene.robot_at(), near),
            Target::Treat(slot) => match moment.treats.get(slot).copied().flatten() {
                Some(at) => (at, 0.5 * length + 0.06),
                None => return self.give_up(moment.now),
            },
            Target::Dog(place) => match moment.others.get(place).copied().flatten() {
                Some(other) => (other.at, other.radius + 0.5 * length),
                None => return self.give_up(moment.now),
            },
        };
        if self.body.seat.is_some() {
            return self.body.jump_off(&self.ground);
        }
        if apart(self.body.at(), goal) <= near + 0.02 {
            return self.arrive(moment, came);
        }
        // A goal that creeps is no new goal.
        let gait = self.task.gait;
        let same = matches!(self.body.motion, Motion::To { goal: old, gait: pace, .. } if apart(old, goal) < 0.1 && pace == gait);
        if !same {
            self.body.send(Motion::To { goal, near, gait });
        }
    }

    /// Whether another dog lies on that place of a seat.
    fn taken(&self, moment: &Moment<'_>, place: Pose) -> bool {
        let at = Point { x: place.x, y: place.y };
        moment
            .others
            .iter()
            .flatten()
            .any(|other| apart(other.at, at) < other.radius + 0.3 * self.character.length)
    }

    fn give_up(&mut self, now: RobotTime) {
        if let Target::Treat(slot) = self.task.target
            && let Some(noticed) = self.noticed.get_mut(slot).and_then(Option::as_mut)
        {
            noticed.1 = false;
        }
        let pause = self.choice.time(0.5, 2.0);
        self.begin(Task::still(Activity::Rest, now + pause));
    }

    /// It is there.
    fn arrive(&mut self, moment: &Moment<'_>, came: &mut Came) {
        let now = moment.now;
        self.task.there = true;
        self.task.until = now + self.task.spell;
        self.task.next = now;
        self.body.send(Motion::Still);
        if let Some(habit) = self.task.activity.habit() {
            self.body.pose_as(habit.posture);
            if let Some(deed) = habit.deed {
                came.tell(deed);
            }
        }
        match self.task.activity {
            Activity::Greet => came.tell(Deed::Greets),
            Activity::Eat => self.task.until = now + span(CHEW),
            Activity::Obey => self.obey(moment, came),
            _ => {}
        }
    }

    /// It is there and goes on.
    fn carry_on(&mut self, moment: &Moment<'_>, went: Went, came: &mut Came) {
        let now = moment.now;
        match self.task.activity {
            Activity::Wander | Activity::Play | Activity::Greet | Activity::Meet => {
                if went == Went::Stuck || now >= self.task.next && went == Went::There {
                    self.body.send(Motion::Still);
                    let pause = if self.task.activity == Activity::Wander { [1.5, 7.0] } else { [0.2, 1.5] };
                    self.task.next = now + self.choice.time(pause[0], pause[1]);
                } else if now >= self.task.next && self.body.motion == Motion::Still {
                    self.romp(moment);
                }
            }
            Activity::Answer if now >= self.task.next => {
                self.task.next = now + self.choice.time(3.0, 8.0);
                let again = self.character.barkiness * self.mood.arousal * 1.4;
                if self.choice.chance(again) && now >= self.hushed {
                    let count = self.bout(0.4);
                    self.throat.bark(now, Why::Disturbance, count, Micros::ZERO);
                    self.memory.did(None, Act::Speak, now);
                }
            }
            Activity::Wait | Activity::Visit if now >= self.task.next => {
                self.task.next = now + Micros::from_secs(1);
                self.body.send(Motion::Face(moment.scene.robot_at()));
                let offer = self.memory.offers(Act::Sit) + 0.25;
                if self.task.activity == Activity::Wait && self.choice.chance(0.4 * offer) {
                    self.body.pose_as(Posture::Sit);
                }
            }
            Activity::Obey => self.keep_obeying(moment, went, came),
            _ => {}
        }
    }

    /// Its time is over.
    fn finish(&mut self, moment: &Moment<'_>, came: &mut Came) {
        match self.task.activity {
            Activity::Feed => self.mood.meal(),
            Activity::Eat => {
                if let Target::Treat(slot) = self.task.target
                    && moment.treats.get(slot).copied().flatten().is_some()
                {
                    let noticed = self.noticed[slot].map_or(moment.now, |(at, _)| at);
                    self.memory.reward(self.mood.worth_of_treat(&self.character), noticed);
                    self.mood.treat();
                    came.ate = Some(slot);
                    // It looks for more.
                    let wait = self.task(moment.now, Activity::Wait, Target::Here, Gait::Walk, [3.0, 8.0]);
                    return self.begin(wait);
                }
            }
            Activity::Obey | Activity::Wait if self.body.posture != Posture::Lie => {
                self.body.pose_as(Posture::Stand);
            }
            _ => {}
        }
        self.choose(moment);
    }

    fn speak_up(&mut self, now: RobotTime, came: &mut Came) {
        if came.utterance.is_none() {
            came.utterance = self.throat.poll(now, self.mood.arousal);
            if came.utterance.is_some()
                && let Some((cue, Act::Speak)) = self.task.cue
            {
                self.memory.did(Some(cue), Act::Speak, now);
            }
        }
        if let Some(deed) = came.utterance.and_then(|it| spoken(it.voice)) {
            came.tell(deed);
        }
    }
}

const fn spoken(voice: Voice) -> Option<Deed> {
    match voice {
        Voice::Bark => None,
        Voice::Growl => Some(Deed::Growls),
        Voice::Whine => Some(Deed::Whines),
        Voice::Howl => Some(Deed::Howls),
    }
}

impl Task {
    fn still(activity: Activity, until: RobotTime) -> Self {
        let spell = Micros::ZERO;
        Self {
            activity,
            target: Target::Here,
            gait: Gait::Walk,
            there: true,
            until,
            spell,
            next: until,
            cue: None,
        }
    }
}

/// Where it may begin: as wished, near that, or anywhere at all, facing any way.
fn starts(ground: &Ground, wished: Pose) -> impl Iterator<Item = Pose> + '_ {
    let near = ground.near(Point { x: wished.x, y: wished.y }, 2.0);
    let all = (0..ground.cells()).filter_map(|cell| ground.spot(cell));
    let turned = |at: Point| {
        let eighth = core::f32::consts::FRAC_PI_4;
        (0..8_u8).map(move |turn| Pose {
            x: at.x,
            y: at.y,
            heading: super::ground::wrapped(f32::from(turn) * eighth),
        })
    };
    let exact = ground.near(Point { x: wished.x, y: wished.y }, 0.1).map(|_| wished);
    exact.into_iter().chain(near.into_iter().chain(all).flat_map(turned))
}
