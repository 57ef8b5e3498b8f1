//! Which mode follows which: the whole table, against rules said in another way.

use std::collections::BTreeSet;

use wimz_brain::modes::{Change, Circumstances, MissionState, decide};
use wimz_vocabulary::{EventBody, Lock, Mode, ModeCause, OutgoingSound, Refusal, Reply, Vision};

use crate::bench::{ALICE, BOB, Bench, mode};

const MISSIONS: [MissionState; 3] = [MissionState::None, MissionState::Loaded, MissionState::UnderWay];

/// Where each way leads, by the contract: to which modes, from which.
fn ways(cause: ModeCause) -> &'static [(&'static str, &'static str)] {
    match cause {
        ModeCause::Dropdown | ModeCause::DriveExitRestore => &[("imsck", "isc")],
        ModeCause::DriveEnter => &[("imsck", "m")],
        ModeCause::LandscapeSelector => &[("imsck", "mck")],
        ModeCause::MissionStart => &[("imsck", "k")],
        ModeCause::MissionEnd => &[("imsck", "imsc")],
        ModeCause::Api => &[("imsck", "imsck")],
        ModeCause::Safety | ModeCause::Restart => &[("imsck", "i")],
        ModeCause::Schedule => &[("i", "sck"), ("sck", "i")],
    }
}

fn letter(mode: Mode) -> char {
    match mode {
        Mode::Idle => 'i',
        Mode::Manual => 'm',
        Mode::SilentGuardian => 's',
        Mode::Coach => 'c',
        Mode::Mission => 'k',
    }
}

fn expected(from: Mode, to: Mode, cause: ModeCause, now: Circumstances) -> Result<Change, Refusal> {
    if !ways(cause).iter().any(|(begin, end)| begin.contains(letter(from)) && end.contains(letter(to))) {
        return Err(Refusal::NoSuchWay { mode: to, cause });
    }
    let under_way = now.mission == MissionState::UnderWay;
    match (from == to, "sck".contains(letter(to))) {
        (true, _) => Ok(Change::Stays),
        _ if under_way && !["mission_end", "safety", "restart"].contains(&cause.name()) => {
            Err(Refusal::ModeLocked { by: Lock::Mission })
        }
        (_, true) if now.battery_critical => Err(Refusal::ModeLocked { by: Lock::Battery }),
        (_, true) if now.heat_critical => Err(Refusal::ModeLocked { by: Lock::Heat }),
        _ if to == Mode::Mission && now.mission == MissionState::None => Err(Refusal::NoMission),
        _ => Ok(Change::Changes),
    }
}

fn all_circumstances() -> impl Iterator<Item = Circumstances> {
    MISSIONS.into_iter().flat_map(|mission| {
        [(false, false), (true, false), (false, true), (true, true)].map(
            |(battery_critical, heat_critical)| Circumstances { mission, battery_critical, heat_critical },
        )
    })
}

#[test]
fn every_pair_of_modes_by_every_way_under_every_lock() {
    let mut seen = 0;
    for from in Mode::ALL {
        for to in Mode::ALL {
            for cause in ModeCause::ALL {
                for now in all_circumstances() {
                    let decided = decide(from, to, cause, now);
                    assert_eq!(decided, expected(from, to, cause, now), "{from} to {to} by {cause}, {now:?}");
                    seen += 1;
                }
            }
        }
    }
    assert_eq!(seen, 5 * 5 * 10 * 12);
}

