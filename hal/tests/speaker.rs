//! The speaker's station: each playing ends once and is told of, whatever the card does.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::cell::RefCell;
use std::rc::Rc;

use wimz_hal::Station;
use wimz_hal::speaker::{CHECK, CardFault, RETRY, SoundCard, Speaker};
use wimz_vocabulary::{
    Condition, Micros, Play, PlayId, Ratio, RobotTime, SoundEnd, SoundName, SpeakerOrder, Trouble,
};

/// A card that writes down what it is told. Each sound is 2 s long.
#[derive(Clone, Default)]
struct Card(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    now: RobotTime,
    told: Vec<String>,
    ends: Option<RobotTime>,
    fault: Option<CardFault>,
}

const LENGTH: Micros = Micros::from_secs(2);

impl Card {
    fn told(&self) -> Vec<String> {
        std::mem::take(&mut self.0.borrow_mut().told)
    }

    fn breaks(&self, fault: Option<CardFault>) {
        self.0.borrow_mut().fault = fault;
    }
}

impl SoundCard for Card {
    fn play(&mut self, sound: &SoundName, from: Micros) -> Result<(), CardFault> {
        let mut state = self.0.borrow_mut();
        state.told.push(format!("{sound} from {}", from.get() / 1_000));
        match state.fault {
            Some(fault) => Err(fault),
            None => {
                state.ends = Some(state.now + Micros::new(LENGTH.get() - from.get()));
                Ok(())
            }
        }
    }

    fn silence(&mut self) -> Result<(), CardFault> {
        let mut state = self.0.borrow_mut();
        state.told.push("silence".to_owned());
        state.ends = None;
        state.gone()
    }

    fn set_volume(&mut self, volume: Ratio) -> Result<(), CardFault> {
        let mut state = self.0.borrow_mut();
        state.told.push(format!("volume {}", volume.get()));
        state.gone()
    }

    fn left(&mut self) -> Result<Option<Micros>, CardFault> {
        let state = self.0.borrow();
        state.gone().map(|()| state.ends.filter(|ends| *ends >= state.now).map(|ends| ends.since(state.now)))
    }
}

impl State {
    /// A card that is gone takes nothing; a file that cannot be played is not its fault.
    fn gone(&self) -> Result<(), CardFault> {
        if self.fault == Some(CardFault::Gone) { Err(CardFault::Gone) } else { Ok(()) }
    }
}

/// A speaker that was polled at boot, and its card.
fn speaker() -> (Speaker<Card>, Card) {
    let card = Card::default();
    let mut speaker = Speaker::new(card.clone(), at(0));
    assert_eq!(speaker.health().condition, Condition::Starting);
    assert_eq!(speaker.poll(at(0)), None);
    assert_eq!(card.told(), ["volume 0", "silence"]);
    assert_eq!(speaker.health().condition, Condition::Ok);
    (speaker, card)
}

fn at(millis: u64) -> RobotTime {
    RobotTime::BOOT + Micros::from_millis(millis)
}

fn poll(speaker: &mut Speaker<Card>, card: &Card, now: u64) -> Option<RobotTime> {
    card.0.borrow_mut().now = at(now);
    let due = speaker.poll(at(now));
    assert_eq!(speaker.poll(at(now)), due, "the same answer until something is due");
    due
}

fn order(
    speaker: &mut Speaker<Card>,
    card: &Card,
    now: u64,
    play: Option<(u64, &str, u64)>,
    volume: f32,
) -> Option<RobotTime> {
    let play = play.map(|(id, sound, from)| Play {
        id: PlayId(id),
        sound: SoundName::new(sound).unwrap(),
        from: Micros::from_millis(from),
    });
    card.0.borrow_mut().now = at(now);
    speaker.order(at(now), SpeakerOrder { play, volume: Ratio::clamped(volume) });
    poll(speaker, card, now)
}

fn ends(speaker: &mut Speaker<Card>) -> Vec<(u64, SoundEnd)> {
    std::iter::from_fn(|| speaker.take()).map(|(id, how)| (id.0, how)).collect()
}

#[test]
fn a_sound_is_heard_to_its_end_and_only_then_is_it_over() {
    let (mut speaker, card) = speaker();
    let mut due = order(&mut speaker, &card, 100, Some((1, "a.wav", 300)), 0.5);
    assert_eq!(card.told(), ["volume 0.5", "a.wav from 300"]);
    let mut polls = 0;
    while let Some(next) = due {
        assert!(next > card.0.borrow().now, "nothing left is over");
        assert_eq!(ends(&mut speaker), [], "it still plays");
        polls += 1;
        due = poll(&mut speaker, &card, next.as_micros() / 1_000);
        assert!(due.is_none_or(|due| due <= next + CHECK));
    }
    assert_eq!(card.0.borrow().now, at(1_800), "2 s less what was left out");
    assert_eq!(polls, 4);
    assert_eq!(ends(&mut speaker), [(1, SoundEnd::Finished)]);
    assert_eq!(speaker.health().last_good, Some(at(1_800)));
    // An order on its way while that was told does not begin it again.
    assert_eq!(order(&mut speaker, &card, 1_900, Some((1, "a.wav", 300)), 0.6), None);
    assert_eq!(card.told(), ["volume 0.6"]);
    assert_eq!(order(&mut speaker, &card, 1_950, Some((2, "a.wav", 0)), 0.6), Some(at(2_450)));
    assert_eq!(card.told(), ["a.wav from 0"]);
    assert_eq!(ends(&mut speaker), []);
}

