//! Whether a dog does what it was asked to. Only what begins after the window opened counts.
//!
//! Of a posture that counts which was held since then; a spin or a coming counts if every picture of it was taken since. What
//! pictures show is judged by when they were taken: one that comes late is no newer for it. A picture whose edge cuts the dog
//! off shows nothing of its posture; of a dog that came it shows that it is still there. Nothing is judged by what is not
//! known: where nobody looks or listens, the finding says so.

use serde::Serialize;
use wimz_vocabulary::{Bark, Behavior, DOGS_IN_SIGHT, KnownDog, Micros, Ratio, RobotTime, TrackId};

use crate::hearing::{Hearing, Noise};
use crate::plans::{Barking, Pose, Wanted};
use crate::sight::{Evidence, Shown, Sight};

/// So long after the last bark there is no other of its kind: dogs that bark on bark again within a second.
const NO_MORE_BARKS: Micros = Micros::from_secs(2);

/// A dog that came stays while it is at least this high in the picture as when it came.
const STAYS: f32 = 0.7;

/// A window in which something is looked or listened for.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Judge {
    /// When it opened.
    opened: RobotTime,
    /// Which stay in sight is meant; any if none is.
    who: Option<TrackId>,
    /// What began before this does not count: the opening, or the end of what was wanted before.
    from: RobotTime,
    /// How many things of those that are wanted one after the other are done.
    done: usize,
    /// The dog has come, and how high it was in the picture then.
    came: Option<(RobotTime, f32)>,
    /// When pictures last showed dogs not clearly enough to be what is wanted.
    doubts: [Option<(TrackId, RobotTime)>; DOGS_IN_SIGHT],
    /// How much quiet there had been in all when it was first looked for.
    quiet: Option<Micros>,
}

/// What has been seen or heard so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Finding {
    /// Nothing of the kind.
    Nothing,
    /// It lasts, and not yet for long enough.
    Holding {
        /// For how long.
        held: Micros,
        /// How sure that is, 0 to 1.
        confidence: Ratio,
    },
    /// That was it.
    Done {
        /// Which stay in sight; none if it was heard.
        track: Option<TrackId>,
        /// Which dog, where that is known.
        known: Option<KnownDog>,
        /// For how long.
        held: Micros,
        /// How sure that is, 0 to 1.
        confidence: Ratio,
    },
    /// More than was asked for.
    TooMuch,
    /// Nobody looks, or nobody listens: nothing is known.
    Unobserved,
}

impl Judge {
    /// A window that opens now, on this stay in sight or on any. Whoever opens one tells the eye so
    /// ([`Sight::watch_anew`]).
    pub fn open(at: RobotTime, who: Option<TrackId>) -> Self {
        Self { opened: at, who, from: at, done: 0, came: None, doubts: [None; DOGS_IN_SIGHT], quiet: None }
    }

    /// What has been seen or heard of what is wanted; to be asked after every input. Barks that are wanted must be asked
    /// for with [`Hearing::ask_for_bark`] once the window has opened; they are not counted otherwise.
    pub fn look(&mut self, at: RobotTime, wanted: &Wanted, sight: &Sight, hearing: &Hearing) -> Finding {
        match *wanted {
            Wanted::Seen(_) | Wanted::Dog if !sight.looks(at) => Finding::Unobserved,
            Wanted::Barks { .. } | Wanted::Quiet(_) | Wanted::Barking(_) if !hearing.is_alive(at) => {
                Finding::Unobserved
            }
            Wanted::Seen(ref poses) => self.watch(poses, sight),
            Wanted::Dog => self.dog(sight),
            Wanted::Barks { least, most } => self.barks(at, least, most, hearing),
            Wanted::Quiet(span) => self.quiet(at, span, hearing),
            Wanted::Barking(ref barking) => self.barking(at, barking, hearing),
        }
    }

