//! T: treats.

use serde_json::json;
use wimz_brain::InputBody;
use wimz_brain::plans::{ScriptId, Step};
use wimz_simulator::Outside;
use wimz_simulator::live::Pace;
use wimz_simulator::outside::Breakage;
use wimz_tests::saboteurs::SpitsTreats;
use wimz_tests::stand::Stand;
use wimz_tests::steps::{ALICE, Run, ms, setting, treat};
use wimz_vocabulary::{
    Area, Boot, Condition, EventBody, JobOutcome, Micros, Mode, Part, Reply, Sighting, TreatCause, Trouble,
};
use wimz_world::Fault;
use wimz_world::fault::Unjam;

use crate::bed::{Bed, is_over, mission, plans, say, script, sit_stage, stage};
use crate::bench::{self, Bench, treat_for};
use crate::hall::Hall;
use crate::room::Room;
use crate::sightings::{Bed as Eye, lying, share, sitting};

/// The outcome that was told last.
fn outcome(run: &Run) -> Option<JobOutcome> {
    let of = |event: &wimz_vocabulary::Event| match event.body {
        EventBody::DispenseEnded { outcome, .. } => Some(outcome),
        _ => None,
    };
    run.events().filter_map(of).last()
}

/// Asks for a treat in an empty room where this is broken, and waits for what comes of it.
fn broken(fault: Fault) -> Run {
    let mut run = Run::new("empty", 1);
    run.wait(ms(2_500));
    run.enter(Outside::Fault(fault.into()));
    assert!(matches!(run.ask(ALICE, treat("one")), Some(Reply::Treat { again: false, .. })));
    while outcome(&run).is_none() {
        run.wait(Micros::from_secs(1));
    }
    run
}

/// Any dog that sat anywhere brought down a treat, in a session or not. Here a treat of the robot's own needs a fact to
/// reward: outside coach and mission there is nobody who makes one.
#[test]
fn t1_a_dog_that_sits_of_its_own_accord_brings_down_nothing() {
    for mode in [Mode::Idle, Mode::Manual, Mode::SilentGuardian] {
        let mut bed = Bed::new(plans(vec![]));
        bed.bench.ask(bench::ALICE, bench::mode(mode));
        bed.dog = Some(sitting());
        bed.ears = true;
        bed.pass(60_000);
        assert!(bed.bench.body.jobs.is_empty(), "in {mode}");
    }
    // The old rule: who sees a sit, dispenses. The watch of every run knows such a robot.
    let mut old = Run::wrong(&setting("empty", 1), SpitsTreats::default());
    old.wait(Micros::from_secs(30));
    assert!(old.session.world().truth().fallen > 0 && old.session.breaches() > 0);
}

/// Commands that had waited in a buffer were carried out hours later, after a reconnect or a start. Here what moves
/// something is not obeyed late, and a restart asks for nothing again.
#[test]
fn t2_a_treat_that_was_asked_for_long_ago_is_not_given_now() {
    let mut run = Run::new("empty", 1);
    run.wait(ms(2_500));
    run.enter(Outside::BrainHang(Micros::from_secs(20)));
    run.wait(ms(100));
    assert_eq!(run.ask(ALICE, treat("late")), None, "it waits behind the hang");
    run.wait(Micros::from_secs(60));
    let died = Breakage { fault: Fault::ProcessDeath, lasts: Some(Micros::from_secs(1)) };
    run.enter(Outside::Fault(died));
    run.wait(Micros::from_secs(60));
    assert_eq!(run.session.world().truth().fallen, 0);
    assert!(!run.told(|fact| matches!(fact, EventBody::DispenseStarted { .. })));
    // The old rule: what waited is done in the end, whenever that is; now it is a treat like any other.
    assert!(matches!(run.ask(ALICE, treat("late")), Some(Reply::Treat { again: false, .. })));
    run.wait(Micros::from_secs(20));
    assert!(run.session.world().truth().fallen > 0);
}

/// Step pulses that had been sent were a success. Here only what the beam saw is.
#[test]
fn t3_a_carousel_that_turns_and_drops_nothing_is_no_success() {
    let run = broken(Fault::Empty);
    assert_eq!(run.session.world().truth().fallen, 0);
    assert_eq!(outcome(&run), Some(JobOutcome::EmptyOrJammed));
    // The old rule counts the job: its pulses were all sent.
    let old = run.events().filter(|event| matches!(event.body, EventBody::DispenseStarted { .. })).count();
    assert_eq!(old, 1, "one treat by the old reckoning, and none fell");
}

