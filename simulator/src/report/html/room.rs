//! The room from above, with the ways of robot and dogs in it: the later, the stronger their colour.

use std::fmt::Write as _;

use serde::Serialize;
use wimz_world::geometry::Pose;
use wimz_world::room::{PlanPiece, PlanShape};

use super::super::thin::{self, Place};
use super::super::{Report, clock, seconds};
use crate::page::Text;

/// Steps of colour from a way's beginning to its end.
const STEPS: usize = 24;

/// A way, for the page's script.
#[derive(Serialize)]
pub struct Way {
    /// Which marker goes it.
    id: String,
    /// Tenths of a second, centimetres east, centimetres north, degrees: four numbers a corner.
    at: Vec<i64>,
}

/// Somebody with a way.
struct Goer {
    id: String,
    name: String,
    places: Vec<Place>,
}

impl Report {
    /// Draws it. The answer is the ways, thinned.
    pub(super) fn room_html(&self, page: &mut String) -> Vec<Way> {
        let plan = &self.plan;
        let (wide, deep) = (100.0 * plan.width, 100.0 * plan.depth);
        let edge = 12.0;
        // Writing to a string cannot fail.
        let _ = write!(
            page,
            "<section id=\"room\"><h2>{}</h2><svg class=\"room\" viewBox=\"{} {} {} {}\" role=\"img\" \
             aria-label=\"{} from above\"><rect class=\"floor\" width=\"{wide}\" height=\"{deep}\"/>",
            Text(&plan.name),
            -edge,
            -edge,
            wide + 2.0 * edge,
            deep + 2.0 * edge,
            Text(&plan.name)
        );
        self.grid(page);
        for piece in &plan.furniture {
            self.piece(page, piece);
        }
        let _ = write!(
            page,
            "<rect class=\"wall\" x=\"-4\" y=\"-4\" width=\"{}\" height=\"{}\"/>",
            wide + 8.0,
            deep + 8.0
        );
        let goers = self.goers();
        for goer in &goers {
            self.trail(page, goer);
        }
        for goer in goers.iter().rev() {
            self.marker(page, goer);
        }
        page.push_str("</svg><ul class=\"who\">");
        for goer in &goers {
            let _ = write!(page, "<li class=\"g-{}\"><i></i>{}</li>", goer.id, Text(&goer.name));
        }
        let _ = write!(
            page,
            "<li class=\"ramp\"><span>0:00</span><i></i><span>{}</span></li></ul></section>",
            clock(self.end).trim_end_matches(".0")
        );
        let tenths = |place: &Place| (place.0.as_micros() / 100_000).cast_signed();
        let way = |goer: Goer| {
            let at = goer.places.iter().flat_map(|place| {
                let Pose { x, y, heading } = place.1;
                [tenths(place), (100.0 * x) as i64, (100.0 * y) as i64, heading.to_degrees() as i64]
            });
            Way { id: goer.id, at: at.collect() }
        };
        goers.into_iter().map(way).collect()
    }

    fn grid(&self, page: &mut String) {
        let (wide, deep) = (self.plan.width, self.plan.depth);
        let _ = write!(page, "<path class=\"grid\" d=\"");
        for metre in 1..wide.ceil() as u32 {
            let _ = write!(page, "M{} 0V{}", 100 * metre, 100.0 * deep);
        }
        for metre in 1..deep.ceil() as u32 {
            let _ = write!(page, "M0 {}H{}", 100.0 * deep - 100.0 * metre as f32, 100.0 * wide);
        }
        page.push_str("\"/>");
    }

    fn piece(&self, page: &mut String, piece: &PlanPiece) {
        let _ = write!(
            page,
            "<g class=\"piece\" fill=\"{}\"><title>{}</title>",
            Text(&piece.color),
            Text(&piece.name)
        );
        let north = |y: f32| 100.0 * (self.plan.depth - y);
        for shape in &piece.shapes {
            let _ = match *shape {
                PlanShape::Box { x, y, width, depth, turn } => write!(
                    page,
                    "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"3\" \
                     transform=\"translate({:.1} {:.1}) rotate({:.1})\"/>",
                    -50.0 * width,
                    -50.0 * depth,
                    100.0 * width,
                    100.0 * depth,
                    100.0 * x,
                    north(y),
                    -turn.to_degrees()
                ),
                PlanShape::Disc { x, y, radius } => {
                    write!(
                        page,
                        "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{:.1}\"/>",
                        100.0 * x,
                        north(y),
                        100.0 * radius
                    )
                }
            };
        }
        page.push_str("</g>");
    }