    /// How long what is wanted now is to be held.
    pub fn target(&self, wanted: &Wanted) -> Micros {
        match wanted {
            Wanted::Seen(poses) => poses.get(self.done).map_or(Micros::ZERO, |pose| pose.hold),
            Wanted::Quiet(span) => *span,
            Wanted::Barks { .. } | Wanted::Dog | Wanted::Barking(_) => Micros::ZERO,
        }
    }

    fn is_meant(&self, dog: &Evidence) -> bool {
        self.who.is_none_or(|who| who == dog.track)
    }

    fn watch(&mut self, poses: &[Pose], sight: &Sight) -> Finding {
        let Some(pose) = poses.get(self.done) else { return Finding::Nothing };
        let from = self.from.max(sight.moved());
        let mut best: Option<(Evidence, Held)> = None;
        for dog in sight.evidence() {
            if self.is_meant(&dog)
                && let Some(held) = self.held(pose, from, &dog)
                && best.as_ref().is_none_or(|(_, most)| held.span > most.span)
            {
                best = Some((dog, held));
            }
        }
        let Some((dog, Held { span: held, confidence, until })) = best else { return Finding::Nothing };
        if held < pose.hold {
            return Finding::Holding { held, confidence };
        }
        if self.done + 1 < poses.len() {
            // What comes next is this dog's to do, from now on.
            let Evidence { track, .. } = dog;
            (self.done, self.who, self.from, self.came) = (self.done + 1, Some(track), until, None);
            return Finding::Holding { held: Micros::ZERO, confidence };
        }
        Finding::Done { track: Some(dog.track), known: dog.known, held, confidence }
    }

    /// For how long a dog has done it.
    fn held(&mut self, pose: &Pose, from: RobotTime, dog: &Evidence) -> Option<Held> {
        match pose.behavior {
            Behavior::Stand | Behavior::Sit | Behavior::Lie => {
                let posture = dog.posture.filter(|posture| posture.behavior == pose.behavior)?;
                self.held_posture(pose, from, dog, posture)
            }
            // It must have taken as long as nothing turns faster.
            Behavior::Spin => deed(pose, from, dog).filter(|spin| spin.span >= pose.hold),
            Behavior::Come => {
                if let Some(came) = deed(pose, from, dog)
                    && self.came.is_none_or(|(before, _)| before < came.until)
                {
                    (self.who, self.came) = (Some(dog.track), Some((came.until, height(dog))));
                }
                let (came, high) = self.came?;
                if height(dog) < STAYS * high {
                    // It has gone again.
                    self.came = None;
                    return None;
                }
                let since = came.max(from);
                let stays = dog.posture.filter(|_| !dog.is_cut);
                let stays = match stays.map(|posture| posture.behavior) {
                    Some(Behavior::Stand | Behavior::Sit) => {
                        stays.and_then(|posture| self.held_posture(pose, since, dog, posture))
                    }
                    Some(_) => None,
                    // Nobody can tell how it holds itself, only that it is still there.
                    None if dog.is_cut && dog.confidence >= pose.confidence => {
                        let (span, confidence, until) = (dog.seen.since(since), dog.confidence, dog.seen);
                        Some(Held { span, confidence, until })
                    }
                    None => None,
                };
                stays.or_else(|| deed(pose, from, dog).map(|came| Held { span: Micros::ZERO, ..came }))
            }
            Behavior::Bark => None,
        }
    }

    fn held_posture(&mut self, pose: &Pose, from: RobotTime, dog: &Evidence, shown: Shown) -> Option<Held> {
        if shown.confidence < pose.confidence {
            self.doubt(dog.track, shown.until);
            return None;
        }
        let doubted = self.doubts.iter().flatten().find(|(track, _)| *track == dog.track);
        let from = doubted.map_or(from, |(_, at)| from.max(*at)).max(shown.began);
        let Shown { until, confidence, .. } = shown;
        (until > from).then_some(Held { span: until.since(from), confidence, until })
    }