/// A stall that was none set off the shaking after the treat had dropped, and more fell. Here nothing turns again once the
/// beam has seen something.
#[test]
fn t4_after_a_treat_was_seen_nothing_is_shaken() {
    for seed in 1..=3 {
        let mut run = Run::new("empty", seed);
        run.wait(ms(2_500));
        run.ask(ALICE, treat("one"));
        while run.session.world().truth().fallen == 0 {
            run.wait(ms(10));
        }
        // Now the carousel is held, and the motor's driver says whatever it says.
        run.enter(Outside::Fault(Fault::Jam { by: Unjam::Push }.into()));
        run.wait(ms(700));
        let then = run.session.world().truth().fallen;
        run.wait(Micros::from_secs(40));
        assert_eq!(run.session.world().truth().fallen, then, "seed {seed}");
        assert!(!matches!(outcome(&run), Some(JobOutcome::EmptyOrJammed)), "seed {seed}");
    }
}

/// A stage that was done gave a treat, and the celebration after it another one. Here both are rewards of one fact, and a
/// fact is rewarded once.
#[test]
fn t5_success_and_celebration_are_one_treat() {
    let celebrate = wimz_brain::plans::Stage { script: Some(ScriptId(1)), ..stage(None) };
    let mut plans = plans(vec![mission("sit", vec![sit_stage(), celebrate])]);
    plans.scripts.push(script("celebrate", vec![say("good"), Step::Reward]));
    let mut bed = Bed::new(plans);
    bed.dog = Some(sitting());
    bed.start("sit").unwrap();
    assert!(bed.until(60, is_over));
    // The old rule: the success dispenses, and each reward of the script does.
    let old = bed.done().min(1) + 1;
    assert_eq!((bed.bench.body.jobs.len(), old), (1, 2));
}

/// Counters went up with each request and were gone after a restart. Here what is counted is what the beam saw, and the
/// ledger is told to each start.
#[test]
fn t6_the_counter_has_what_fell_and_outlives_a_restart() {
    let mut bench = Bench::new();
    let mut requests = 0;
    let outcomes = [
        JobOutcome::Dropped { count: 2 },
        JobOutcome::NotDone { why: Trouble::BusSilent },
        JobOutcome::NotDone { why: Trouble::BusSilent },
    ];
    for outcome in outcomes {
        requests += 1;
        bench.ask(bench::ALICE, bench::treat());
        let job = bench.body.jobs.last().unwrap().id;
        bench.read(wimz_hal::Reading::Job { job, outcome });
    }
    assert_eq!(bench.brain.status(bench.now).treats.day, 2);
    let mut next = Bench::asleep(Boot(2));
    for event in bench.given {
        next.give(InputBody::Recall(event));
    }
    next.give(InputBody::Recalled);
    assert_eq!(next.brain.status(next.now).treats.day, 2);
    // The old rules: one a request, kept in memory.
    let in_memory = Bench::asleep(Boot(2)).brain.status(next.now).treats.day;
    assert_eq!((requests, in_memory), (3, 0));
}

/// A dog that barked without a pause was too long for a bark, so nothing was heard, and it was paid for being quiet. Here
/// what may be a bark is no quiet, and long barking is counted bark by bark.
#[test]
fn t7_a_dog_that_barks_on_and_on_is_not_paid_for_quiet() {
    let mut bench = Bench::new();
    bench.ask(bench::ALICE, bench::mode(Mode::SilentGuardian));
    bench.hear(&Room::new().quiet(30_000));
    let before = bench.barks().len();
    let barking = (0..40).fold(Room::new(), |room, _| room.bark(220, 6_000.0).quiet(60));
    bench.hear(&barking);
    let paid = bench.ask(bench::ALICE, treat_for(TreatCause::Quiet, None));
    assert!(matches!(paid, Reply::Refused(_)), "{paid:?}");
    assert!(bench.quiet().unwrap() < Micros::from_secs(1));
    let barks = bench.barks().len() - before;
    assert!(barks > 30, "{barks}");
    // The old rule: one sound of eleven seconds is too long for a bark, so it has been quiet for forty.
    let (longest_bark, barking_lasts) = (1_200, 40 * 280);
    assert!(barking_lasts > longest_bark, "and nothing of it counts as one");
}

