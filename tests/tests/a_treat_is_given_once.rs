//! A treat is asked for by name: a thousand times over two transports, with connections lost and the process killed, and
//! one falls.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use proptest::prelude::*;
use serde_json::{Value, json};
use wimz_firmware::store::Store;
use wimz_simulator::Outside;
use wimz_simulator::live::Pace;
use wimz_simulator::outside::Breakage;
use wimz_simulator::session::StoreTrouble;
use wimz_tests::stand::Stand;
use wimz_tests::steps::{ALICE, BOB, Run, ms, treat};
use wimz_vocabulary::{EventBody, JobId, JobOutcome, Micros, Reply};
use wimz_world::fault::Fault;

/// The firmware's process dies and comes back after a while, as systemd has it.
fn restart(run: &mut Run, after: Micros) {
    run.enter(Outside::Fault(Breakage { fault: Fault::ProcessDeath, lasts: Some(after) }));
}

/// The jobs whose beginning was told, each time that it was.
fn begun(run: &Run) -> Vec<JobId> {
    run.events()
        .filter_map(|event| match event.body {
            EventBody::DispenseStarted { job, .. } => Some(job),
            _ => None,
        })
        .collect()
}

#[test]
fn a_process_that_dies_on_the_way_leaves_a_treat_uncertain_and_never_gives_it_again() {
    for dies_after in [0, 1_999, 2_000, 500_000, 1_500_000, 3_000_000] {
        let mut run = Run::new("empty", 7);
        run.wait(ms(2_500));
        assert!(matches!(run.ask(ALICE, treat("once")), Some(Reply::Treat { again: false, .. })));
        run.wait(Micros::new(dies_after));
        restart(&mut run, Micros::from_secs(1));
        let fallen = run.session.world().truth().fallen;
        run.wait(Micros::from_secs(3));
        let reply = run.ask(BOB, treat("once"));
        run.wait(Micros::from_secs(40));
        let truth = run.session.world().truth();
        let Some(Reply::Treat { job: JobId(1), again: true, outcome: Some(outcome) }) = reply else {
            panic!("{dies_after}: {reply:?}")
        };
        let certain = matches!(outcome, JobOutcome::Dropped { .. });
        assert!(certain || matches!(outcome, JobOutcome::Uncertain { .. }), "{dies_after}: {outcome:?}");
        assert!(truth.fallen <= fallen + 2, "{dies_after}: no second job");
        // Before it was written down nothing moved; that it was begun was told if the process lived to hear that it was.
        assert!(dies_after >= 2_000 || truth.fallen == 0, "{dies_after}");
        assert_eq!(begun(&run).len(), usize::from(dies_after >= 2_000), "{dies_after}");
        assert!(run.session.status().treats.day >= 1, "it counts");
    }
}

/// A thousand times over two transports: the first one is taken on, all others are told of the first. Sixteen robot
/// seconds a second: nobody waits for the carousel.
fn a_thousand_times(stand: &Stand, first: bool) {
    let request = json!({ "request_id": "breakfast" });
    let mut taken_on = 0;
    let mut note = |answer: &Value| {
        assert_eq!(answer["job"], 1, "{answer}");
        taken_on += u32::from(answer["again"] == false);
    };
    for _ in 0..10 {
        // Another connection each time.
        let mut client = stand.client();
        for _ in 0..50 {
            let ack = client.ask("dispense_treat", request.clone());
            assert_eq!(ack["success"], true, "{ack}");
            note(&ack["result"]);
            let (status, answer) = stand.rest().post("/treat/dispense", &request.to_string());
            assert_eq!(status, 200, "{answer}");
            note(&answer["result"]);
        }
    }
    assert_eq!(taken_on, u32::from(first));
}