    fn doubt(&mut self, track: TrackId, at: RobotTime) {
        let its = |slot: &&mut Option<(TrackId, RobotTime)>| slot.is_some_and(|(of, _)| of == track);
        let place = match self.doubts.iter_mut().find(its) {
            Some(slot) => slot,
            // A dog that left makes room: the slot of the oldest doubt.
            None => {
                let oldest = self.doubts.iter_mut().min_by_key(|slot| slot.map(|(_, at)| at));
                let Some(oldest) = oldest else { return };
                oldest
            }
        };
        *place = Some((track, at));
    }

    fn dog(&self, sight: &Sight) -> Finding {
        match sight.evidence().find(|dog| self.is_meant(dog) && dog.seen > self.from) {
            Some(Evidence { track, known, .. }) => {
                let confidence = Ratio::ONE;
                Finding::Done { track: Some(track), known, held: Micros::ZERO, confidence }
            }
            None => Finding::Nothing,
        }
    }

    /// It is enough once nothing shows that it was too much: no bark follows for a while, or none would count any more.
    fn barks(&self, at: RobotTime, least: u16, most: u16, hearing: &Hearing) -> Finding {
        let Some(asked) = hearing.asked_since(self.opened) else { return Finding::Nothing };
        let Some(last) = asked.last else { return Finding::Nothing };
        let (held, confidence) = (Micros::ZERO, Ratio::ONE);
        if asked.barks > most {
            Finding::TooMuch
        } else if asked.barks >= least && (asked.is_over(at) || last + NO_MORE_BARKS <= at) {
            Finding::Done { track: None, known: None, held, confidence }
        } else {
            Finding::Holding { held, confidence }
        }
    }

    /// Barks that nobody asked for, as many and such as are wanted.
    fn barking(&self, at: RobotTime, wanted: &Barking, hearing: &Hearing) -> Finding {
        let Barking { barks, within, loudness, confidence, pitch } = *wanted;
        let is_one = |noise: &&Noise| {
            let Bark { loudness: loud, confidence: sure, pitch: high, .. } = noise.bark;
            noise.began >= self.opened
                && at.since(noise.began) <= within
                && loudness.is_none_or(|least| loud >= least)
                && sure >= confidence
                && pitch.is_none_or(|least| high >= Some(least))
        };
        let ones = || hearing.noises().filter(is_one).map(|noise| noise.bark.confidence);
        let Some(confidence) = ones().reduce(|least, one| if one < least { one } else { least }) else {
            return Finding::Nothing;
        };
        let held = Micros::ZERO;
        if ones().count() >= usize::from(barks) {
            Finding::Done { track: None, known: None, held, confidence }
        } else {
            Finding::Holding { held, confidence }
        }
    }

    fn quiet(&mut self, at: RobotTime, span: Micros, hearing: &Hearing) -> Finding {
        let before = *self.quiet.get_or_insert(hearing.quiet_in_all());
        let within = (hearing.quiet_in_all() - before).min(at.since(self.opened));
        let held = hearing.quiet_for(at).unwrap_or(Micros::ZERO).min(within);
        let confidence = Ratio::ONE;
        if held >= span {
            Finding::Done { track: None, known: None, held, confidence }
        } else if held == Micros::ZERO {
            Finding::Nothing
        } else {
            Finding::Holding { held, confidence }
        }
    }
}

/// For how long, how surely, and up to which picture.
struct Held {
    span: Micros,
    confidence: Ratio,
    until: RobotTime,
}

/// What a dog did, if all of it was after `from` and sure enough.
fn deed(pose: &Pose, from: RobotTime, dog: &Evidence) -> Option<Held> {
    let Shown { began, until, confidence, .. } = dog.deed.filter(|deed| deed.behavior == pose.behavior)?;
    (began >= from && confidence >= pose.confidence).then_some(Held {
        span: until.since(began),
        confidence,
        until,
    })
}

fn height(dog: &Evidence) -> f32 {
    dog.area.bottom.get() - dog.area.top.get()
}

#[cfg(test)]
mod tests;