/// One picture was enough: a turn at the wall was a spin, a box cut by the picture's edge a sit. Here a deed takes a while,
/// and a body that the edge cuts is no evidence.
#[test]
fn t8_one_picture_and_half_a_dog_are_no_deed() {
    let sits = |deeds: Vec<wimz_vocabulary::Behavior>| deeds.contains(&wimz_vocabulary::Behavior::Sit);
    let mut eye = Eye::new();
    eye.shows(40, &[crate::sightings::dog(0.5, 0.5, 0.3)]);
    eye.take();
    eye.show(&[sitting()]);
    eye.shows(30, &[crate::sightings::dog(0.5, 0.5, 0.3)]);
    assert!(!sits(eye.done()), "one picture");
    let cut = Sighting { area: Area { bottom: share(1.0), top: share(0.7), ..sitting().area }, ..sitting() };
    let mut eye = Eye::new();
    eye.shows(80, &[cut]);
    assert!(!sits(eye.done()), "cut by the edge");
    // The old rule takes each picture for what it shows most.
    let old = |seen: Sighting| seen.posture.sit.get() > 0.6;
    assert!(old(sitting()) && old(cut));
    let mut eye = Eye::new();
    eye.shows(80, &[sitting()]);
    assert!(sits(eye.done()), "a whole dog for five seconds");
}

/// A jam took longer to free than the relay waited, so a treat that fell was a failure. Here the answer says that it was
/// taken on, and what came of it is told when it is known.
#[test]
fn t9_a_treat_that_takes_half_a_minute_is_not_told_as_a_failure() {
    let stand = Stand::start_at(Pace::Times(20.0), None);
    let mut client = stand.client();
    client.until("status_update", |status| status["health"]["dispenser"]["state"] == "ok");
    let jam = "fault = \"jam\"\nfreed_by = \"shake\"\n";
    assert_eq!(stand.rest().post("/sim/break", jam).0, 204);
    let ack = client.ask("dispense_treat", json!({ "request_id": "slow" }));
    assert_eq!(ack["success"], true, "{ack}");
    let asked = std::time::Instant::now();
    let treat = client.next("treat");
    assert!(treat["success"] == true && treat["confirmed"].as_u64() > Some(0), "{treat}");
    // The old rule: whoever has heard nothing after ten seconds calls it a failure.
    let robot_s = 20.0 * asked.elapsed().as_secs_f32();
    assert!(robot_s > 10.0, "it took {robot_s} s: the story needs a slow one");
    stand.end();
}

/// A list of what is passed on lacked treats, so no history had any. Here a treat is a durable fact: the archive has it
/// without anybody having listed it.
#[test]
fn t10_a_treat_is_in_the_history() {
    let stand = Stand::start_at(Pace::Times(20.0), None);
    let mut client = stand.client();
    client.until("status_update", |status| status["health"]["dispenser"]["state"] == "ok");
    assert_eq!(client.ask("dispense_treat", json!({}))["success"], true);
    client.next("treat");
    let kinds = |kind: &str| {
        let page = stand.rest().get("/events?limit=1000").1;
        page["events"].as_array().unwrap().iter().filter(|event| event["kind"] == kind).count()
    };
    assert_eq!((kinds("dispense_started"), kinds("dispense_ended")), (1, 1));
    stand.end();
}

/// An empty dispenser stayed failed for ever, or was well again at the next try. Here it is failed until somebody has
/// looked after it or a treat is seen to fall, and neither a mode nor time mends it.
#[test]
fn t11_an_empty_dispenser_stays_so_until_somebody_fills_it() {
    let mut run = broken(Fault::Empty);
    let failed = |run: &Run| run.session.status().part(Part::Dispenser).condition;
    assert_eq!(failed(&run), Condition::Failed(Trouble::EmptyOrJammed));
    run.ask(ALICE, wimz_tests::steps::mode(Mode::Coach));
    run.wait(Micros::from_secs(60));
    run.ask(ALICE, wimz_tests::steps::mode(Mode::Idle));
    assert_eq!(failed(&run), Condition::Failed(Trouble::EmptyOrJammed));
    assert!(matches!(run.ask(ALICE, treat("two")), Some(Reply::Refused(_))));
    run.enter(Outside::Refill);
    assert_eq!(run.ask(ALICE, wimz_vocabulary::Command::ClearDispenser), Some(Reply::Accepted));
    run.wait(ms(100));
    assert_eq!(failed(&run), Condition::Ok);
}

/// Not a row of its own: the coach does reward a dog that sits when it was told to.
#[test]
fn a_dog_that_sits_when_told_to_is_paid() {
    let mut hall = Hall::new();
    hall.shows(&[lying()]);
    hall.until(wimz_vocabulary::CoachStage::Watching, 20_000);
    hall.shows(&[sitting()]);
    hall.pass(10_000);
    assert_eq!(hall.jobs, 1);
}
