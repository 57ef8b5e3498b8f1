//! What a person hears when they do what people do, and what holds whatever they do.

use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};

use super::*;
use proptest::prelude::*;

const MINUTE: Micros = Micros::from_secs(60);

fn at(millis: u64) -> RobotTime {
    RobotTime::from_micros(millis * 1_000)
}

fn name(text: &str) -> SoundName {
    SoundName::new(text).unwrap()
}

/// A player, its speaker as the orders left it, and what has been told.
#[derive(Default)]
struct Desk {
    player: Player,
    speaker: Option<Play>,
}

impl Desk {
    /// With these sounds: two seconds a clip, a minute a song.
    fn new(sounds: &[&str]) -> Self {
        let mut desk = Self::default();
        for sound in sounds {
            let length = if sound.starts_with("songs/") { MINUTE } else { Micros::from_secs(2) };
            desk.player.learn(Track { name: name(sound), length });
        }
        desk
    }

    /// Gives the speaker its order, and drains the facts as `+1 songs/a` and `-1 songs/a Stopped`.
    fn told(&mut self) -> Vec<String> {
        if let Some(order) = self.player.take_order() {
            self.speaker = order.play;
        }
        core::iter::from_fn(|| self.player.next_fact())
            .map(|fact| match fact {
                EventBody::SoundStarted { play, sound } => format!("+{} {sound}", play.0),
                EventBody::SoundEnded { play, sound, how } => format!("-{} {sound} {how:?}", play.0),
                other => format!("{other:?}"),
            })
            .collect()
    }

    /// What the speaker plays and from which millisecond.
    fn heard(&mut self) -> Option<(String, u64)> {
        self.told();
        self.speaker.map(|play| (format!("{}", play.sound), play.from.get() / 1_000))
    }

    /// The speaker says that what is heard has ended.
    fn end(&mut self, millis: u64, how: SoundEnd) {
        let id = self.player.heard.unwrap().id;
        self.player.ended(at(millis), id, how);
    }

    fn finish(&mut self, millis: u64) {
        self.end(millis, SoundEnd::Finished);
    }
}

fn is(sound: &str, from: u64) -> Option<(String, u64)> {
    Some((sound.into(), from))
}

#[test]
fn a_clip_is_heard_at_once_and_the_song_goes_on_after_it() {
    let mut desk = Desk::new(&["songs/a", "talks/sit", "talks/stay"]);
    assert_eq!(desk.player.play(at(0), &name("a")), Ok(name("songs/a")));
    assert_eq!(desk.heard(), is("songs/a", 0));
    desk.player.play(at(10_000), &name("sit")).unwrap();
    assert_eq!(desk.told(), ["+2 talks/sit"], "a song that goes on later has not ended");
    assert_eq!(desk.heard(), is("talks/sit", 0));
    desk.player.play(at(11_000), &name("stay")).unwrap();
    assert_eq!(desk.told(), ["-2 talks/sit Stopped", "+3 talks/stay"]);
    desk.player.ended(at(11_500), PlayId(2), SoundEnd::Finished);
    assert_eq!(desk.heard(), is("talks/stay", 0), "the end of another playing is no news");
    desk.finish(13_000);
    assert_eq!(desk.told(), ["-3 talks/stay Finished", "+1 songs/a"]);
    assert_eq!(desk.heard(), is("songs/a", 10_000));
    desk.player.play(at(20_000), &name("sit")).unwrap();
    desk.player.ended(at(20_000), PlayId(4), SoundEnd::Failed);
    assert_eq!(desk.told(), ["+4 talks/sit", "-4 talks/sit Failed", "+1 songs/a"]);
    assert_eq!(desk.heard(), is("songs/a", 17_000));
    assert_eq!(desk.player.play(at(0), &name("no")), Err(Refusal::NoSuchSound { sound: name("no") }));
}

