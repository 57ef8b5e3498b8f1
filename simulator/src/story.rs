//! A run as a story, for whoever has never seen one: what matters, in sentences.

use std::collections::BTreeMap;

use wimz_vocabulary::{
    CoachFact, CoachStage, DogId, Event, EventBody, GuardianFact, JobOutcome, KnownDog, Micros, Mode,
    RobotTime, TreatCause, TrickName,
};
use wimz_world::dog::Deed;
use wimz_world::{Happening, WorldFact};

use crate::outside::Outside;
use crate::session::Line;

/// Barks nearer to one another than this are told once.
const BOUT: Micros = Micros::from_secs(8);

/// Tells it line by line, and remembers what it has told.
#[derive(Debug, Default)]
pub struct Storyteller {
    /// When each dog barked last.
    barked: BTreeMap<DogId, RobotTime>,
}

impl Storyteller {
    /// A line as a sentence with its time, `0:07`; `None` for what is no part of a story.
    pub fn tell(&mut self, line: &Line) -> Option<String> {
        let (at, text) = match line {
            Line::Robot(Event { at, body, .. }) => (at, Self::robot(body)?),
            Line::Room { at, fact } => (at, self.room(*at, fact)?),
            Line::Broke { at, what: Outside::House(happening) } => (at, house(*happening)?.to_owned()),
            _ => return None,
        };
        let seconds = at.as_micros() / 1_000_000;
        Some(format!("  {}:{:02}  {text}", seconds / 60, seconds % 60))
    }

    fn robot(body: &EventBody) -> Option<String> {
        Some(match body {
            EventBody::ModeChanged { to: Mode::Coach, .. } => {
                "The robot will teach, and looks for a dog.".to_owned()
            }
            EventBody::ModeChanged { to: Mode::SilentGuardian, .. } => {
                "The lesson is over. From now on the robot keeps the house quiet.".to_owned()
            }
            EventBody::Coach(CoachFact::Stage { stage, trick, known, attempt }) => match stage {
                CoachStage::Greeting if *attempt <= 1 => format!("It sees {}.", name(*known)),
                CoachStage::Command => {
                    let trick = trick.as_ref().map_or("Come", TrickName::as_str);
                    let again = if *attempt > 1 { "once more" } else { "friendly and clearly" };
                    format!(
                        "\u{201c}{}!\u{201d} it says, {again}, and listens to itself to the end.",
                        capital(trick)
                    )
                }
                _ => return None,
            },
            EventBody::Coach(CoachFact::TrickDone { known, confidence, .. }) => format!(
                "It has seen that {} did, and is {:.0} % sure of it. \u{201c}Good!\u{201d}",
                name(*known),
                100.0 * confidence.get()
            ),
            EventBody::Coach(CoachFact::TrickMissed { again: false, .. }) => {
                "That was not it. The robot does not insist.".to_owned()
            }
            EventBody::DispenseStarted { cause: TreatCause::Trick, .. } => {
                "It writes down that it owes a treat, and only then turns the carousel.".to_owned()
            }
            EventBody::DispenseStarted { cause: TreatCause::Quiet, .. } => {
                "Quiet is worth something: one more.".to_owned()
            }
            EventBody::DispenseEnded { outcome: JobOutcome::Uncertain { .. }, .. } => {
                "The beam is not sure what fell. It counts that as given, and gives no second one.".to_owned()
            }
            EventBody::DispenseEnded { outcome: JobOutcome::EmptyOrJammed, .. } => {
                "Nothing falls, and the robot says so.".to_owned()
            }
            EventBody::Guardian(GuardianFact::Intervened { needed, .. }) => format!(
                "It has heard enough. \u{201c}Quiet!\u{201d} Whoever is quiet for {:.0} seconds now gets something for it.",
                needed.as_secs_f32()
            ),
            EventBody::Guardian(GuardianFact::QuietKept { took, .. }) => format!(
                "Not a bark, for long enough: {:.0} seconds after it asked. \u{201c}Good!\u{201d}",
                took.as_secs_f32()
            ),
            EventBody::Praised { .. } => {
                "Praise it is this time, and no treat: there was one just now.".to_owned()
            }
            _ => return None,
        })
    }

    fn room(&mut self, at: RobotTime, fact: &WorldFact) -> Option<String> {
        Some(match fact {
            WorldFact::TreatsFell(1) => "A treat falls.".to_owned(),
            WorldFact::TreatsFell(count) => format!("{count} treats fall at once: it happens."),
            WorldFact::DogAte(dog) => format!("{} eats it.", capital(dog.as_str())),
            WorldFact::DogBarked(dog) => {
                let before = self.barked.insert(*dog, at);
                if before.is_some_and(|before| at.since(before) < BOUT) {
                    return None;
                }
                format!("{} barks.", capital(dog.as_str()))
            }
            WorldFact::DogDid { dog, deed } => format!("{} {}.", capital(dog.as_str()), does(*deed)?),
            WorldFact::ContactBegan(_) => "It touches something, feels it, and stops.".to_owned(),
            WorldFact::ContactEnded(_) => return None,
        })
    }
}

const fn house(happening: Happening) -> Option<&'static str> {
    Some(match happening {
        Happening::Doorbell => "The doorbell rings!",
        Happening::Thunder => "Thunder!",
        Happening::Passerby => "Somebody walks past the window.",
        Happening::Owner { home: true } => "Somebody comes home.",
        Happening::Owner { home: false } => "The owner leaves.",
        Happening::Television(_) | Happening::Speech(_) => return None,
    })
}

const fn does(deed: Deed) -> Option<&'static str> {
    Some(match deed {
        Deed::Does { .. } => "thinks about it, and does",
        Deed::Ignores(_) => "has heard that well, and does not mind",
        Deed::Misses(_) => "does not listen",
        Deed::StartsUp => "pricks up both ears",
        Deed::Sleeps => "falls asleep",
        Deed::Rests => "lies down",
        Deed::Wanders => "goes for a stroll through the room",
        Deed::Watches => "looks out of the window",
        Deed::WaitsAtDoor => "waits at the door",
        Deed::Visits => "comes to have a look at the robot",
        Deed::JumpsUp => "jumps up on the furniture",
        Deed::JumpsDown => "jumps down",
        _ => return None,
    })
}

fn name(known: Option<KnownDog>) -> String {
    known.map_or_else(|| "a dog".to_owned(), |known| capital(known.dog.as_str()))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
