//! What goes on in those who are in the room, beside each of them: a dog's mood and what it is about to do, how long the robot
//! may go on as it does.

use bevy::prelude::{Camera, GlobalTransform, Vec3};
use bevy_egui::egui::{self, Align2, Color32, CornerRadius, FontId, Painter, Pos2, Rect};
use wimz_world::dog::{Activity, DogBody, Mood, Thought};

use super::{BAD, COOL, FAINT, GOOD, INK, WARM};
use crate::snapshot::{Snapshot, Timer};

/// How wide a bar is, how high, and how far below the one before, in points.
const BAR: [f32; 3] = [48.0, 5.0, 13.0];
/// How far beside its owner a label stands, in points.
const BESIDE: f32 = 26.0;

/// What a dog is at, in words: under way to it, and there.
const fn words(activity: Activity) -> [&'static str; 2] {
    match activity {
        Activity::Sleep => ["off to bed", "sleeps"],
        Activity::Rest => ["off to rest", "rests"],
        Activity::Wander => ["wanders", "sniffs about"],
        Activity::Play => ["off to play", "plays"],
        Activity::Feed => ["off to its bowls", "feeds"],
        Activity::Watch => ["to the window", "looks out"],
        Activity::Door => ["to the door", "waits at the door"],
        Activity::Visit => ["to the robot", "looks at the robot"],
        Activity::Hide => ["goes to hide", "hides"],
        Activity::Meet => ["to the other dog", "meets a dog"],
        Activity::Answer => ["goes to look", "listens"],
        Activity::Greet => ["runs to greet", "greets"],
        Activity::Dodge => ["steps aside", "steps aside"],
        Activity::Eat => ["after a treat", "eats a treat"],
        Activity::Wait => ["comes for its treat", "waits for its treat"],
        Activity::Obey => ["about to obey", "does as it is told"],
    }
}

/// Where something in the room is seen in the window.
pub struct View<'a> {
    pub camera: &'a Camera,
    pub from: &'a GlobalTransform,
    /// The window, in points; the camera's picture may be smaller, and is stretched over it.
    pub window: Rect,
}

impl View<'_> {
    fn place(&self, at: Vec3) -> Option<Pos2> {
        let seen = self.camera.world_to_viewport(self.from, at).ok()?;
        let size = self.camera.logical_viewport_size()?;
        let share = egui::vec2(seen.x / size.x, seen.y / size.y);
        let at = self.window.min + share * self.window.size();
        self.window.contains(at).then_some(at)
    }
}

/// Draws them.
pub fn labels(painter: &Painter, shown: &Snapshot, view: &View<'_>) {
    for (dog, thought) in shown.truth.dogs.iter().zip(&shown.thoughts) {
        if let (Some(dog), Some(thought)) = (dog, thought) {
            label(painter, dog, thought, view);
        }
    }
    robot(painter, shown, view);
}

fn label(painter: &Painter, dog: &DogBody, thought: &Thought, view: &View<'_>) {
    let above = Vec3::new(dog.pose.x, dog.ground + dog.height + 0.1, -dog.pose.y);
    let Some(at) = view.place(above) else { return };
    let Mood { arousal, fear, boredom, tiredness, hunger, thirst } = thought.mood;
    let moods = [
        ("awake", arousal, WARM),
        ("afraid", fear, BAD),
        ("bored", boredom, COOL),
        ("tired", tiredness, COOL),
        ("hungry", hunger, GOOD),
        ("thirsty", thirst, GOOD),
    ];
    let [under_way, there] = words(thought.at);
    let mut line = if thought.there { there } else { under_way }.to_owned();
    if let Some([soon, _]) = thought.soon.map(words) {
        line = format!("{line}; soon {soon}");
    }
    let corner = at + egui::vec2(BESIDE, -24.0);
    let card = Card::new(painter, corner, moods.len(), 132.0);
    card.head(&dog.id.to_string(), &line);
    for (row, (name, share, color)) in moods.into_iter().enumerate() {
        card.bar(row, name, share, color, "");
    }
}

fn robot(painter: &Painter, shown: &Snapshot, view: &View<'_>) {
    let timers = &shown.timers;
    let of = |timer: &Option<Timer>| {
        timer.map(|timer| (timer.left.as_secs_f32(), timer.left.as_secs_f32() / timer.of.as_secs_f32()))
    };
    let rows: Vec<_> = [("controls", timers.controls), ("tracks", timers.motion), ("guard", timers.guard)]
        .iter()
        .filter_map(|(name, timer)| of(timer).map(|(left, share)| (*name, left, share)))
        .collect();
    let pose = shown.truth.pose;
    let Some(at) = view.place(Vec3::new(pose.x, 0.3, -pose.y)).filter(|_| !rows.is_empty()) else { return };
    let card = Card::new(painter, at + egui::vec2(BESIDE, -24.0), rows.len(), 142.0);
    card.head("may go on for", "");
    for (row, (name, left, share)) in rows.into_iter().enumerate() {
        card.bar(row, name, share, if share < 0.3 { BAD } else { WARM }, &format!("{left:.2} s"));
    }
}

/// A small card.
struct Card<'a> {
    painter: &'a Painter,
    corner: Pos2,
}

impl<'a> Card<'a> {
    fn new(painter: &'a Painter, corner: Pos2, rows: usize, wide: f32) -> Self {
        let size = egui::vec2(wide, 26.0 + BAR[2] * rows as f32);
        let area = Rect::from_min_size(corner - egui::vec2(6.0, 4.0), size);
        painter.rect_filled(area, CornerRadius::same(6), Color32::from_rgba_unmultiplied(24, 20, 17, 225));
        Self { painter, corner }
    }

    fn head(&self, name: &str, text: &str) {
        let drawn = self.painter.text(self.corner, Align2::LEFT_TOP, name, FontId::proportional(13.0), INK);
        let at = drawn.right_top() + egui::vec2(5.0, 1.5);
        self.painter.text(at, Align2::LEFT_TOP, text, FontId::proportional(11.5), FAINT);
    }

    fn bar(&self, row: usize, name: &str, share: f32, color: Color32, says: &str) {
        let [wide, high, apart] = BAR;
        let at = self.corner + egui::vec2(0.0, 19.0 + apart * row as f32);
        self.painter.text(at, Align2::LEFT_TOP, name, FontId::proportional(11.0), FAINT);
        let bar = Rect::from_min_size(at + egui::vec2(52.0, 6.0), egui::vec2(wide, high));
        let round = CornerRadius::same(2);
        self.painter.rect_filled(bar, round, Color32::from_rgba_unmultiplied(255, 240, 220, 60));
        let done = Rect::from_min_size(bar.min, egui::vec2(wide * share.clamp(0.0, 1.0), high));
        self.painter.rect_filled(done, round, color);
        let end = bar.right_top() + egui::vec2(5.0, -6.0);
        self.painter.text(end, Align2::LEFT_TOP, says, FontId::proportional(11.0), FAINT);
    }
}
