//! Music for a dog: a song of the playlist, and the next ones after it, for a while. What somebody else plays is left alone.

use serde::Serialize;
use wimz_hal::Body;
use wimz_vocabulary::{EventBody, PlayId, RobotTime, SoundEnd};

use crate::news::News;
use crate::parts::Use;
use crate::step::Step;

/// Music of the guardian's own.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Music {
    until: RobotTime,
    /// Which song is heard; none before it is, and between two.
    play: Option<PlayId>,
    /// Somebody has put an end to it.
    ended: bool,
}

impl Music {
    /// Something happened: its song began or ended, or somebody stopped it.
    pub fn hears(&mut self, news: &News) {
        match news.fact {
            EventBody::SoundStarted { play, sound }
                if self.play.is_none() && !self.ended && sound.as_str().starts_with("songs/") =>
            {
                self.play = Some(play);
            }
            EventBody::SoundEnded { play, how, .. } if self.play == Some(play) => {
                self.play = None;
                self.ended |= how == SoundEnd::Stopped;
            }
            _ => {}
        }
    }

    /// Whether it has played for long enough, or somebody thinks so.
    pub fn is_over(&self, at: RobotTime) -> bool {
        self.ended || self.until <= at
    }
}

impl<B: Body> Step<'_, B> {
    /// Plays songs until then. None where there are none, or no speaker.
    pub(super) fn play_music(&mut self, until: RobotTime) -> Option<Music> {
        if until <= self.at {
            return None;
        }
        self.brain.parts.allow(Use::Sound, self.brain.mode).ok()?;
        self.brain.player.next(self.at).ok()?;
        Some(Music { until, play: None, ended: false })
    }

    /// No more of it.
    pub(super) fn end_music(&mut self, music: Music) {
        if !music.ended {
            self.brain.player.cease(self.at, music.play);
        }
    }
}