#[test]
fn a_song_takes_the_place_of_everything() {
    let mut desk = Desk::new(&["songs/a", "songs/b", "talks/sit", "talks/stay"]);
    desk.player.play(at(0), &name("a")).unwrap();
    desk.player.play(at(1_000), &name("sit")).unwrap();
    desk.player.enqueue(at(1_000), &name("stay")).unwrap();
    desk.told();
    desk.player.play(at(2_000), &name("b")).unwrap();
    assert_eq!(desk.told(), ["-2 talks/sit Stopped", "-1 songs/a Stopped", "+3 songs/b"]);
    assert_eq!(desk.player.state().queued, 0);
    desk.player.play(at(3_000), &name("b")).unwrap();
    assert_eq!(desk.told(), ["-3 songs/b Stopped", "+4 songs/b"], "from its beginning");
    assert_eq!(desk.heard(), is("songs/b", 0));
}

#[test]
fn clips_wait_for_their_turn_eight_at_most() {
    let mut desk = Desk::new(&["songs/a", "talks/sit", "talks/stay"]);
    desk.player.play(at(0), &name("a")).unwrap();
    assert_eq!(desk.player.enqueue(at(5_000), &name("sit")), Ok(name("talks/sit")));
    assert_eq!(desk.heard(), is("talks/sit", 0), "over a song there is nothing to wait for");
    for queued in 1..=8 {
        desk.player.enqueue(at(5_000), &name("stay")).unwrap();
        assert_eq!(desk.player.state().queued, queued);
    }
    assert_eq!(desk.player.enqueue(at(5_000), &name("stay")), Err(Refusal::TooManyClips));
    assert_eq!(desk.player.enqueue(at(5_000), &name("no")), Err(Refusal::NoSuchSound { sound: name("no") }));
    desk.player.play(at(5_500), &name("sit")).unwrap();
    assert_eq!((desk.heard(), desk.player.state().queued), (is("talks/sit", 0), 8), "play is now");
    for left in (0..8).rev() {
        desk.finish(6_000);
        assert_eq!((desk.heard(), desk.player.state().queued), (is("talks/stay", 0), left));
    }
    desk.finish(7_000);
    assert_eq!(desk.heard(), is("songs/a", 5_000));
    desk.player.stop(at(7_000));
    desk.player.enqueue(at(7_000), &name("a")).unwrap();
    desk.finish(8_000);
    assert_eq!(desk.heard(), None, "what was queued is heard once, a song too");
}

#[test]
fn pausing_is_about_the_song_by_what_is_known_of_it() {
    let mut desk = Desk::new(&["songs/a", "songs/b", "talks/sit"]);
    let player = |desk: &Desk| (desk.player.state().player, desk.player.state().current);
    assert_eq!(player(&desk), (PlayerState::Stopped, None));
    desk.player.toggle(at(0)).unwrap();
    assert_eq!(desk.told(), ["+1 songs/a"]);
    desk.player.toggle(at(4_000)).unwrap();
    assert_eq!((desk.told().len(), desk.heard()), (0, None));
    assert_eq!(player(&desk), (PlayerState::Paused, Some(name("songs/a"))));
    desk.player.ended(at(4_100), PlayId(1), SoundEnd::Stopped);
    desk.player.tick(at(900_000));
    desk.player.toggle(at(9_000)).unwrap();
    assert_eq!(desk.told(), ["+1 songs/a"], "the same playing");
    assert_eq!(desk.heard(), is("songs/a", 4_000));
    desk.player.ended(at(9_100), PlayId(1), SoundEnd::Stopped);
    assert_eq!(player(&desk), (PlayerState::Playing, Some(name("songs/a"))), "an old word from the pause");

    // Under a clip: the clip is heard out.
    desk.player.play(at(10_000), &name("sit")).unwrap();
    desk.player.toggle(at(10_500)).unwrap();
    assert_eq!(desk.heard(), is("talks/sit", 0));
    assert_eq!(player(&desk), (PlayerState::Playing, Some(name("talks/sit"))));
    desk.finish(12_000);
    assert_eq!((desk.heard(), player(&desk).0), (None, PlayerState::Paused));
    desk.player.play(at(13_000), &name("sit")).unwrap();
    desk.player.toggle(at(13_500)).unwrap();
    desk.finish(15_000);
    assert_eq!(desk.heard(), is("songs/a", 5_000));

    desk.player.next(at(16_000)).unwrap();
    desk.player.stop(at(17_000));
    desk.player.toggle(at(18_000)).unwrap();
    assert_eq!(desk.heard(), is("songs/b", 0), "where the playlist stands");
    desk.player.stop(at(19_000));
    desk.player.play(at(20_000), &name("sit")).unwrap();
    desk.player.toggle(at(20_000)).unwrap();
    assert_eq!(desk.heard(), is("talks/sit", 0));
    desk.finish(22_000);
    assert_eq!(desk.heard(), is("songs/b", 0), "music that was asked for under a clip");
}

