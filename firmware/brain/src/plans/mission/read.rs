//! Reads a mission's file, with every check that it passes. Each flaw stands at the very value that is wrong.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use wimz_vocabulary::document::{Document, Flaw, Spanned};
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{Behavior, Days, Micros, Ratio};

use super::{Escalation, Missed, Mission, Stage, Texts, Timetable};
use crate::hearing::AFTER_BARK;
use crate::plans::event::Awaited;
use crate::plans::file::mission::{self as file, Posture};
use crate::plans::file::{Seconds, Share, Whole, named};
use crate::plans::{Barking, Pose, Script, ScriptId, Wanted};

/// The most stages of a mission.
const MOST_STAGES: usize = 20;

/// How long a posture is held, if nothing is said, and how sure it must be (field facts A2.3; standing as coming).
const POSTURES: [(Posture, Behavior, Micros, Ratio); 5] = [
    (Posture::Sit, Behavior::Sit, Micros::from_secs(1), Ratio::constant(0.65)),
    (Posture::Down, Behavior::Lie, Micros::from_secs(1), Ratio::constant(0.7)),
    (Posture::Spin, Behavior::Spin, Micros::from_millis(300), Ratio::constant(0.7)),
    (Posture::Stand, Behavior::Stand, Micros::from_secs(1), Ratio::constant(0.6)),
    (Posture::Come, Behavior::Come, Micros::from_millis(1_500), Ratio::constant(0.6)),
];

/// How many barks are asked for at most, if nothing is said (field facts A2.3, "speak").
const MOST_ASKED: u16 = 2;

/// Barks that are many, if nothing is said: this many, and within this long.
const MANY: (u16, Micros) = (3, Micros::from_secs(60));

/// From which pitch on a bark is taken for a scared one, if nothing is said, in hertz. Dogs that are left alone or afraid
/// bark higher and clearer than at a stranger (Yin and McCowan 2004); an ear that knows no feelings has nothing better.
const SCARED_HZ: u16 = 700;

impl Mission {
    /// Reads a mission's file. Its scripts are among these.
    ///
    /// # Errors
    /// The first [`Flaw`], at the value that is wrong.
    pub(in crate::plans) fn parse(document: &Document<'_>, scripts: &[Script]) -> Result<Self, Flaw> {
        let file: file::Mission = document.read()?;
        named(document, &file.name, file.name.get_ref().as_str())?;
        let schedule = timetable(document, &file.schedule)?;
        let continuous = schedule == Timetable::Continuous;
        let repeat =
            file.repeat.unwrap_or(if continuous { file::Repeat::Always } else { file::Repeat::Never });
        let reader = Reader { document, scripts, config: &file.config, repeat };
        let stages = reader.stages(&file)?;
        let config = &file.config;
        Ok(Self {
            name: *file.name.get_ref(),
            display_name: file.display_name.0,
            description: file.description.0,
            enabled: file.enabled,
            schedule,
            max_rewards: file.max_rewards.map(Whole::u16),
            duration: file.duration_minutes.map(|minutes| Micros::from_secs(60 * u64::from(minutes.0))),
            repeat: repeat != file::Repeat::Never,
            stages,
            texts: Texts {
                success: file.completion.success.map(|text| text.0),
                timeout: file.completion.timeout.map(|text| text.0),
                max_rewards: file.completion.max_rewards.map(|text| text.0),
            },
            daily_limit: config.daily_limit.map(Whole::u16),
            cooldown: config
                .cooldown_minutes
                .map_or(Micros::ZERO, |minutes| Micros::from_secs(60 * u64::from(minutes.0))),
            treat_sound: config.treat_sound,
            celebration_lights: config.celebration_lights,
            requires_bark_detection: file.requires_bark_detection,
        })
    }
}

fn timetable(document: &Document<'_>, schedule: &Spanned<file::Schedule>) -> Result<Timetable, Flaw> {
    let times = match schedule.get_ref() {
        file::Schedule::Word(file::ScheduleWord::Manual) => return Ok(Timetable::Manual),
        file::Schedule::Word(file::ScheduleWord::Continuous) => return Ok(Timetable::Continuous),
        file::Schedule::Times(times) => times,
    };
    let wrong = |message: &str| Err(document.flaw(schedule.span(), message));
    let weekdays = times.days_of_week.iter().fold(0, |days, day| days | 1 << (*day as u8));
    let days = match (times.kind, times.date, weekdays) {
        (file::TimesKind::Daily, None, 0) => Days::Daily,
        (file::TimesKind::Weekly, None, 1..) => Days::Weekly(weekdays),
        (file::TimesKind::Once, Some(date), 0) => Days::Once(date.0),
        (file::TimesKind::Daily, ..) => return wrong("`daily` takes neither `date` nor `days_of_week`"),
        (file::TimesKind::Weekly, ..) => {
            return wrong("`weekly` takes `days_of_week`, one at least, and no `date`");
        }
        (file::TimesKind::Once, ..) => return wrong("`once` takes a `date`, and no `days_of_week`"),
    };
    let (start, end) = (times.start_time.0, times.end_time.map(|end| end.0));
    if end == Some(start) {
        return wrong("it ends when it begins");
    }
    Ok(Timetable::At { days, start, end, auto_start: times.auto_start })
}