#[test]
fn volume_alone_never_restarts_a_sound() {
    let (mut speaker, card) = speaker();
    order(&mut speaker, &card, 0, Some((1, "a.wav", 0)), 0.5);
    card.told();
    assert_eq!(order(&mut speaker, &card, 900, Some((1, "a.wav", 0)), 0.7), Some(at(1_400)));
    assert_eq!(order(&mut speaker, &card, 1_000, Some((1, "a.wav", 0)), 0.7), Some(at(1_500)));
    assert_eq!(card.told(), ["volume 0.7"]);
    assert_eq!(ends(&mut speaker), []);
}

#[test]
fn another_sound_or_silence_ends_the_one_before() {
    let (mut speaker, card) = speaker();
    order(&mut speaker, &card, 0, Some((1, "a.wav", 0)), 0.5);
    order(&mut speaker, &card, 100, Some((2, "a.wav", 0)), 0.5);
    assert_eq!(ends(&mut speaker), [(1, SoundEnd::Stopped)], "another playing of the same sound");
    // One that the card has not even been told of yet is told of as well.
    let play = Play { id: PlayId(3), sound: SoundName::new("b.wav").unwrap(), from: Micros::ZERO };
    speaker.order(at(200), SpeakerOrder { play: Some(play), volume: Ratio::ONE });
    card.told();
    assert_eq!(order(&mut speaker, &card, 200, None, 0.5), None);
    assert_eq!(ends(&mut speaker), [(2, SoundEnd::Stopped), (3, SoundEnd::Stopped)]);
    assert_eq!(card.told(), ["silence"]);
    // What was stopped may go on where it was.
    assert_eq!(order(&mut speaker, &card, 300, Some((3, "b.wav", 1_900)), 0.5), Some(at(400)));
    assert_eq!(card.told(), ["b.wav from 1900"]);
    assert_eq!(poll(&mut speaker, &card, 400), None);
    assert_eq!(ends(&mut speaker), [(3, SoundEnd::Finished)]);
    // So may an older one, though its sound was heard to its end since.
    assert_eq!(order(&mut speaker, &card, 500, Some((2, "b.wav", 1_800)), 0.5), Some(at(700)));
}

#[test]
fn a_file_that_cannot_be_played_is_told_of_and_the_one_before_is_silenced() {
    let (mut speaker, card) = speaker();
    order(&mut speaker, &card, 0, Some((1, "a.wav", 0)), 0.5);
    card.told();
    card.breaks(Some(CardFault::Unplayable));
    assert_eq!(order(&mut speaker, &card, 100, Some((2, "gone.wav", 0)), 0.5), None);
    assert_eq!(card.told(), ["gone.wav from 0", "silence"]);
    assert_eq!(ends(&mut speaker), [(1, SoundEnd::Stopped), (2, SoundEnd::Failed)]);
    assert_eq!(speaker.health().condition, Condition::Degraded(Trouble::Unplayable));
    card.breaks(None);
    order(&mut speaker, &card, 200, Some((3, "a.wav", 0)), 0.5);
    assert_eq!(speaker.health().condition, Condition::Ok);
}

#[test]
fn a_pulled_adapter_is_noticed_while_it_plays_and_used_again_once_it_is_back() {
    let (mut speaker, card) = speaker();
    order(&mut speaker, &card, 0, Some((1, "a.wav", 0)), 0.5);
    card.told();
    card.breaks(Some(CardFault::Gone));
    assert_eq!(poll(&mut speaker, &card, 500), Some(at(500) + RETRY));
    assert_eq!(ends(&mut speaker), [(1, SoundEnd::Failed)]);
    assert_eq!(speaker.health().condition, Condition::Failed(Trouble::BusSilent));
    assert_eq!(speaker.health().last_good, Some(at(0)));
    // An order tries at once, and fails for itself.
    order(&mut speaker, &card, 600, Some((2, "b.wav", 0)), 0.5);
    assert_eq!(ends(&mut speaker), [(2, SoundEnd::Failed)]);
    card.breaks(None);
    card.told();
    assert_eq!(poll(&mut speaker, &card, 1_500), Some(at(1_600)), "not before its time");
    assert_eq!(poll(&mut speaker, &card, 1_600), None);
    assert_eq!(card.told(), ["volume 0.5", "silence"], "it has forgotten all, and begins nothing by itself");
    assert_eq!(speaker.health().condition, Condition::Ok);
    assert_eq!(ends(&mut speaker), []);
}