#[test]
fn stop_is_silence_and_nothing_comes_back_by_itself() {
    let mut desk = Desk::new(&["songs/a", "talks/sit"]);
    desk.player.stop(at(0));
    assert_eq!(desk.told(), [""; 0]);
    desk.player.play(at(0), &name("a")).unwrap();
    desk.player.play(at(1_000), &name("sit")).unwrap();
    desk.player.enqueue(at(1_000), &name("sit")).unwrap();
    desk.told();
    desk.player.stop(at(2_000));
    assert_eq!(desk.told(), ["-2 talks/sit Stopped", "-1 songs/a Stopped"]);
    assert_eq!(desk.heard(), None);
    desk.player.tick(at(100_000));
    desk.player.ended(at(100_000), PlayId(2), SoundEnd::Finished);
    assert_eq!((desk.told().len(), desk.heard()), (0, None));
    // A song that was lined up under a clip and never heard has nothing to end.
    desk.player.play(at(3_000), &name("sit")).unwrap();
    desk.player.next(at(3_000)).unwrap();
    desk.player.stop(at(3_000));
    assert_eq!(desk.told(), ["+3 talks/sit", "-3 talks/sit Stopped"]);
}

#[test]
fn the_playlist_moves_both_ways_round_and_plays_whatever_it_did_before() {
    let mut desk = Desk::new(&["songs/a", "songs/b", "songs/c", "talks/sit"]);
    desk.player.next(at(0)).unwrap();
    assert_eq!((desk.heard(), desk.player.state().place), (is("songs/a", 0), Some(0)));
    desk.player.previous(at(1)).unwrap();
    assert_eq!(desk.told(), ["-1 songs/a Stopped", "+2 songs/c"]);
    desk.player.previous(at(30_000)).unwrap();
    assert_eq!(
        (desk.heard(), desk.player.state().place),
        (is("songs/b", 0), Some(1)),
        "however far it had come"
    );
    desk.player.toggle(at(31_000)).unwrap();
    desk.player.next(at(32_000)).unwrap();
    assert_eq!(desk.told(), ["-3 songs/b Stopped", "+4 songs/c"], "paused or not");
    desk.player.stop(at(33_000));
    desk.player.next(at(34_000)).unwrap();
    assert_eq!(desk.heard(), is("songs/a", 0));
    desk.player.play(at(35_000), &name("sit")).unwrap();
    desk.told();
    desk.player.next(at(35_000)).unwrap();
    desk.player.next(at(35_000)).unwrap();
    assert_eq!(desk.told(), ["-5 songs/a Stopped"], "the clip is heard out");
    desk.finish(37_000);
    assert_eq!(desk.told(), ["-6 talks/sit Finished", "+7 songs/c"]);
    assert_eq!(desk.player.state().songs, 3);

    let mut desk = Desk::new(&["talks/sit"]);
    assert_eq!(desk.player.next(at(0)), Err(Refusal::NoSongs));
    assert_eq!(desk.player.previous(at(0)), Err(Refusal::NoSongs));
    assert_eq!(desk.player.toggle(at(0)), Err(Refusal::NoSongs));
    assert_eq!(desk.player.state().place, None);
}

