//! What the speaker plays: voices and signals as clips, and the songs of a playlist behind them.
//!
//! One sound at a time. It never asks whether something still plays: it knows what it ordered, and is told of ends.

mod catalogue;

use alloc::collections::VecDeque;

use serde::Serialize;
use wimz_vocabulary::{
    DogId, EventBody, Micros, Play, PlayId, PlayerState, Ratio, Refusal, RobotTime, SoundEnd, SoundName,
    SoundState, SpeakerOrder, Track,
};

use catalogue::Catalogue;

/// How many clips wait at most: more than anybody asks for on purpose, and well under a minute of speech.
const WAITING: usize = 8;

/// How long after its length a sound must have been reported as over. A speaker that is later than that does not
/// play, or has lost the word.
const GRACE: Micros = Micros::from_secs(2);

/// How many playings that are over are remembered: more than end between two looks of whoever waits for one.
const ENDS: usize = 8;

/// How loud until somebody chooses.
const FIRST_VOLUME: Ratio = Ratio::constant(0.7);

/// The player.
///
/// A clip is heard at once and alone: the song under it waits and goes on where it was. Pausing, going on, and moving
/// in the playlist are about songs: a clip that is heard meanwhile is heard out, it may be a word to a dog. The
/// playlist starts over after its last song.
#[derive(Debug, Serialize)]
pub struct Player {
    catalogue: Catalogue,
    volume: Ratio,
    heard: Option<Heard>,
    /// Behind the clip that is heard, or paused; never while a song is heard.
    waiting: Option<Waiting>,
    queue: VecDeque<Track>,
    /// The newest song that the playlist came to.
    place: Option<SoundName>,
    /// Songs in a row that could not be played.
    failures: usize,
    newest: PlayId,
    /// The last playings that are over: when, and how.
    ended: VecDeque<(PlayId, RobotTime, SoundEnd, bool)>,
    /// When the newest sound that is over ended.
    hushed: Option<RobotTime>,
    /// What the speaker was told last.
    told: Option<SpeakerOrder>,
    facts: VecDeque<EventBody>,
}

/// What the speaker plays now.
#[derive(Clone, Copy, Debug, Serialize)]
struct Heard {
    id: PlayId,
    track: Track,
    from: Micros,
    since: RobotTime,
    /// Whether it is a song of the playlist; any sound can be a clip.
    song: bool,
    /// Whether some of it was played at no volume at all.
    silent: bool,
}

/// The song that is not heard now.
#[derive(Clone, Copy, Debug, Serialize)]
struct Waiting {
    /// None before it has been heard.
    id: Option<PlayId>,
    track: Track,
    from: Micros,
    /// Whether it waits for a person, rather than for a clip.
    paused: bool,
}

impl Heard {
    fn position(&self, at: RobotTime) -> Micros {
        (self.from + at.since(self.since)).min(self.track.length)
    }
}

impl Default for Player {
    fn default() -> Self {
        Self {
            catalogue: Catalogue::default(),
            volume: FIRST_VOLUME,
            heard: None,
            waiting: None,
            queue: VecDeque::with_capacity(WAITING),
            place: None,
            failures: 0,
            newest: PlayId::default(),
            ended: VecDeque::with_capacity(ENDS),
            hushed: None,
            told: None,
            facts: VecDeque::with_capacity(WAITING),
        }
    }
}

impl Player {
    /// A sound can be played from now on, or its length is another one.
    pub fn learn(&mut self, track: Track) {
        self.catalogue.learn(track);
    }

    /// A sound can no longer be played. What is heard of it already is heard on.
    pub fn forget(&mut self, sound: &SoundName) {
        self.catalogue.forget(sound);
    }

    /// The recording by which a dog is called, if it has one of its own.
    pub fn recording_of(&self, dog: &DogId) -> Option<SoundName> {
        self.catalogue.recording_of(dog)
    }

    /// The recording of a word: the dog's own, else the robot's.
    pub fn word(&self, word: &str, dog: Option<&DogId>) -> Option<SoundName> {
        self.catalogue.word(word, dog)
    }

