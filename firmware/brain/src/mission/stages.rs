//! The stages of a mission: wait for a dog, carry out the script, watch, reward, go on.

use wimz_hal::Body;
use wimz_vocabulary::{
    DogId, EventBody, Micros, MissionEnd, MissionFact, Mode, Part, Pattern, Pause, Refusal, StageMiss,
    TreatCause, Trouble, Withheld,
};

use super::run::{Doing, Phase, Reward, Run, Script, Watch};
use super::script::Course;
use crate::judge::{Finding, Judge};
use crate::parts::Parts;
use crate::plans::{Missed, Mission, Plans, Stage, Wanted};
use crate::rewards::Manner;
use crate::step::Step;
use crate::tuning::seconds;

/// What has to work for what is wanted, and does not.
fn needs(wanted: &Wanted) -> Part {
    match wanted {
        Wanted::Seen(_) | Wanted::Dog => Part::Detector,
        Wanted::Barks { .. } | Wanted::Quiet(_) | Wanted::Barking(_) => Part::Microphone,
    }
}

/// A part that the mission takes at this stage and that has failed, and why.
pub fn lacks(parts: &Parts, mission: &Mission, stage: Option<&Stage>) -> Option<(Part, Trouble)> {
    let always = mission.requires_bark_detection.then_some(Part::Microphone);
    let now = stage.and_then(|stage| stage.wanted.as_ref()).map(needs);
    parts.failed([always, now].into_iter().flatten())
}

/// Whether a person hears of it as a success of the dog's, and the robot may reward it.
fn deserves(wanted: &Wanted) -> bool {
    !matches!(wanted, Wanted::Barking(_) | Wanted::Dog)
}

fn target(wanted: &Wanted) -> Micros {
    match wanted {
        Wanted::Seen(poses) => poses.last().map_or(Micros::ZERO, |pose| pose.hold),
        Wanted::Quiet(span) => *span,
        Wanted::Barks { .. } | Wanted::Dog | Wanted::Barking(_) => Micros::ZERO,
    }
}