#[test]
fn the_playlist_goes_on_and_starts_over() {
    let mut desk = Desk::new(&["songs/a", "songs/b"]);
    desk.player.play(at(0), &name("b")).unwrap();
    desk.told();
    desk.finish(60_000);
    assert_eq!(desk.told(), ["-1 songs/b Finished", "+2 songs/a"]);
    desk.finish(120_000);
    assert_eq!(desk.told(), ["-2 songs/a Finished", "+3 songs/b"]);
    desk.player.forget(&name("songs/b"));
    assert_eq!((desk.heard(), desk.player.state().place), (is("songs/b", 0), None), "heard on");
    desk.finish(180_000);
    assert_eq!(desk.heard(), is("songs/a", 0));
    desk.player.forget(&name("songs/a"));
    desk.finish(240_000);
    assert_eq!(
        (desk.heard(), desk.player.state()),
        (None, SoundState { volume: FIRST_VOLUME, ..SoundState::default() })
    );
    desk.player.learn(Track { name: name("songs/c"), length: MINUTE });
    desk.player.toggle(at(250_000)).unwrap();
    assert_eq!(desk.heard(), is("songs/c", 0), "the place itself is gone");
}

#[test]
fn songs_that_cannot_be_played_are_passed_by_and_if_none_can_there_is_silence() {
    let mut desk = Desk::new(&["songs/a", "songs/b", "songs/c"]);
    for _ in 0..2 {
        desk.player.play(at(0), &name("a")).unwrap();
        desk.end(0, SoundEnd::Failed);
        desk.end(0, SoundEnd::Failed);
        assert_eq!(desk.heard(), is("songs/c", 0));
        desk.end(60_000, SoundEnd::Finished);
        desk.end(60_000, SoundEnd::Failed);
        desk.end(60_000, SoundEnd::Failed);
        assert_eq!(desk.heard(), is("songs/c", 0), "two out of three");
        desk.end(60_000, SoundEnd::Failed);
        assert_eq!(desk.heard(), None, "three in a row are all of them");
        desk.player.toggle(at(70_000)).unwrap();
        desk.end(70_000, SoundEnd::Failed);
        assert_eq!(desk.heard(), is("songs/a", 0), "a person may try again");
        desk.end(70_000, SoundEnd::Failed);
        desk.end(70_000, SoundEnd::Failed);
        assert_eq!(desk.heard(), None);
    }
    let mut desk = Desk::default();
    desk.player.learn(Track { name: name("songs/empty"), length: Micros::ZERO });
    desk.player.next(at(0)).unwrap();
    desk.finish(0);
    assert_eq!(desk.heard(), None, "what has no length is not played for ever");
}

#[test]
fn a_sound_whose_end_nobody_tells_is_given_up_two_seconds_after_it() {
    let mut desk = Desk::new(&["songs/a", "talks/sit"]);
    desk.player.play(at(0), &name("a")).unwrap();
    desk.player.toggle(at(20_000)).unwrap();
    desk.player.toggle(at(30_000)).unwrap();
    desk.told();
    desk.player.tick(at(71_999));
    assert!(desk.told().is_empty());
    desk.player.tick(at(72_000));
    assert_eq!(desk.told(), ["-1 songs/a Failed"], "the only song of the playlist");
    desk.player.play(at(100_000), &name("sit")).unwrap();
    desk.told();
    desk.player.tick(at(104_000));
    assert_eq!(desk.told(), ["-2 talks/sit Failed"]);
    // A song that is set aside after its length goes on at its end, not beyond.
    desk.player.play(at(200_000), &name("a")).unwrap();
    desk.player.toggle(at(261_500)).unwrap();
    desk.player.toggle(at(261_500)).unwrap();
    assert_eq!(desk.heard(), is("songs/a", 60_000));
}

#[test]
fn the_speaker_is_told_what_is_new_and_no_more() {
    let mut desk = Desk::new(&["songs/a"]);
    let first = desk.player.take_order();
    assert_eq!(first, Some(SpeakerOrder { play: None, volume: FIRST_VOLUME }), "whatever it played before");
    assert_eq!(desk.player.take_order(), None);
    desk.player.play(at(5), &name("a")).unwrap();
    let play = Some(Play { id: PlayId(1), sound: name("songs/a"), from: Micros::ZERO });
    assert_eq!(desk.player.take_order(), Some(SpeakerOrder { play, volume: FIRST_VOLUME }));
    desk.player.set_volume(Ratio::constant(0.2));
    assert_eq!(desk.player.take_order(), Some(SpeakerOrder { play, volume: Ratio::constant(0.2) }));
    desk.player.tick(at(6));
    assert_eq!((desk.player.take_order(), desk.player.state().volume), (None, Ratio::constant(0.2)));
}