#[test]
fn a_thousand_requests_of_one_name_over_two_transports_and_three_starts_bring_down_one() {
    let state = tempfile::tempdir().unwrap();
    for start in 0..3 {
        let stand = Stand::start_keeping(Pace::Times(16.0), state.path());
        if start == 2 {
            // By the third start it has long ended; whoever asks is told how.
            let ack = stand.client().ask("dispense_treat", json!({ "request_id": "breakfast" }));
            assert!(ack["result"]["outcome"].is_object(), "{ack}");
        }
        a_thousand_times(&stand, start == 0);
        let mut client = stand.client();
        if start == 1 {
            let other = client.ask("dispense_treat", json!({ "request_id": "lunch" }));
            assert_eq!(
                (&other["result"]["job"], &other["result"]["again"]),
                (&json!(2), &json!(false)),
                "{other}"
            );
        }
        client.until("status_update", |status| status["treats"]["under_way"].is_null());
        let today = client.next("status_update")["treats"]["day"].as_u64().unwrap();
        assert!((1..=4).contains(&today), "start {start}: {today}");
        stand.end();
    }
    // What the disk says: two jobs were begun, each once, and each has one end.
    let store = Store::open(state.path(), "any").unwrap();
    let facts = store.events_after(None, 10_000).unwrap();
    let begun =
        facts.iter().filter(|fact| matches!(fact.event.body, EventBody::DispenseStarted { .. })).count();
    let ended =
        facts.iter().filter(|fact| matches!(fact.event.body, EventBody::DispenseEnded { .. })).count();
    assert_eq!((begun, ended), (2, 2));
}

#[derive(Clone, Debug)]
enum Move {
    Ask(u8),
    Wait(u32),
    Die(u32),
    Store(bool, u32),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        5 => (0..4u8).prop_map(Move::Ask),
        4 => (1..20_000_000u32).prop_map(Move::Wait),
        1 => (1_000..3_000_000u32).prop_map(Move::Die),
        1 => (any::<bool>(), 1_000..9_000_000u32).prop_map(|(fails, span)| Move::Store(fails, span)),
    ];
    prop::collection::vec(one, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// In the whole robot, against what fell: however the process dies and the store fails, each name has one job, and no
    /// more falls than jobs can bring down.
    #[test]
    fn however_it_dies_each_name_has_one_job(moves in moves()) {
        let mut run = Run::new("empty", 11);
        run.wait(ms(2_500));
        let mut jobs: Vec<(u8, JobId)> = Vec::new();
        for step in moves {
            match step {
                Move::Ask(name) => {
                    let reply = run.ask(ALICE, treat(&format!("n{name}")));
                    if let Some(Reply::Treat { job, again, .. }) = reply {
                        let known = jobs.iter().rev().find(|(of, _)| *of == name).map(|(_, job)| *job);
                        if again {
                            prop_assert_eq!(Some(job), known, "{} is another one's", name);
                        } else {
                            // A job that died before it was written down never moved anything: its name is free again.
                            let begun = begun(&run);
                            prop_assert!(known.is_none_or(|job| !begun.contains(&job)), "{name} again: {reply:?}");
                            // Its number is free as well: nobody was told of it.
                            jobs.retain(|(_, other)| *other != job);
                            jobs.push((name, job));
                        }
                    }
                }
                Move::Wait(micros) => run.wait(Micros::new(u64::from(micros))),
                Move::Die(micros) => {
                    restart(&mut run, Micros::new(u64::from(micros)));
                    run.wait(Micros::new(u64::from(micros) + 1_000));
                }
                Move::Store(fails, micros) => {
                    let trouble = if fails { StoreTrouble::Fails } else { StoreTrouble::Stalls };
                    run.enter(Outside::StoreTrouble { trouble, lasts: Micros::new(u64::from(micros)) });
                }
            }
        }
        run.wait(Micros::from_secs(60));
        let begun = begun(&run);
        prop_assert!(begun.windows(2).all(|pair| pair[0] < pair[1]), "each begins once: {begun:?}");
        prop_assert!(begun.len() <= 4, "{begun:?}");
        // A compartment holds two at most, and shaking may bring one of the next.
        prop_assert!(run.session.world().truth().fallen <= 3 * begun.len() as u32);
    }
}