    /// By which sound a dog hears its name, if somebody has recorded one for it.
    pub fn name_of(&self, dog: &DogId) -> Option<SoundName> {
        self.catalogue.name_of(dog)
    }

    /// Ends one playing, if it is a clip that is still heard; whatever waits behind it goes on.
    pub fn cut(&mut self, at: RobotTime, play: PlayId) {
        if self.heard.is_some_and(|heard| heard.id == play && !heard.song) {
            self.end(at, SoundEnd::Stopped);
            self.go_on(at);
        }
    }

    /// Whether a dog has a recording of a word of its own.
    pub fn has_own(&self, word: &str, dog: &DogId) -> bool {
        let anybody_s = self.catalogue.word(word, None);
        self.catalogue.word(word, Some(dog)).is_some_and(|own| Some(own) != anybody_s)
    }

    /// Ends a song of the playlist, heard or set aside; the one that has not begun yet if none is named. What is heard of
    /// others is heard on.
    pub fn cease(&mut self, at: RobotTime, song: Option<PlayId>) {
        if self.waiting.is_some_and(|waiting| waiting.id == song) {
            self.drop_waiting();
        }
        if self.heard.is_some_and(|heard| heard.song && Some(heard.id) == song) {
            self.end(at, SoundEnd::Stopped);
            self.go_on(at);
        }
    }

    /// The playing that began last.
    pub fn newest(&self) -> Option<PlayId> {
        (self.newest != PlayId::default()).then_some(self.newest)
    }

    /// When and how a playing ended, if it is over and was among the last few.
    pub fn end_of(&self, play: PlayId) -> Option<(RobotTime, SoundEnd)> {
        self.ended.iter().rev().find(|(id, ..)| *id == play).map(|(_, at, how, _)| (*at, *how))
    }

    /// When a playing ended, and whether all of it was to be heard in the room: to its end, and never at no volume.
    pub fn heard_out(&self, play: PlayId) -> Option<(RobotTime, bool)> {
        let (_, at, how, silent) = self.ended.iter().rev().find(|(id, ..)| *id == play)?;
        Some((*at, *how == SoundEnd::Finished && !silent))
    }

    /// Plays a sound now; the answer is its path. A song takes the place of all that is heard or waits, and the
    /// playlist goes on after it; anything else takes the place of the clip that is heard, and clips that wait for
    /// their turn come after it.
    ///
    /// # Errors
    /// [`Refusal::NoSuchSound`].
    pub fn play(&mut self, at: RobotTime, sound: &SoundName) -> Result<SoundName, Refusal> {
        let track = self.find(sound)?;
        if track.is_song() {
            self.stop(at);
            self.go_to(at, track);
        } else {
            match self.heard {
                Some(Heard { song: true, .. }) => self.set_aside(at, false),
                _ => self.end(at, SoundEnd::Stopped),
            }
            self.begin(at, track);
        }
        Ok(track.name)
    }

    /// Plays a sound as a clip when all clips before it have been heard; at once if there are none. The answer is its
    /// path.
    ///
    /// # Errors
    /// [`Refusal::NoSuchSound`]; [`Refusal::TooManyClips`] if eight wait already.
    pub fn enqueue(&mut self, at: RobotTime, sound: &SoundName) -> Result<SoundName, Refusal> {
        let track = self.find(sound)?;
        self.line_behind(at, track)?;
        Ok(track.name)
    }

    /// Plays what a person has just said, known to the catalogue or not, when all clips before it have been heard.
    ///
    /// # Errors
    /// [`Refusal::TooManyClips`] if eight wait already.
    pub fn say(&mut self, at: RobotTime, message: Track) -> Result<(), Refusal> {
        self.line_behind(at, message)
    }

    /// Silence: no clip waits any more, no song goes on.
    pub fn stop(&mut self, at: RobotTime) {
        self.end(at, SoundEnd::Stopped);
        while let Some(clip) = self.queue.pop_front() {
            // Whoever said it waits to be told that it was heard.
            if clip.is_message() {
                let (play, how) = (self.new_id(), SoundEnd::Stopped);
                self.facts.push_back(EventBody::SoundEnded { play, sound: clip.name, how });
            }
        }
        self.drop_waiting();
    }