struct Reader<'a> {
    document: &'a Document<'a>,
    scripts: &'a [Script],
    config: &'a file::Config,
    repeat: file::Repeat,
}

impl Reader<'_> {
    fn stages(&self, file: &file::Mission) -> Result<Vec<Stage>, Flaw> {
        let list = file.stages.get_ref();
        if list.is_empty() || list.len() > MOST_STAGES {
            let message = format!("there are {} stages: it must be 1 to {MOST_STAGES}", list.len());
            return Err(self.document.flaw(file.stages.span(), message));
        }
        let mut stages = Vec::with_capacity(list.len());
        // Whether something was done that no reward has come for.
        let mut unrewarded = false;
        for (place, words) in list.iter().enumerate() {
            let stage = self.stage(words)?;
            let name = &words.get_ref().name;
            if list.iter().take(place).any(|other| other.get_ref().name.get_ref() == name.get_ref()) {
                let message = format!("two stages are called `{}`", name.get_ref().0);
                return Err(self.document.flaw(name.span(), message));
            }
            if stage.wanted.as_ref().is_some_and(deserves) {
                unrewarded = !stage.reward;
            }
            if self.rewards(stage.script) {
                if !unrewarded {
                    let message = "its script gives a treat, and nothing before it has been done that no treat was for: \
                                   a success is rewarded once";
                    return Err(self.document.flaw(words.span(), message));
                }
                unrewarded = false;
            }
            stages.push(stage);
        }
        for words in &file.escalation {
            self.escalate(words, list, &mut stages)?;
        }
        Ok(stages)
    }

    fn stage(&self, place: &Spanned<file::Stage>) -> Result<Stage, Flaw> {
        let words = place.get_ref();
        let script = words.sequence.as_ref().map(|name| self.script(name)).transpose()?;
        let wanted = match &words.success_event {
            Some(event) => Some(self.wanted(words, event, script)?),
            None => self.nothing_wanted(place, script).map(|()| None)?,
        };
        if wanted.is_some() && self.rewards(script) {
            let message = "its script gives a treat before anything was done for it: put it in a stage of its own, \
                           after this one and without `success_event`";
            let at = words.sequence.as_ref().map_or(place.span(), Spanned::span);
            return Err(self.document.flaw(at, message));
        }
        let reward = words.reward.as_ref().filter(|reward| *reward.get_ref());
        if let Some(place) = reward.filter(|_| !wanted.as_ref().is_some_and(deserves)) {
            let message = "this deserves no reward: a posture, a bark that was asked for, or quiet does";
            return Err(self.document.flaw(place.span(), message));
        }
        Ok(Stage {
            name: words.name.get_ref().0.clone(),
            script,
            escalation: Vec::new(),
            timeout: words.timeout.as_ref().map(|timeout| timeout.get_ref().0),
            max_attempts: words.max_attempts.as_ref().map_or(1, |tries| tries.get_ref().u8()),
            if_missed: match (words.conditions.optional, self.repeat) {
                (true, _) => Missed::Skip,
                (false, file::Repeat::Always) => Missed::StartOver,
                (false, file::Repeat::Never | file::Repeat::AfterSuccess) => Missed::End,
            },
            quiet: self.quiet(words, wanted.as_ref()),
            reward: reward.is_some(),
            cooldown: words.cooldown.map_or(Micros::ZERO, |cooldown| cooldown.0),
            wanted,
        })
    }

    /// A stage that is done with its script has one, and nothing that only makes sense for a dog.
    fn nothing_wanted(&self, place: &Spanned<file::Stage>, script: Option<ScriptId>) -> Result<(), Flaw> {
        let words = place.get_ref();
        let needless = [
            ("timeout", words.timeout.as_ref().map(Spanned::span)),
            ("min_duration", words.min_duration.as_ref().map(Spanned::span)),
            ("max_attempts", words.max_attempts.as_ref().map(Spanned::span)),
        ];
        for (key, place) in needless.into_iter().chain(words.conditions.given()) {
            if let Some(place) = place {
                let message = format!("`{key}` needs a `success_event`: nothing is waited for");
                return Err(self.document.flaw(place, message));
            }
        }
        if script.is_none() {
            let message = "nothing happens in this stage: add a `sequence`, a `success_event` or both";
            return Err(self.document.flaw(place.span(), message));
        }
        Ok(())
    }

    fn script(&self, name: &Spanned<String>) -> Result<ScriptId, Flaw> {
        let place = self.scripts.iter().position(|script| &script.name == name.get_ref());
        place.and_then(|place| u16::try_from(place).ok()).map(ScriptId).ok_or_else(|| {
            let names = self.scripts.iter().map(|script| script.name.as_str());
            self.document.flaw(name.span(), unknown("script", name.get_ref(), names))
        })
    }

    fn named(&self, script: Option<ScriptId>) -> Option<&Script> {
        script.and_then(|ScriptId(place)| self.scripts.get(usize::from(place)))
    }

    fn rewards(&self, script: Option<ScriptId>) -> bool {
        self.named(script).is_some_and(Script::rewards)
    }

    fn wanted(
        &self,
        words: &file::Stage,
        event: &Spanned<String>,
        script: Option<ScriptId>,
    ) -> Result<Wanted, Flaw> {
        let awaited =
            Awaited::named(event.get_ref()).map_err(|message| self.document.flaw(event.span(), message))?;
        let asked = self.named(script).is_some_and(Script::speaks);
        let takes: &[&str] = match awaited {
            Awaited::Dog => &[],
            Awaited::Pose(_) => &["min_duration", "min_confidence", "quiet_duration"],
            Awaited::Bark if asked => &["barks", "max_barks"],
            Awaited::Bark | Awaited::Barking => &["barks", "within", "volume_threshold", "bark_confidence"],
            Awaited::ScaredBark => &["barks", "within", "volume_threshold", "bark_confidence", "pitch_hz"],
            Awaited::Quiet => &["min_duration"],
        };
        let held = ("min_duration", words.min_duration.as_ref().map(Spanned::span));
        for (key, place) in words.conditions.given().chain([held]) {
            if let Some(place) = place.filter(|_| !takes.contains(&key)) {
                let message = format!("`{}` takes no `{key}` here", event.get_ref());
                return Err(self.document.flaw(place, message));
            }
        }
        let wanted = match awaited {
            Awaited::Dog => Wanted::Dog,
            Awaited::Pose(posture) => self.pose(words, posture, event)?,
            Awaited::Bark if asked => self.asked_barks(words)?,
            Awaited::Bark => Wanted::Barking(barking(words, (1, MANY.1), None)),
            Awaited::Barking => Wanted::Barking(barking(words, MANY, None)),
            Awaited::ScaredBark => {
                let pitch =
                    words.conditions.pitch_hz.as_ref().map_or(SCARED_HZ, |pitch| pitch.get_ref().u16());
                Wanted::Barking(barking(words, (1, MANY.1), Some(pitch)))
            }
            Awaited::Quiet => match &words.min_duration {
                Some(span) if span.get_ref().0 >= Micros::from_secs(1) => Wanted::Quiet(span.get_ref().0),
                Some(span) => {
                    return Err(self.document.flaw(span.span(), "quiet lasts for a second at least"));
                }
                None => {
                    return Err(self
                        .document
                        .flaw(event.span(), "`min_duration` is missing: how long is it quiet?"));
                }
            },
        };
        let held = match &wanted {
            Wanted::Seen(poses) => poses.iter().fold(Micros::ZERO, |all, pose| all + pose.hold),
            Wanted::Quiet(span) => *span,
            _ => Micros::ZERO,
        };
        match &words.timeout {
            Some(timeout) if timeout.get_ref().0 < held.max(Micros::from_secs(1)) => {
                let message = format!(
                    "{} is too short: the dog needs {} at least",
                    timeout.get_ref().0,
                    held.max(Micros::from_secs(1))
                );
                Err(self.document.flaw(timeout.span(), message))
            }
            _ => Ok(wanted),
        }
    }

    fn pose(&self, words: &file::Stage, posture: Posture, event: &Spanned<String>) -> Result<Wanted, Flaw> {
        let Some((_, behavior, hold, sure)) = POSTURES.iter().find(|(other, ..)| *other == posture) else {
            return Err(self.document.flaw(event.span(), "this posture cannot be told"));
        };
        let hold = words.min_duration.as_ref().map_or(*hold, |span| span.get_ref().0);
        let confidence = words.conditions.min_confidence.as_ref().map_or(*sure, |share| share.get_ref().0);
        Ok(Wanted::Seen([Pose { behavior: *behavior, hold, confidence }].into()))
    }

    fn asked_barks(&self, words: &file::Stage) -> Result<Wanted, Flaw> {
        let count = |barks: &Option<Spanned<Whole<1, 100>>>, or: u16| {
            barks.as_ref().map_or(or, |barks| barks.get_ref().u16())
        };
        let least = count(&words.conditions.barks, 1);
        let most = count(&words.conditions.max_barks, MOST_ASKED.max(least));
        if let Some(wrong) = words.conditions.max_barks.as_ref().filter(|_| most < least) {
            let message = format!("{most} is fewer than the {least} that are asked for");
            return Err(self.document.flaw(wrong.span(), message));
        }
        Ok(Wanted::Barks { least, most })
    }

    /// Quiet that must have been when a posture is shown.
    fn quiet(&self, words: &file::Stage, wanted: Option<&Wanted>) -> Micros {
        let Some(Wanted::Seen(poses)) = wanted else { return Micros::ZERO };
        if let Some(span) = &words.conditions.quiet_duration {
            return span.get_ref().0;
        }
        let listed = self.config.require_quiet_behaviors.iter().any(|posture| {
            let row = POSTURES.iter().find(|(other, ..)| other == posture);
            row.is_some_and(|(_, behavior, ..)| poses.iter().any(|pose| pose.behavior == *behavior))
        });
        if self.config.require_quiet_always || listed { AFTER_BARK } else { Micros::ZERO }
    }

    fn escalate(
        &self,
        words: &Spanned<file::Escalation>,
        list: &[Spanned<file::Stage>],
        stages: &mut [Stage],
    ) -> Result<(), Flaw> {
        let file::Escalation { stage, attempt, sequence } = words.get_ref();
        let Some(place) = stages.iter().position(|other| &other.name == stage.get_ref()) else {
            let names = list.iter().map(|stage| stage.get_ref().name.get_ref().0.as_str());
            return Err(self.document.flaw(stage.span(), unknown("stage", stage.get_ref(), names)));
        };
        let own = &mut stages[place];
        let (from, script) = (attempt.get_ref().u8(), self.script(sequence)?);
        if from > own.max_attempts {
            let times = match own.max_attempts {
                1 => String::from("once"),
                most => format!("{most} times"),
            };
            let message = format!("the stage `{}` is tried {times} at most", own.name);
            return Err(self.document.flaw(attempt.span(), message));
        }
        if own.escalation.last().is_some_and(|last| last.attempt >= from) {
            return Err(self.document.flaw(attempt.span(), "they come in the order of the tries"));
        }
        if self.rewards(Some(script)) {
            return Err(self
                .document
                .flaw(sequence.span(), "its script gives a treat, and nothing has been done"));
        }
        own.escalation.push(Escalation { attempt: from, script });
        Ok(())
    }
}

