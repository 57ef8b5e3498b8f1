//! Curves of what was measured, as wide as they are given room.

use std::fmt::Write as _;

use super::super::{Report, Sample, seconds, thin};
use crate::page::Text;

/// Points of a curve.
const POINTS: usize = 500;

/// A plot is so high, in pixels.
const HEIGHT: f32 = 92.0;

/// What a plot shows.
struct Plot {
    title: String,
    about: &'static str,
    unit: &'static str,
    /// Digits after the point, as people read them.
    digits: usize,
    class: &'static str,
    /// The axis reaches as far as this at the least.
    least: Option<(f32, f32)>,
    values: Vec<Option<f32>>,
}

impl Report {
    pub(super) fn plots_html(&self, page: &mut String) {
        page.push_str("<section id=\"plots\"><h2>What was measured</h2>");
        for plot in self.plots() {
            draw(page, &plot);
        }
        page.push_str("</section>");
    }

    fn plots(&self) -> Vec<Plot> {
        let curve = |of: &dyn Fn(&Sample) -> Option<f32>, pick: fn(f32, f32) -> f32| {
            let values = self.samples.rows.iter().map(|row| (seconds(row.at), of(row)));
            let points = POINTS.min(self.samples.rows.len().max(2));
            thin::buckets(values, seconds(self.end), points, pick)
        };
        let last: fn(f32, f32) -> f32 = |_, later| later;
        let mut plots = vec![
            Plot {
                title: "Battery".to_owned(),
                about: "The battery's voltage at its terminals; the lowest of each moment.",
                unit: "V",
                digits: 2,
                class: "drive",
                least: None,
                values: curve(&|row| Some(row.volts), f32::min),
            },
            Plot {
                title: "Charge".to_owned(),
                about: "The battery's charge as the robot reckons it.",
                unit: "%",
                digits: 0,
                class: "drive",
                least: None,
                values: curve(&|row| row.charge.map(|charge| 100.0 * charge), last),
            },
            Plot {
                title: "Loudness".to_owned(),
                about: "The loudest 20 ms at the robot's microphone, against full scale.",
                unit: "dB",
                digits: 0,
                class: "look",
                least: Some((-70.0, -20.0)),
                values: curve(&|row| row.loudness, f32::max),
            },
            Plot {
                title: "Speed".to_owned(),
                about: "How fast the robot went over the floor; the fastest of each moment.",
                unit: "m/s",
                digits: 2,
                class: "drive",
                least: Some((0.0, 0.1)),
                values: curve(&|row| Some(row.speed), f32::max),
            },
        ];
        for (number, dog) in self.samples.dogs.iter().enumerate() {
            plots.push(Plot {
                title: format!("Robot to {}", dog.id),
                about: "How far the dog was from the robot, from middle to middle; the nearest of each moment.",
                unit: "m",
                digits: 2,
                class: "look",
                least: Some((0.0, 1.0)),
                values: curve(&|row| row.distance(number), f32::min),
            });
        }
        plots
    }
}

/// From where to where an axis goes, and the values that it names.
fn axis(plot: &Plot) -> Option<(f32, f32, Vec<f32>)> {
    let values = || plot.values.iter().flatten().copied();
    let (low, high) = (values().reduce(f32::min)?, values().reduce(f32::max)?);
    let (low, high) = plot.least.map_or((low, high), |(least, most)| (low.min(least), high.max(most)));
    let middle = (low + high) / 2.0;
    // What hardly changes is shown as what hardly changes.
    let room = (high - low).max(0.04 * middle.abs()).max(0.02);
    let (low, high) = (middle - 0.55 * room, middle + 0.55 * room);
    let low = if plot.least.is_some_and(|(least, _)| least == 0.0) { 0.0 } else { low };
    Some((low, high, ticks(low, high)))
}

/// Round values between two, three of them at the least.
fn ticks(low: f32, high: f32) -> Vec<f32> {
    let power = 10_f32.powf((high - low).log10().floor());
    let at = |step: f32| -> Vec<f32> {
        let first = (low / step).ceil() as i64;
        (first..).map(|tick| tick as f32 * step).take_while(|tick| *tick <= high).collect()
    };
    let mut steps = [5.0, 2.0, 1.0, 0.5, 0.2].into_iter().map(|times| at(times * power));
    steps.find(|ticks| ticks.len() >= 3).unwrap_or_default()
}

fn draw(page: &mut String, plot: &Plot) {
    let Plot { title, about, unit, digits, class, values, .. } = plot;
    let Some((low, high, ticks)) = axis(plot) else { return };
    let down = |value: f32| 100.0 * (high - value) / (high - low);
    let steps = (values.len().max(2) - 1) as f32;
    let (mut curve, mut drawn) = (String::new(), false);
    for (place, value) in values.iter().enumerate() {
        if let Some(value) = value {
            let letter = if drawn { 'L' } else { 'M' };
            // Writing to a string cannot fail.
            let _ = write!(curve, "{letter}{:.1} {:.2}", 1_000.0 * place as f32 / steps, down(*value));
        }
        drawn = value.is_some();
    }
    let told: Vec<String> =
        values.iter().map(|value| value.map_or(String::new(), |value| format!("{value:.digits$}"))).collect();
    let all = || values.iter().flatten().copied();
    let (least, most) = (all().reduce(f32::min).unwrap_or(low), all().reduce(f32::max).unwrap_or(high));
    let said = format!("{title}: from {least:.digits$} to {most:.digits$} {unit}");
    let _ = write!(
        page,
        "<figure class=\"plot c-{class}\" data-unit=\"{unit}\" data-values=\"{}\"><figcaption><b tabindex=\"0\" \
         data-tip=\"{about}\" title=\"{about}\">{}</b> <span class=\"soft\">{unit}</span><output></output></figcaption>\
         <div class=\"chart\"><svg class=\"axis\" width=\"38\" height=\"{HEIGHT}\" aria-hidden=\"true\">",
        told.join(","),
        Text(title),
    );
    let spacing = ticks.windows(2).map(|pair| pair[1] - pair[0]).next().unwrap_or(1.0);
    let digits = if spacing < 0.1 { 2 } else { usize::from(spacing < 1.0) };
    for tick in &ticks {
        // A number at the very edge would be cut.
        let y = down(*tick).clamp(7.0, 93.0);
        let _ = write!(page, "<text x=\"32\" y=\"{y:.1}%\" dy=\"4\">{tick:.digits$}</text>");
    }
    let _ = write!(
        page,
        "</svg><svg class=\"field\" height=\"{HEIGHT}\" role=\"img\" aria-label=\"{}\">",
        Text(said)
    );
    for tick in &ticks {
        let y = down(*tick);
        let _ = write!(page, "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{y:.1}%\" y2=\"{y:.1}%\"/>");
    }
    let _ = write!(
        page,
        "<svg width=\"100%\" height=\"100%\" viewBox=\"0 0 1000 100\" preserveAspectRatio=\"none\">\
         <path class=\"curve\" d=\"{curve}\"/></svg></svg></div></figure>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_names_round_values() {
        assert_eq!(ticks(0.0, 1.0), [0.0, 0.5, 1.0]);
        assert_eq!(ticks(74.4, 84.4), [76.0, 78.0, 80.0, 82.0, 84.0]);
        assert_eq!(ticks(-75.0, -5.0), [-60.0, -40.0, -20.0]);
    }
}
