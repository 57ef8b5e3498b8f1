//! `cargo xtask prove dog`: a month of lessons for many dogs, rewarded at once, late and never, drawn as a picture.
//!
//! It prints where obedience stands at the month's end and writes the SVG that the book shows to the path that it is given.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    dead_code,
    reason = "a program of the workshop: it may stop at the first surprise, writes a file, and uses a part of the tests' home"
)]

#[path = "../../simulator/world/tests/dogs/home.rs"]
mod home;

use std::fmt::Write as _;

use home::{Reward, School, TRIALS};

const DAYS: usize = 30;
/// The groups: their names, their classes in the picture, and when the treat falls.
const GROUPS: [(&str, &str, Reward); 3] = [
    ("rewarded at once", "once", Reward::AtOnce),
    ("a second late", "late", Reward::LATE),
    ("never rewarded", "never", Reward::Never),
];
/// Where the curves are drawn, in the picture's units.
const LEFT: f32 = 64.0;
const RIGHT: f32 = 560.0;
const TOP: f32 = 72.0;
const BOTTOM: f32 = 336.0;

/// A group's month: of each day the mean obedience over all dogs, its standard deviation, the share of trials obeyed.
type Month = Vec<[f32; 3]>;

fn main() {
    let mut words = std::env::args().skip(1);
    let count: u64 = words.next().map_or(24, |word| word.parse().unwrap());
    let path = words.next().unwrap_or_else(|| "docs/reference/obedience.svg".to_owned());
    let months = GROUPS.map(|(name, _, reward)| {
        let month = month(count, reward);
        let [first, last] = [month[0][0], month[DAYS][0]];
        println!("{name:<17} {first:.2} -> {last:.2} (± {:.2}), {count} dogs", month[DAYS][1]);
        month
    });
    let [once, late, never] = &months;
    let end = |month: &Month| month[DAYS][0];
    let before = once[0][0];
    assert!(end(never) < before && before < end(late) && end(late) < end(once), "not as dogs learn");
    std::fs::write(&path, picture(&months, count)).unwrap();
    println!("{path}");
}

fn month(count: u64, reward: Reward) -> Month {
    let mut sums = vec![[0.0_f32; 3]; DAYS + 1];
    for seed in 0..count {
        let mut school = School::new(seed);
        for (day, sum) in sums.iter_mut().enumerate() {
            let sat = if day == 0 { 0 } else { school.day(reward) };
            let obedience = school.obedience();
            sum[0] += obedience;
            sum[1] += obedience * obedience;
            sum[2] += sat as f32 / TRIALS as f32;
        }
    }
    let count = count as f32;
    let row = |[sum, squares, sat]: [f32; 3]| {
        let mean = sum / count;
        [mean, (squares / count - mean * mean).max(0.0).sqrt(), sat / count]
    };
    sums.into_iter().map(row).collect()
}

fn x(day: usize) -> f32 {
    LEFT + (RIGHT - LEFT) * day as f32 / DAYS as f32
}

fn y(share: f32) -> f32 {
    BOTTOM + (TOP - BOTTOM) * share
}

fn picture(months: &[Month; 3], count: u64) -> String {
    let mut svg = String::from(STYLE);
    writeln!(svg, r#"<text class="title" x="24" y="30">A month of lessons</text>"#).unwrap();
    let about = format!(
        "chance that Biscuit sits when it has heard the word: mean of {count} dogs, ± 1 s.d.; dots: trials obeyed"
    );
    writeln!(svg, r#"<text class="note" x="24" y="48">{about}</text>"#).unwrap();
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let at = y(share);
        writeln!(svg, r#"<path class="grid" d="M{LEFT} {at:.1}H{RIGHT}"/>"#).unwrap();
        let percent = 100.0 * share;
        writeln!(
            svg,
            r#"<text class="tick end" x="{:.1}" y="{:.1}">{percent:.0} %</text>"#,
            LEFT - 8.0,
            at + 4.0
        )
        .unwrap();
    }
    for day in (0..=DAYS).step_by(5) {
        writeln!(svg, r#"<text class="tick mid" x="{:.1}" y="{:.1}">{day}</text>"#, x(day), BOTTOM + 18.0)
            .unwrap();
    }
    writeln!(
        svg,
        r#"<text class="tick mid" x="{:.1}" y="{:.1}">day</text>"#,
        0.5 * (LEFT + RIGHT),
        BOTTOM + 36.0
    )
    .unwrap();
    for ((name, class, _), month) in GROUPS.iter().zip(months) {
        let edge = |sign: f32| {
            move |(day, row): (usize, &[f32; 3])| {
                format!("{:.1},{:.1}", x(day), y((row[0] + sign * row[1]).clamp(0.0, 1.0)))
            }
        };
        let upper: Vec<String> = month.iter().enumerate().map(edge(1.0)).collect();
        let mut lower: Vec<String> = month.iter().enumerate().map(edge(-1.0)).collect();
        lower.reverse();
        writeln!(svg, r#"<polygon class="band {class}" points="{} {}"/>"#, upper.join(" "), lower.join(" "))
            .unwrap();
        for (day, row) in month.iter().enumerate().skip(1) {
            writeln!(svg, r#"<circle class="dot {class}" cx="{:.1}" cy="{:.1}" r="2"/>"#, x(day), y(row[2]))
                .unwrap();
        }
        let line: Vec<String> = month.iter().enumerate().map(edge(0.0)).collect();
        writeln!(svg, r#"<polyline class="line {class}" points="{}"/>"#, line.join(" ")).unwrap();
        let end = month[DAYS][0];
        writeln!(
            svg,
            r#"<text class="name {class}" x="{:.1}" y="{:.1}">{name}</text>"#,
            RIGHT + 10.0,
            y(end) + 4.0
        )
        .unwrap();
    }
    svg.push_str("</svg>\n");
    svg
}

/// The picture brings its own ground, so that it can be read on any page; it follows the reader's light or dark.
const STYLE: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 390" role="img" aria-label="Obedience over a month: it rises when rewarded at once, rises less when rewarded late, and falls when never rewarded">
<style>
svg { font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.ground { fill: #fbf8f2; } .title { font-size: 17px; font-weight: 600; fill: #2c2620; }
.note, .tick { font-size: 12px; fill: #6b6258; } .end { text-anchor: end; } .mid { text-anchor: middle; }
.grid { stroke: #e4ddd1; stroke-width: 1; } .line { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
.band { opacity: .16; stroke: none; } .dot { opacity: .55; stroke: none; } .name { font-size: 13px; font-weight: 600; }
.line.once { stroke: #17795e; } .band.once, .dot.once, .name.once { fill: #17795e; }
.line.late { stroke: #b26a00; } .band.late, .dot.late, .name.late { fill: #b26a00; }
.line.never { stroke: #b0413e; } .band.never, .dot.never, .name.never { fill: #b0413e; }
@media (prefers-color-scheme: dark) {
.ground { fill: #211e1a; } .title { fill: #f1ebe1; } .note, .tick { fill: #b5aa9c; } .grid { stroke: #3a352e; }
.line.once { stroke: #5ccfab; } .band.once, .dot.once, .name.once { fill: #5ccfab; }
.line.late { stroke: #f0b352; } .band.late, .dot.late, .name.late { fill: #f0b352; }
.line.never { stroke: #f08a80; } .band.never, .dot.never, .name.never { fill: #f08a80; }
}
</style>
<rect class="ground" width="720" height="390" rx="12"/>
"#;