    /// Robot and dogs, with their ways.
    fn goers(&self) -> Vec<Goer> {
        let rows = &self.samples.rows;
        let robot: Vec<Place> = rows.iter().map(|row| (row.at, row.robot)).collect();
        let mut goers =
            vec![Goer { id: "robot".to_owned(), name: "robot".to_owned(), places: thin::way(&robot) }];
        for (number, dog) in self.samples.dogs.iter().enumerate() {
            let places: Vec<Place> =
                rows.iter().filter_map(|row| Some((row.at, row.dogs.get(number)?.pose))).collect();
            goers.push(Goer {
                id: format!("dog{number}"),
                name: dog.id.to_string(),
                places: thin::way(&places),
            });
        }
        goers
    }

    fn trail(&self, page: &mut String, goer: &Goer) {
        let length = seconds(self.end).max(1e-6);
        let step = |place: &Place| ((seconds(place.0) / length * STEPS as f64) as usize).min(STEPS - 1);
        let point =
            |place: &Place| format!("{:.0} {:.0}", 100.0 * place.1.x, 100.0 * (self.plan.depth - place.1.y));
        let mut parts: Vec<Vec<String>> = vec![Vec::new(); STEPS];
        for pair in goer.places.windows(2) {
            let [from, to] = pair else { continue };
            let (point_from, point_to) = (point(from), point(to));
            if point_from == point_to {
                continue;
            }
            let part = &mut parts[step(from)];
            if part.last() != Some(&point_from) {
                // The way goes on where the part before left it.
                part.push(format!("M{point_from}"));
                part.push(point_from);
            }
            part.push(point_to);
        }
        for (number, part) in parts.iter().enumerate().filter(|(_, part)| !part.is_empty()) {
            let mut way = String::new();
            let mut begun = false;
            for word in part {
                if word.starts_with('M') {
                    way.push_str(word);
                    begun = true;
                } else if begun {
                    // Says where it is already.
                    begun = false;
                } else {
                    let _ = write!(way, "L{word}");
                }
            }
            let _ = write!(
                page,
                "<path class=\"trail g-{}\" data-t=\"{:.1}\" style=\"--age:{:.0}%\" d=\"{way}\"/>",
                goer.id,
                length * number as f64 / STEPS as f64,
                12.0 + 88.0 * (number + 1) as f64 / STEPS as f64
            );
        }
    }

    fn marker(&self, page: &mut String, goer: &Goer) {
        let Some((_, Pose { x, y, heading })) = goer.places.last() else { return };
        let dog = goer
            .id
            .strip_prefix("dog")
            .and_then(|number| self.samples.dogs.get(number.parse::<usize>().ok()?));
        let body = match dog {
            None => "<rect class=\"track\" x=\"-15\" y=\"-13\" width=\"30\" height=\"26\" rx=\"5\"/>\
                     <rect class=\"hull\" x=\"-13\" y=\"-8\" width=\"27\" height=\"16\" rx=\"4\"/>\
                     <circle class=\"lens\" cx=\"9\" r=\"4.5\"/>"
                .to_owned(),
            Some(dog) => {
                let half = 50.0 * dog.length_m;
                format!(
                    "<g class=\"coat\" fill=\"#{:06x}\"><ellipse rx=\"{:.1}\" ry=\"{:.1}\"/>\
                     <circle cx=\"{:.1}\" r=\"{:.1}\"/></g>",
                    dog.coat & 0x00ff_ffff,
                    0.8 * half,
                    0.34 * half,
                    0.78 * half,
                    0.27 * half
                )
            }
        };
        let _ = write!(
            page,
            "<g class=\"marker g-{}\" id=\"m-{}\" transform=\"translate({:.0} {:.0}) rotate({:.0})\"><title>{}</title>{body}</g>",
            goer.id,
            goer.id,
            100.0 * x,
            100.0 * (self.plan.depth - y),
            -heading.to_degrees(),
            Text(&goer.name)
        );
    }
}