impl<B: Body> Step<'_, B> {
    /// Goes on with a mission; the answer is its end, if that has come.
    pub(super) fn mission_goes_on(&mut self, run: &mut Run, plans: &Plans) -> Option<MissionEnd> {
        let Some(mission) = plans.mission(&run.mission) else { return Some(MissionEnd::Restarted) };
        let stops = self.brain.drive.epoch;
        if run.stops != stops {
            run.stops = stops;
            self.mission_holds(run, Pause::Stopped);
        }
        if self.mission_is_alone(run) {
            return Some(MissionEnd::UserDisconnected);
        }
        let stage = mission.stages.get(run.stage)?;
        let missing = self.part_missing(mission, Some(stage));
        match run.pause() {
            None if missing.is_some() => self.mission_holds(run, Pause::PartFailed),
            // Nobody needs to come: it was the part that it waited for.
            Some(Pause::PartFailed) if missing.is_none() => self.mission_lets_go(run),
            _ => {}
        }
        if run.pause().is_some() {
            return None;
        }
        let clock = run.clock(self.at);
        let rewards = run.reward.is_some();
        if mission.duration.is_some_and(|most| clock >= most) && !rewards {
            return Some(MissionEnd::Timeout);
        }
        match &mut run.phase {
            Phase::WaitingForDog { since } => {
                let waits = clock - *since;
                if self.finds_dog(run) {
                    self.mission_greets(run, mission, plans, clock);
                } else if waits >= seconds(self.brain.mission.tuning.wait_for_dog_s) {
                    return self.stage_missed(run, mission, plans, StageMiss::TimedOut);
                }
            }
            Phase::Greeting { until } => {
                if *until <= clock {
                    self.mission_commands(run, stage, plans, clock);
                }
            }
            Phase::Command(_) => return self.mission_acts_script(run, mission, stage, plans, clock),
            Phase::Watching(_) => return self.mission_watches(run, mission, stage, plans, clock),
            Phase::Success { .. } => return self.mission_succeeded(run, mission, stage, plans, clock),
            Phase::Failed { until } => {
                if *until <= clock {
                    run.attempt = run.attempt.saturating_add(1);
                    self.mission_tries(run, mission, plans, clock);
                }
            }
            Phase::Cooldown { until } => {
                if *until <= clock {
                    return self.next_stage(run, mission, plans);
                }
            }
        }
        None
    }

    /// Begins with a stage.
    pub(super) fn mission_enters(&mut self, run: &mut Run, mission: &Mission, plans: &Plans, stage: usize) {
        run.stage = stage;
        run.attempt = 1;
        let clock = run.clock(self.at);
        self.mission_tries(run, mission, plans, clock);
    }

    /// Begins with a try of the stage: only what is to be seen needs a dog first.
    fn mission_tries(&mut self, run: &mut Run, mission: &Mission, plans: &Plans, clock: Micros) {
        let Some(stage) = mission.stages.get(run.stage) else { return };
        (run.held, run.held_told, run.progress_told) = (Micros::ZERO, Micros::ZERO, None);
        run.target = stage.wanted.as_ref().map_or(Micros::ZERO, target);
        if matches!(stage.wanted, Some(Wanted::Seen(_))) {
            if self.finds_dog(run) {
                self.mission_greets(run, mission, plans, clock);
            } else {
                self.mission_turns(run, Phase::WaitingForDog { since: clock });
            }
        } else {
            self.mission_commands(run, stage, plans, clock);
        }
    }

    /// Greets a dog that has not been greeted since it came into sight.
    fn mission_greets(&mut self, run: &mut Run, mission: &Mission, plans: &Plans, clock: Micros) {
        let Some(stage) = mission.stages.get(run.stage) else { return };
        if run.greeted == run.track {
            self.mission_commands(run, stage, plans, clock);
            return;
        }
        run.greeted = run.track;
        let span = seconds(self.brain.mission.tuning.greeting_s);
        self.brain.lights.cue(self.at, Pattern::Attention, span);
        self.mission_turns(run, Phase::Greeting { until: clock + span });
    }

    fn mission_commands(&mut self, run: &mut Run, stage: &Stage, plans: &Plans, clock: Micros) {
        match stage.script_for(run.attempt).filter(|id| plans.script(*id).is_some()) {
            Some(id) => {
                let script = Script { id, began: clock, place: 0, doing: Doing::default(), spoken: None };
                self.mission_turns(run, Phase::Command(script));
            }
            None => self.window_opens(run, stage, None, clock),
        }
    }

    /// What is wanted is watched for from now on: from when the last word was over.
    fn window_opens(
        &mut self,
        run: &mut Run,
        stage: &Stage,
        spoken: Option<wimz_vocabulary::RobotTime>,
        clock: Micros,
    ) {
        let Some(wanted) = &stage.wanted else {
            self.stage_done(run, stage, clock);
            return;
        };
        let opened = spoken.unwrap_or(self.at);
        let who = run.track.filter(|_| matches!(wanted, Wanted::Seen(_)));
        self.brain.sight.watch_anew(opened);
        let watch = Watch {
            judge: Judge::open(opened, who),
            spent: Micros::ZERO,
            counted: clock,
            opened: self.at,
            for_dog: matches!(wanted, Wanted::Dog),
            asked: false,
        };
        self.mission_turns(run, Phase::Watching(watch));
    }

    fn mission_acts_script(
        &mut self,
        run: &mut Run,
        mission: &Mission,
        stage: &Stage,
        plans: &Plans,
        clock: Micros,
    ) -> Option<MissionEnd> {
        let idle = Phase::Success { since: clock };
        let Phase::Command(mut script) = core::mem::replace(&mut run.phase, idle) else { return None };
        let plan = plans.script(script.id)?;
        let course = self.script_goes_on(run, &mut script, plan, clock);
        run.phase = Phase::Command(script);
        match course {
            Course::On => None,
            Course::Reward => {
                self.rewards_success(run, mission, clock);
                None
            }
            Course::Failed => self.try_failed(run, mission, plans, StageMiss::CueNotHeard, clock),
            Course::Over(spoken) => {
                self.window_opens(run, stage, spoken, clock);
                if core::mem::take(&mut run.pause_due) {
                    self.mission_holds(run, Pause::Asked);
                }
                None
            }
        }
    }

    fn mission_watches(
        &mut self,
        run: &mut Run,
        mission: &Mission,
        stage: &Stage,
        plans: &Plans,
        clock: Micros,
    ) -> Option<MissionEnd> {
        let at = self.at;
        let (Some(wanted), Phase::Watching(watch)) = (&stage.wanted, &mut run.phase) else { return None };
        let finding = watch.judge.look(at, wanted, &self.brain.sight, &self.brain.hearing);
        let left = stage.timeout.map(|most| most - watch.spent);
        let listens = needs(wanted) == Part::Microphone;
        let mut hidden = finding == Finding::Unobserved;
        if matches!(wanted, Wanted::Barks { .. }) {
            // What the echo of its own voice hides is no time to answer in.
            let echo = seconds(self.brain.mission.tuning.echo_s);
            if !watch.asked && at.since(watch.opened) >= echo {
                watch.asked = true;
                self.brain.hearing.ask_for_bark(at, left.unwrap_or(echo));
            }
            hidden |= !watch.asked;
        } else if listens {
            let sounded = self.brain.player.last_sounded(at);
            hidden |= self.brain.hearing.is_masked(at, Micros::ZERO, sounded);
        }
        if !hidden {
            watch.spent = watch.spent + (clock - watch.counted);
        }
        watch.counted = clock;
        let over = stage.timeout.is_some_and(|most| watch.spent >= most);
        match finding {
            Finding::Done { track, known, held, .. } => {
                let quiet = self.brain.hearing.quiet_for(at).unwrap_or(Micros::ZERO);
                if is_other(run.dog, known.map(|known| known.dog)) || quiet < stage.quiet {
                    // Not what was asked for: it may come yet.
                    watch.judge = Judge::open(at, run.track.filter(|_| matches!(wanted, Wanted::Seen(_))));
                } else {
                    run.held = held;
                    run.track = track.or(run.track);
                    run.known = known.or(run.known);
                    self.stage_done(run, stage, clock);
                    return None;
                }
            }
            Finding::TooMuch => {
                return self.try_failed(run, mission, plans, StageMiss::NoMoreTries, clock);
            }
            Finding::Holding { held, .. } => {
                run.held = held;
                self.mission_progresses(run, clock);
            }
            Finding::Nothing | Finding::Unobserved => {
                run.held = Micros::ZERO;
                self.mission_progresses(run, clock);
            }
        }
        if over { self.try_failed(run, mission, plans, StageMiss::TimedOut, clock) } else { None }
    }

    /// Says how far it is: when what is asked begins, or ends before its time, and now and then while it lasts.
    fn mission_progresses(&mut self, run: &mut Run, clock: Micros) {
        let tuning = &self.brain.mission.tuning;
        let begins = run.held_told == Micros::ZERO && run.held > Micros::ZERO;
        let pace = if begins || run.held < run.held_told {
            tuning.progress_apart_s
        } else if run.held > run.held_told {
            tuning.progress_s
        } else {
            return;
        };
        let is_due = run.progress_told.is_none_or(|told| clock >= told + seconds(pace));
        if run.target > Micros::ZERO && is_due {
            (run.held_told, run.progress_told) = (run.held, Some(clock));
            let fact = MissionFact::Progress {
                run: run.number,
                stage: run.place(),
                held: run.held,
                target: run.target,
            };
            self.tell(EventBody::Mission(fact));
        }
    }

    /// The stage is done. It is rewarded once: now, or by a script that asks for it.
    fn stage_done(&mut self, run: &mut Run, stage: &Stage, clock: Micros) {
        if matches!(stage.wanted, Some(Wanted::Barks { .. })) {
            self.brain.hearing.ask_no_more(self.at);
        }
        run.done = run.done.saturating_add(1);
        let known = run.known.filter(|_| stage.wanted.is_some());
        let fact = MissionFact::StageDone {
            mission: run.mission,
            run: run.number,
            stage: run.place(),
            known,
            held: run.held,
        };
        let of = self.record(EventBody::Mission(fact));
        let deserved = stage.reward || stage.wanted.as_ref().is_some_and(deserves);
        if let Some(of) = of.filter(|_| deserved) {
            run.success = Some(of);
            self.brain.mission.ledger.succeeded(of, run.whose());
        }
        self.mission_turns(run, Phase::Success { since: clock });
    }

    /// Rewards the newest success that has no reward yet, if there is one.
    fn rewards_success(&mut self, run: &mut Run, mission: &Mission, clock: Micros) {
        let Some(of) = run.success.take() else { return };
        let withheld = self.mission_limit(run, mission).then_some(Withheld::MissionLimit);
        let dog = run.dog.or(run.known.map(|known| known.dog));
        let manner = Manner { praise: mission.treat_sound, lights: mission.celebration_lights };
        run.reward = withheld.is_none().then_some(Reward { of, job: None, since: clock });
        self.reward_in(manner, of, TreatCause::Mission, dog, withheld);
    }

    /// Whether the mission, or its program, may give no more.
    fn mission_limit(&self, run: &Run, mission: &Mission) -> bool {
        let day = seconds(self.brain.mission.tuning.day_s);
        let given = self.brain.mission.ledger.of_mission(self.at, day, run.mission);
        let in_program = run.program.and_then(|name| {
            let most = self.brain.plans.program(&name)?.daily_treat_limit?;
            Some(self.brain.mission.ledger.of_program(self.at, day, name) >= most)
        });
        mission.max_rewards.is_some_and(|most| run.treats >= most)
            || mission.daily_limit.is_some_and(|most| given >= most)
            || in_program == Some(true)
    }

    fn mission_succeeded(
        &mut self,
        run: &mut Run,
        mission: &Mission,
        stage: &Stage,
        plans: &Plans,
        clock: Micros,
    ) -> Option<MissionEnd> {
        if stage.reward && run.reward.is_none() {
            self.rewards_success(run, mission, clock);
        }
        let patience = seconds(self.brain.mission.tuning.settle_s);
        if run.reward.is_some_and(|reward| clock - reward.since < patience) {
            return None;
        }
        run.reward = None;
        let is_last = run.stage + 1 >= mission.stages.len();
        if is_last && !mission.repeat {
            return Some(MissionEnd::AllStagesCompleted);
        }
        if mission.max_rewards.is_some_and(|most| run.treats >= most) {
            return Some(MissionEnd::MaxRewardsReached);
        }
        if stage.cooldown > Micros::ZERO {
            self.mission_turns(run, Phase::Cooldown { until: clock + stage.cooldown });
            return None;
        }
        self.next_stage(run, mission, plans)
    }

    fn next_stage(&mut self, run: &mut Run, mission: &Mission, plans: &Plans) -> Option<MissionEnd> {
        let next = run.stage + 1;
        if next < mission.stages.len() {
            self.mission_enters(run, mission, plans, next);
        } else if mission.repeat {
            self.mission_enters(run, mission, plans, 0);
        } else {
            return Some(MissionEnd::AllStagesCompleted);
        }
        None
    }

    /// A try has failed: the next one comes, or the stage is missed.
    fn try_failed(
        &mut self,
        run: &mut Run,
        mission: &Mission,
        plans: &Plans,
        why: StageMiss,
        clock: Micros,
    ) -> Option<MissionEnd> {
        let stage = mission.stages.get(run.stage)?;
        if matches!(stage.wanted, Some(Wanted::Barks { .. })) {
            self.brain.hearing.ask_no_more(self.at);
        }
        if run.attempt < stage.max_attempts {
            let until = clock + seconds(self.brain.mission.tuning.retry_s);
            self.mission_turns(run, Phase::Failed { until });
            return None;
        }
        let why =
            if stage.max_attempts > 1 && why == StageMiss::TimedOut { StageMiss::NoMoreTries } else { why };
        self.stage_missed(run, mission, plans, why)
    }

    fn stage_missed(
        &mut self,
        run: &mut Run,
        mission: &Mission,
        plans: &Plans,
        why: StageMiss,
    ) -> Option<MissionEnd> {
        let stage = mission.stages.get(run.stage)?;
        let why = if stage.if_missed == Missed::Skip { StageMiss::Skipped } else { why };
        let fact =
            MissionFact::StageMissed { mission: run.mission, run: run.number, stage: run.place(), why };
        self.tell(EventBody::Mission(fact));
        // What was asked for last is not what a later script would reward.
        run.success = run.success.filter(|_| stage.if_missed == Missed::Skip);
        match stage.if_missed {
            Missed::End => Some(MissionEnd::StageTimeout),
            Missed::Skip => self.next_stage(run, mission, plans),
            Missed::StartOver => {
                self.mission_enters(run, mission, plans, 0);
                None
            }
        }
    }

    /// What it does now is news.
    fn mission_turns(&mut self, run: &mut Run, phase: Phase) {
        run.phase = phase;
        self.tells_phase(run);
    }

    pub(super) fn tells_phase(&mut self, run: &Run) {
        let phase = run.status().phase;
        let fact = MissionFact::Phase { run: run.number, stage: run.place(), phase };
        self.tell(EventBody::Mission(fact));
    }

    /// Whether there is a dog to do what is wanted: it has been in sight for long enough. The one that it is for comes before
    /// one that nobody knows; another one will not do.
    fn finds_dog(&self, run: &mut Run) -> bool {
        let least = seconds(self.brain.mission.tuning.seen_for_s);
        let state = self.brain.sight.state();
        let seen = state.dogs.iter().flatten().filter(|dog| self.at.since(dog.since) >= least);
        let meant = seen.filter(|dog| !is_other(run.dog, dog.known.map(|known| known.dog)));
        let best = meant.min_by_key(|dog| (run.dog.is_some() && dog.known.is_none(), dog.since));
        let Some(dog) = best else { return false };
        (run.track, run.known) = (Some(dog.track), dog.known);
        true
    }

    /// What the mission takes and has failed.
    pub(super) fn part_missing(&self, mission: &Mission, stage: Option<&Stage>) -> Option<Refusal> {
        lacks(&self.brain.parts, mission, stage).map(|(part, trouble)| Refusal::PartFailed { part, trouble })
    }

    /// Holds it up: its clock stands still.
    pub(super) fn mission_holds(&mut self, run: &mut Run, why: Pause) {
        run.pause_due = false;
        if run.hold == Some(why) {
            return;
        }
        // A person who has asked for the pause ends it, whatever comes meanwhile.
        let stays = matches!((run.hold, why), (Some(Pause::Asked | Pause::Stopped), _));
        if !stays {
            run.hold = Some(why);
        }
        self.mission_freezes(run, stays || run.uncertain.is_some());
    }

    /// It stands still, and says so unless that is no news.
    pub(super) fn mission_freezes(&mut self, run: &mut Run, is_told: bool) {
        run.freeze(self.at);
        self.script_breaks_off();
        if let Some(why) = run.pause().filter(|_| !is_told) {
            self.tell(EventBody::Mission(MissionFact::Paused { mission: run.mission, run: run.number, why }));
        }
    }

    /// What held it up is over: it goes on, unless something else holds it up.
    pub(super) fn mission_lets_go(&mut self, run: &mut Run) {
        run.hold = None;
        self.mission_thaws(run);
    }

    /// Goes on where it was: a script from its beginning, a window with fresh eyes and ears.
    pub(super) fn mission_thaws(&mut self, run: &mut Run) {
        if let Some(why) = run.pause() {
            self.tell(EventBody::Mission(MissionFact::Paused { mission: run.mission, run: run.number, why }));
            return;
        }
        run.thaw(self.at);
        let clock = run.clock(self.at);
        match &mut run.phase {
            Phase::Command(script) => {
                *script =
                    Script { id: script.id, began: clock, place: 0, doing: Doing::default(), spoken: None };
            }
            Phase::Watching(watch) => {
                let who = run.track.filter(|_| !watch.for_dog);
                watch.judge = Judge::open(self.at, who);
                (watch.counted, watch.opened, watch.asked) = (clock, self.at, false);
                self.brain.sight.watch_anew(self.at);
            }
            _ => {}
        }
        let (stage, phase) = (run.place(), run.phase.word());
        let resumed = MissionFact::Resumed { mission: run.mission, run: run.number, stage, phase };
        self.tell(EventBody::Mission(resumed));
        self.tells_phase(run);
    }

    /// Whether everybody who was there has been gone for too long.
    fn mission_is_alone(&self, run: &mut Run) -> bool {
        let Self { brain, at, .. } = self;
        let company = &brain.mission.company;
        run.watched |= company.since(run.began);
        let patience = seconds(brain.mission.tuning.alone_s);
        run.watched && company.alone_for(*at).is_some_and(|alone| alone >= patience)
    }

    /// Whether a mission could be carried out as the robot is now.
    pub(super) fn mission_is_fit(&self, mission: &Mission) -> Result<(), Refusal> {
        if self.brain.drive.latched {
            return Err(Refusal::EmergencyLatched);
        }
        self.check_power()?;
        let missing = mission.stages.iter().find_map(|stage| self.part_missing(mission, Some(stage)));
        missing.map_or(Ok(()), Err)
    }

    /// Whether the robot is in the mode that missions belong to.
    pub(super) fn is_on_mission(&self) -> bool {
        self.brain.mode == Mode::Mission
    }
}

/// Whether a dog that is known is another than the one that is meant.
fn is_other(meant: Option<DogId>, known: Option<DogId>) -> bool {
    matches!((meant, known), (Some(meant), Some(known)) if meant.bare() != known.bare())
}