/// Every state that can be come to from boot, by every way and whatever happens to mission, battery and heat meanwhile;
/// a mission is under way only in its mode, and ends when the mode does.
#[test]
fn no_mission_mode_without_a_mission_and_nothing_by_itself_when_critical() {
    let mut reached = BTreeSet::new();
    let mut open = vec![(Mode::Idle, Circumstances::default())];
    while let Some((from, now)) = open.pop() {
        if !reached.insert((from, now)) {
            continue;
        }
        for cause in ModeCause::ALL {
            for to in Mode::ALL {
                if decide(from, to, cause, now) == Ok(Change::Changes) {
                    let mission = match (to, now.mission) {
                        (Mode::Mission, _) => MissionState::UnderWay,
                        (_, MissionState::UnderWay) => MissionState::None,
                        (_, other) => other,
                    };
                    open.push((to, Circumstances { mission, ..now }));
                }
            }
        }
        // Loading and unloading is for the time between missions.
        if now.mission != MissionState::UnderWay {
            for mission in [MissionState::None, MissionState::Loaded] {
                open.push((from, Circumstances { mission, ..now }));
            }
        }
        // Critical: safety leads to idle at once, from the modes in which the robot acts by itself.
        for (battery_critical, heat_critical) in [(false, false), (true, false), (false, true), (true, true)]
        {
            let now = Circumstances { battery_critical, heat_critical, ..now };
            if (battery_critical || heat_critical) && from.is_autonomous() {
                assert_eq!(
                    decide(from, Mode::Idle, ModeCause::Safety, now),
                    Ok(Change::Changes),
                    "{from} {now:?}"
                );
                let mission =
                    if now.mission == MissionState::UnderWay { MissionState::None } else { now.mission };
                open.push((Mode::Idle, Circumstances { mission, ..now }));
            } else {
                open.push((from, now));
            }
        }
    }
    for (mode, now) in &reached {
        assert_eq!(*mode == Mode::Mission, now.mission == MissionState::UnderWay, "{mode} {now:?}");
        assert!(!(mode.is_autonomous() && (now.battery_critical || now.heat_critical)), "{mode} {now:?}");
    }
    // Idle and manual with or without a mission loaded, however critical; guardian and coach with or without; mission.
    assert_eq!(reached.len(), 2 * 2 * 4 + 2 * 2 + 1);
}

#[test]
fn the_brain_goes_by_the_table_and_tells_a_change_once() {
    for from in [Mode::Idle, Mode::Manual, Mode::SilentGuardian, Mode::Coach] {
        for to in Mode::ALL {
            for cause in ModeCause::ALL {
                let mut bench = Bench::new();
                bench.ask(ALICE, mode(from));
                bench.told.clear();
                let reply = bench.ask(ALICE, wimz_vocabulary::Command::SetMode { mode: to, cause });
                let expected = expected(from, to, cause, Circumstances::default());
                assert_eq!(reply, expected.map_or_else(Reply::Refused, |_| Reply::Accepted));
                let changed = EventBody::ModeChanged { from, to, cause };
                // What else a mode brings about is told elsewhere.
                let changes = |bench: &Bench| {
                    let told = bench.told().into_iter();
                    told.filter(|fact| matches!(fact, EventBody::ModeChanged { .. })).collect::<Vec<_>>()
                };
                let told = if expected == Ok(Change::Changes) { vec![changed] } else { vec![] };
                assert_eq!(changes(&bench), told, "asked for twice is one fact, refused is none");
                assert_eq!(bench.mode(), if expected.is_ok() { to } else { from });
                assert_eq!(bench.ask(BOB, mode(bench.mode())), Reply::Accepted, "again, from somebody else");
                assert_eq!(changes(&bench), told);
            }
        }
    }
}

/// Invariant 9: camera, detector and outgoing sound are functions of the mode, and detection at high resolution cannot be
/// said.
#[test]
fn a_mode_says_what_camera_and_microphone_do() {
    let best = (3_840, 2_160);
    for (mode, size, ai, sound) in [
        (Mode::Idle, (640, 480), false, OutgoingSound::Live),
        (Mode::Manual, best, false, OutgoingSound::Live),
        (Mode::SilentGuardian, (640, 640), true, OutgoingSound::Silence),
        (Mode::Coach, (640, 640), true, OutgoingSound::Silence),
        (Mode::Mission, (640, 640), true, OutgoingSound::Silence),
    ] {
        let profile = mode.profile();
        assert_eq!(
            (profile.vision.size(best), profile.vision.detects(), profile.microphone),
            (size, ai, sound)
        );
        assert_eq!(mode.is_autonomous(), ai);
    }
    for vision in [Vision::Standard, Vision::High, Vision::Detecting] {
        assert!(!vision.detects() || vision.size(best) == (640, 640));
    }
}