#[test]
fn when_the_own_speaker_was_last_to_be_heard_is_known() {
    let mut desk = Desk::new(&["songs/a", "talks/sit"]);
    assert_eq!(desk.player.last_sounded(at(3)), None);
    desk.player.play(at(10), &name("sit")).unwrap();
    assert_eq!(desk.player.last_sounded(at(20)), Some(at(20)));
    desk.finish(2_010);
    assert_eq!(desk.player.last_sounded(at(9_000)), Some(at(2_010)));
    desk.player.play(at(10_000), &name("a")).unwrap();
    desk.player.toggle(at(11_000)).unwrap();
    assert_eq!(desk.player.last_sounded(at(12_000)), Some(at(11_000)));
}

#[test]
fn a_dogs_own_call_is_known_by_the_catalogue() {
    let desk = Desk::new(&["talks/dog_001/come.wav"]);
    let dog = DogId::new("dog_001").unwrap();
    assert_eq!(desk.player.recording_of(&dog), Some(name("talks/dog_001/come.wav")));
}

#[test]
fn what_a_person_says_waits_for_clips_not_for_songs_and_each_is_told_of() {
    let mut desk = Desk::new(&["songs/a", "talks/sit"]);
    let message = |number: u8| Track { name: name(&format!("messages/{number}")), length: MINUTE };
    desk.player.play(at(0), &name("a")).unwrap();
    desk.player.play(at(1_000), &name("sit")).unwrap();
    desk.player.say(at(1_500), message(1)).unwrap();
    assert_eq!(desk.told(), ["+1 songs/a", "+2 talks/sit"]);
    assert!(!desk.player.is_saying());
    desk.finish(3_000);
    assert_eq!(desk.told(), ["-2 talks/sit Finished", "+3 messages/1"]);
    assert!(desk.player.is_saying());
    desk.player.say(at(4_000), message(2)).unwrap();
    desk.player.say(at(4_500), message(3)).unwrap();
    desk.player.stop(at(5_000));
    let ends =
        ["-3 messages/1 Stopped", "-4 messages/2 Stopped", "-5 messages/3 Stopped", "-1 songs/a Stopped"];
    assert_eq!(desk.told(), ends);
    for number in 0..9 {
        desk.player.say(at(6_000), message(number)).unwrap();
    }
    assert_eq!(desk.player.say(at(6_000), message(9)), Err(Refusal::TooManyClips));
}

const SOUNDS: [&str; 6] = ["songs/a", "songs/b", "songs/empty", "talks/sit", "talks/stay", "wimz/hi"];

#[derive(Clone, Copy, Debug)]
enum Deed {
    Play(usize),
    Enqueue(usize),
    Say,
    Stop,
    Toggle,
    Twice,
    Next,
    Previous,
    /// The end of the playing so many before the newest.
    End(u64, SoundEnd),
    Learn(usize, u64),
    Forget(usize),
    Tick,
}

fn deeds() -> impl Strategy<Value = Deed> {
    let how = prop_oneof![Just(SoundEnd::Finished), Just(SoundEnd::Failed), Just(SoundEnd::Stopped)];
    let sound = 0..SOUNDS.len();
    prop_oneof![
        sound.clone().prop_map(Deed::Play),
        sound.clone().prop_map(Deed::Enqueue),
        Just(Deed::Say),
        Just(Deed::Stop),
        Just(Deed::Toggle),
        Just(Deed::Twice),
        Just(Deed::Next),
        Just(Deed::Previous),
        (0u64..3, how).prop_map(|(back, how)| Deed::End(back, how)),
        (sound.clone(), 0u64..30).prop_map(|(sound, length)| Deed::Learn(sound, length)),
        sound.prop_map(Deed::Forget),
        Just(Deed::Tick),
    ]
}