/// Whether a dog that does this has earned something. To be there, or to bark unasked, is nothing.
fn deserves(wanted: &Wanted) -> bool {
    matches!(wanted, Wanted::Seen(_) | Wanted::Barks { .. } | Wanted::Quiet(_))
}

fn barking(words: &file::Stage, (barks, within): (u16, Micros), pitch: Option<u16>) -> Barking {
    let conditions = &words.conditions;
    Barking {
        barks: conditions.barks.as_ref().map_or(barks, |barks| barks.get_ref().u16()),
        within: conditions.within.as_ref().map_or(within, |within| within.get_ref().0),
        loudness: conditions.volume_threshold.as_ref().map(|level| level.get_ref().0),
        confidence: conditions
            .bark_confidence
            .as_ref()
            .map_or(Ratio::ZERO, |share: &Spanned<Share>| share.get_ref().0),
        pitch,
    }
}

impl file::Conditions {
    /// What was given, and where; whether a stage is optional is no matter of what it waits for.
    fn given(&self) -> impl Iterator<Item = (&'static str, Option<core::ops::Range<usize>>)> {
        let Self {
            optional: _,
            min_confidence,
            quiet_duration,
            barks,
            max_barks,
            within,
            volume_threshold,
            bark_confidence,
            pitch_hz,
        } = self;
        let span = |place: &Option<Spanned<Seconds<3600>>>| place.as_ref().map(Spanned::span);
        let count = |place: &Option<Spanned<Whole<1, 100>>>| place.as_ref().map(Spanned::span);
        let share = |place: &Option<Spanned<Share>>| place.as_ref().map(Spanned::span);
        [
            ("min_confidence", share(min_confidence)),
            ("quiet_duration", span(quiet_duration)),
            ("barks", count(barks)),
            ("max_barks", count(max_barks)),
            ("within", span(within)),
            ("volume_threshold", volume_threshold.as_ref().map(Spanned::span)),
            ("bark_confidence", share(bark_confidence)),
            ("pitch_hz", pitch_hz.as_ref().map(Spanned::span)),
        ]
        .into_iter()
    }
}
