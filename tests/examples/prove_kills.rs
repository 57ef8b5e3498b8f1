//! The long form of `a_killed_robot_keeps_its_word`: so many kills, and what came of them.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a proof reads its words, starts processes of its own program, and may stop at the first surprise"
)]

use std::path::Path;
use std::process::Command;

use wimz_tests::kills::{be_robot, kill};

/// The word by which this program knows that it is the robot.
const ROBOT: &str = "robot";

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [ROBOT, folder] => be_robot(Path::new(folder)),
        _ => {
            let kills = words.first().map_or(200, |kills| kills.parse().unwrap());
            let seed = words.get(1).map_or(1, |seed| seed.parse().unwrap());
            let tally = kill(seed, kills, &|folder| {
                let mut robot = Command::new(std::env::current_exe().unwrap());
                robot.arg(ROBOT).arg(folder);
                robot
            });
            print!("{tally}");
            assert_eq!(tally.lost, 0, "connections were lost while the robot lived");
        }
    }
}