/// Keeps account of the facts.
#[derive(Default)]
struct Witness {
    newest: u64,
    over: Vec<PlayId>,
    /// Messages that are over.
    said: u64,
}

impl Witness {
    fn hear(&mut self, player: &mut Player) -> Result<(), TestCaseError> {
        while let Some(fact) = player.next_fact() {
            match fact {
                EventBody::SoundStarted { play, .. } => {
                    prop_assert!(!self.over.contains(&play), "{play:?} is over");
                    prop_assert!(play.0 <= self.newest + 1, "{play:?} after {}", self.newest);
                    self.newest = self.newest.max(play.0);
                }
                EventBody::SoundEnded { play, sound, how } => {
                    // A message that never came to be heard is over as well, and said to be.
                    if sound == name("messages/1") && how == SoundEnd::Stopped {
                        self.newest = self.newest.max(play.0);
                    }
                    prop_assert!(play.0 <= self.newest && !self.over.contains(&play), "{play:?} ends once");
                    self.over.push(play);
                    self.said += u64::from(sound == name("messages/1"));
                }
                other => prop_assert!(false, "{other:?}"),
            }
        }
        Ok(())
    }
}

proptest! {
    /// Whatever people, files and speaker do: one sound at a time, its facts in order, and never past its end.
    #[test]
    fn one_sound_at_a_time_and_each_ends_once(deeds in proptest::collection::vec((deeds(), 0u64..20_000), 1..120)) {
        let mut player = Player::default();
        let mut witness = Witness::default();
        let (mut now, mut said) = (0, 0);
        for (deed, pause) in deeds {
            now += pause;
            let at = at(now);
            match deed {
                Deed::Play(sound) => _ = player.play(at, &name(SOUNDS[sound])),
                Deed::Enqueue(sound) => _ = player.enqueue(at, &name(SOUNDS[sound])),
                Deed::Say => {
                    let message = Track { name: name("messages/1"), length: Micros::from_secs(2) };
                    said += u64::from(player.say(at, message).is_ok());
                }
                Deed::Stop => player.stop(at),
                Deed::Toggle => _ = player.toggle(at),
                Deed::Twice => {
                    let position = |player: &Player| {
                        player.heard.map(|heard| heard.position(at)).max(player.waiting.map(|song| song.from))
                    };
                    // The first one may begin with the playlist; from there on, twice changes nothing.
                    _ = player.toggle(at);
                    let before = (player.state(), position(&player));
                    _ = player.toggle(at);
                    _ = player.toggle(at);
                    prop_assert_eq!((player.state(), position(&player)), before);
                }
                Deed::Next => _ = player.next(at),
                Deed::Previous => _ = player.previous(at),
                Deed::End(back, how) => player.ended(at, PlayId(witness.newest.max(back) - back), how),
                Deed::Learn(sound, secs) => {
                    player.learn(Track { name: name(SOUNDS[sound]), length: Micros::from_secs(secs) });
                }
                Deed::Forget(sound) => player.forget(&name(SOUNDS[sound])),
                Deed::Tick => player.tick(at),
            }
            witness.hear(&mut player)?;
            if let Some(play) = player.take_order().and_then(|order| order.play) {
                prop_assert!(play.from <= player.heard.unwrap().track.length);
            }
            match player.heard {
                Some(now) => prop_assert!(player.waiting.is_none() || !now.song, "a song under a song"),
                None => prop_assert!(player.queue.is_empty() && player.waiting.is_none_or(|song| song.paused)),
            }
            let open = [player.heard.map(|heard| heard.id), player.waiting.and_then(|song| song.id)];
            let open = open.into_iter().flatten().count() as u64;
            prop_assert_eq!(witness.newest, witness.over.len() as u64 + open, "each is heard, set aside or over");
            let waiting = player.queue.iter().filter(|clip| clip.is_message()).count() as u64;
            prop_assert_eq!(said, witness.said + waiting + u64::from(player.is_saying()), "no message is lost");
        }
    }
}