    /// Pauses the song that is heard or waits for a clip to end, goes on with the one that is paused, or begins with
    /// the one that the playlist stands at.
    ///
    /// # Errors
    /// [`Refusal::NoSongs`].
    pub fn toggle(&mut self, at: RobotTime) -> Result<(), Refusal> {
        if let Some(Heard { song: true, .. }) = self.heard {
            self.set_aside(at, true);
        } else if let Some(song) = &mut self.waiting {
            song.paused = !song.paused;
            self.go_on(at);
        } else {
            let here = self.catalogue.songs().find(|song| Some(song.name) == self.place).copied();
            let song = here.or_else(|| self.catalogue.song_after(self.place)).ok_or(Refusal::NoSongs)?;
            self.go_to(at, song);
        }
        Ok(())
    }

    /// Plays the next song, paused or not.
    ///
    /// # Errors
    /// [`Refusal::NoSongs`].
    pub fn next(&mut self, at: RobotTime) -> Result<(), Refusal> {
        let song = self.catalogue.song_after(self.place).ok_or(Refusal::NoSongs)?;
        self.go_to(at, song);
        Ok(())
    }

    /// Plays the song before this one, however far this one has come (contract: "Go to previous track").
    ///
    /// # Errors
    /// [`Refusal::NoSongs`].
    pub fn previous(&mut self, at: RobotTime) -> Result<(), Refusal> {
        let song = self.catalogue.song_before(self.place).ok_or(Refusal::NoSongs)?;
        self.go_to(at, song);
        Ok(())
    }

    /// Chooses how loud, from 0 to 1.
    pub fn set_volume(&mut self, volume: Ratio) {
        self.volume = volume;
        if let Some(heard) = &mut self.heard {
            heard.silent |= volume == Ratio::ZERO;
        }
    }

    /// The speaker says that a playing is over. Only the brain stops a sound, and it knows when it did: that the
    /// speaker has stopped one is no news, and may be old.
    pub fn ended(&mut self, at: RobotTime, play: PlayId, how: SoundEnd) {
        if let Some(heard) = self.heard
            && heard.id == play
            && how != SoundEnd::Stopped
        {
            self.over(at, heard, how);
        }
    }

    fn silent(&self) -> bool {
        self.volume == Ratio::ZERO
    }

    /// Gives up on a sound whose end should have been told long ago.
    pub fn tick(&mut self, at: RobotTime) {
        if let Some(heard) = self.heard
            && at >= heard.since + (heard.track.length - heard.from) + GRACE
        {
            self.over(at, heard, SoundEnd::Failed);
        }
    }

    /// What the speaker has to be told, if that is news.
    pub fn take_order(&mut self) -> Option<SpeakerOrder> {
        let play = self.heard.map(|heard| Play { id: heard.id, sound: heard.track.name, from: heard.from });
        let order = Some(SpeakerOrder { play, volume: self.volume });
        if self.told == order {
            return None;
        }
        self.told = order;
        order
    }

    /// What has begun and ended, in order; to be taken after every step.
    pub fn next_fact(&mut self) -> Option<EventBody> {
        self.facts.pop_front()
    }

    /// The newest moment, up to now, at which the robot's own speaker was to be heard.
    pub fn last_sounded(&self, at: RobotTime) -> Option<RobotTime> {
        if self.heard.is_some() { Some(at) } else { self.hushed }
    }

    /// The player's account of itself.
    pub fn state(&self) -> SoundState {
        let heard = self.heard.map(|heard| (PlayerState::Playing, heard.track.name));
        let now = heard.or_else(|| self.waiting.map(|song| (PlayerState::Paused, song.track.name)));
        let place = self.catalogue.songs().position(|song| Some(song.name) == self.place);
        let count = |songs| u16::try_from(songs).unwrap_or(u16::MAX);
        SoundState {
            player: now.map_or(PlayerState::Stopped, |(player, _)| player),
            current: now.map(|(_, name)| name),
            volume: self.volume,
            // Eight at most.
            queued: self.queue.len() as u8,
            place: place.map(count),
            songs: count(self.catalogue.songs().count()),
        }
    }

    /// Whether a person's message is heard.
    pub fn is_saying(&self) -> bool {
        self.heard.is_some_and(|heard| heard.track.is_message())
    }

    fn line_behind(&mut self, at: RobotTime, clip: Track) -> Result<(), Refusal> {
        if self.queue.len() == WAITING {
            return Err(Refusal::TooManyClips);
        }
        self.queue.push_back(clip);
        if let Some(Heard { song: true, .. }) = self.heard {
            self.set_aside(at, false);
        }
        self.go_on(at);
        Ok(())
    }

    fn find(&self, sound: &SoundName) -> Result<Track, Refusal> {
        self.catalogue.find(sound).ok_or(Refusal::NoSuchSound { sound: *sound })
    }

    /// A person wants this song: it is played as soon as no clip is heard.
    fn go_to(&mut self, at: RobotTime, song: Track) {
        self.failures = 0;
        if let Some(Heard { song: true, .. }) = self.heard {
            self.end(at, SoundEnd::Stopped);
        }
        self.drop_waiting();
        self.line_up(song);
        self.go_on(at);
    }

    /// What is heard is over by itself: the next thing comes. A song that cannot be played, or has no length, is
    /// passed by; if that is so for all of them, there is silence.
    fn over(&mut self, at: RobotTime, heard: Heard, how: SoundEnd) {
        self.end(at, how);
        if heard.song {
            let failed = how == SoundEnd::Failed || heard.track.length == Micros::ZERO;
            self.failures = if failed { self.failures + 1 } else { 0 };
            if self.failures < self.catalogue.songs().count()
                && let Some(song) = self.catalogue.song_after(self.place)
            {
                self.line_up(song);
            }
        }
        self.go_on(at);
    }

    fn line_up(&mut self, song: Track) {
        self.place = Some(song.name);
        self.waiting = Some(Waiting { id: None, track: song, from: Micros::ZERO, paused: false });
    }

    /// Fills silence: with the next clip, else with the song that waits for no person.
    fn go_on(&mut self, at: RobotTime) {
        if self.heard.is_some() {
            return;
        }
        if let Some(clip) = self.queue.pop_front() {
            self.begin(at, clip);
        } else if let Some(song) = self.waiting.take_if(|song| !song.paused) {
            let id = song.id.unwrap_or_else(|| self.new_id());
            self.hear(Heard {
                id,
                track: song.track,
                from: song.from,
                since: at,
                song: true,
                silent: self.silent(),
            });
        }
    }

    fn begin(&mut self, at: RobotTime, clip: Track) {
        let id = self.new_id();
        self.hear(Heard {
            id,
            track: clip,
            from: Micros::ZERO,
            since: at,
            song: false,
            silent: self.silent(),
        });
    }

    fn hear(&mut self, heard: Heard) {
        self.heard = Some(heard);
        self.facts.push_back(EventBody::SoundStarted { play: heard.id, sound: heard.track.name });
    }

    /// What is heard goes silent where it is, to go on later under the same id.
    fn set_aside(&mut self, at: RobotTime, paused: bool) {
        if let Some(heard) = self.heard.take() {
            self.hushed = Some(at);
            let (id, track, from) = (Some(heard.id), heard.track, heard.position(at));
            self.waiting = Some(Waiting { id, track, from, paused });
        }
    }

    /// What is heard is over.
    fn end(&mut self, at: RobotTime, how: SoundEnd) {
        if let Some(Heard { id, track, silent, .. }) = self.heard.take() {
            self.hushed = Some(at);
            if self.ended.len() == ENDS {
                self.ended.pop_front();
            }
            self.ended.push_back((id, at, how, silent));
            self.facts.push_back(EventBody::SoundEnded { play: id, sound: track.name, how });
        }
    }

    /// The song that waits is over without being heard again.
    fn drop_waiting(&mut self) {
        if let Some(Waiting { id: Some(play), track, .. }) = self.waiting.take() {
            let how = SoundEnd::Stopped;
            self.facts.push_back(EventBody::SoundEnded { play, sound: track.name, how });
        }
    }

    fn new_id(&mut self) -> PlayId {
        self.newest = PlayId(self.newest.0 + 1);
        self.newest
    }
}

#[cfg(test)]
mod tests;
