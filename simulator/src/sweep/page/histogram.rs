//! A figure as a histogram of its seeds, with its mean and where that lies.

use std::fmt::Write as _;

use super::super::Taken;
use crate::page::Text;

/// The most bars of a histogram.
const BARS: usize = 24;
/// A field is so high, in pixels, and so much of it is the bars'.
const HEIGHT: f64 = 92.0;
const ROOM: f64 = 66.0;
/// The line on which the mean lies.
const MEAN: f64 = 80.0;

/// Values from one bound up to the next, all as wide.
#[derive(Clone, Debug, PartialEq)]
struct Bins {
    /// How wide each is, as a share of two whole numbers, which no rounding blurs.
    wide: [f64; 2],
    /// How often its width the first one is away from 0.
    first: f64,
    /// Whether all values are whole: then a bin holds the numbers from one to another.
    whole: bool,
    /// How many seeds each has, and how many of those failed.
    counts: Vec<[u64; 2]>,
}

impl Bins {
    fn of(taken: &Taken) -> Self {
        let whole = taken.values.iter().all(|(value, _)| *value == value.trunc());
        let wide = width(taken.least, taken.most, whole);
        let place = |value: f64| (value * wide[1] / wide[0]).floor();
        let first = place(taken.least);
        let count = (place(taken.most) - first) as usize + 1;
        let mut counts = vec![[0; 2]; count];
        for (value, passed) in &taken.values {
            let bin = &mut counts[((place(*value) - first) as usize).min(count - 1)];
            bin[0] += 1;
            bin[1] += u64::from(!passed);
        }
        Self { wide, first, whole, counts }
    }

    /// Where a bin begins.
    fn begin(&self, bin: usize) -> f64 {
        (self.first + bin as f64) * self.wide[0] / self.wide[1]
    }

    /// Where a value lies between the first bin's beginning and the last one's end, in percent.
    fn across(&self, value: f64) -> f64 {
        // A whole number lies in the middle of what is its own.
        let value = if self.whole { value + 0.5 } else { value };
        let (from, to) = (self.begin(0), self.begin(self.counts.len()));
        (100.0 * (value - from) / (to - from)).clamp(0.0, 100.0)
    }

    /// What a bin holds, in words.
    fn holds(&self, bin: usize) -> String {
        let (from, to) = (self.begin(bin), self.begin(bin + 1));
        if self.whole {
            return if to - from == 1.0 { format!("{from}") } else { format!("{from} to {}", to - 1.0) };
        }
        // As many digits as the width has.
        let digits = (0..9).find(|digits| self.wide[1] <= POWERS[*digits]).unwrap_or(9);
        format!("{from:.digits$} to {to:.digits$}")
    }
}

const POWERS: [f64; 10] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/// The narrowest round width with which it takes no more bars than there may be, as a share of two whole numbers.
fn width(least: f64, most: f64, whole: bool) -> [f64; 2] {
    let fits = |[times, of]: [f64; 2]| {
        let place = |value: f64| (value * of / times).floor();
        place(most) - place(least) < BARS as f64
    };
    let steps = |power: f64, of: f64| [1.0, 2.0, 5.0].map(|times| [times * power, of]);
    let parts = POWERS.iter().rev().filter(|_| !whole).flat_map(|of| steps(1.0, *of));
    let wholes = POWERS.iter().flat_map(|power| steps(*power, 1.0));
    // Values that are all the same have a bar as wide as a number is, and no wider.
    let wide = |[times, of]: &[f64; 2]| whole || most > least || times / of >= least.abs() / 10.0;
    parts.chain(wholes).filter(wide).find(|wide| fits(*wide)).unwrap_or([(most - least).max(1.0), 1.0])
}

/// Draws a figure.
pub fn draw(page: &mut String, taken: &Taken) {
    let bins = Bins::of(taken);
    let unit = if taken.unit() == "-" { "" } else { taken.unit() };
    let (title, about) = match taken.known {
        Some(figure) => (figure.title(), figure.about),
        None => (taken.name.replace('_', " "), "a figure of another build, which this one does not know"),
    };
    let (mean, seeds) = (taken.mean_told(), taken.values.len());
    let (least, most) = (taken.told(taken.least), taken.told(taken.most));
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "<figure class=\"plot spread\"><figcaption><b tabindex=\"0\" data-tip=\"{about}\" title=\"{about}\">{title}</b> \
         <span class=\"soft\">{unit}</span><output>{mean}</output></figcaption><svg class=\"field\" width=\"100%\" \
         height=\"{HEIGHT}\" data-walk role=\"group\" aria-label=\"{title}: mean {mean} {unit}, least {least}, most {most}, \
         {seeds} seeds\">",
        about = Text(about),
        title = Text(title),
    );
    bars(page, &bins, unit);
    let _ = write!(page, "<line class=\"ground\" x1=\"0\" x2=\"100%\" y1=\"{ROOM}\" y2=\"{ROOM}\"/>");
    if let Some([value, low, high]) = taken.mean.0 {
        let [at, from, to] = [value, low, high].map(|value| bins.across(value));
        let _ = write!(
            page,
            "<g class=\"item\"><title>mean {mean} {unit}\nin brackets: where it lies in 95 of 100 cases</title><rect \
             class=\"hit\" y=\"{ROOM}\" width=\"100%\" height=\"{}\"/><line class=\"bounds\" x1=\"{from:.2}%\" \
             x2=\"{to:.2}%\" y1=\"{MEAN}\" y2=\"{MEAN}\"/><circle class=\"mean\" cx=\"{at:.2}%\" cy=\"{MEAN}\" r=\"4\"/></g>",
            HEIGHT - ROOM
        );
    }
    let _ = write!(
        page,
        "</svg><p class=\"ends\"><span>{least}</span><span>{seeds} {}</span><span>{most}</span></p></figure>",
        if seeds == 1 { "seed" } else { "seeds" }
    );
}

fn bars(page: &mut String, bins: &Bins, unit: &str) {
    let tallest = bins.counts.iter().map(|[all, _]| *all).max().unwrap_or(1).max(1) as f64;
    let wide = 100.0 / bins.counts.len() as f64;
    for (bin, [all, failed]) in bins.counts.iter().enumerate().filter(|(_, [all, _])| *all > 0) {
        // One seed among thousands is still seen.
        let high =
            |count: u64| if count == 0 { 0.0 } else { (count as f64 / tallest * (ROOM - 6.0)).max(2.0) };
        let (all_high, failed_high) = (high(*all), high(*failed).min(high(*all)));
        let seeds = if *all == 1 { "1 seed".to_owned() } else { format!("{all} seeds") };
        let lost = if *failed == 0 { String::new() } else { format!(", {failed} failed") };
        let holds = bins.holds(bin);
        let _ = write!(
            page,
            "<g class=\"item\" data-t=\"{bin}\"><title>{}\n{seeds}{lost}</title><rect class=\"hit\" x=\"{x:.3}%\" \
             width=\"{wide:.3}%\" height=\"{ROOM}\"/><svg x=\"{x:.3}%\" width=\"{wide:.3}%\" height=\"{ROOM}\"><rect \
             class=\"part\" x=\"6%\" width=\"88%\" y=\"{:.1}\" height=\"{:.1}\"/>",
            format!("{holds} {unit}").trim_end(),
            ROOM - all_high,
            all_high - failed_high,
            x = wide * bin as f64,
        );
        if *failed > 0 {
            let _ = write!(
                page,
                "<rect class=\"lost\" x=\"6%\" width=\"88%\" y=\"{:.1}\" height=\"{failed_high:.1}\"/>",
                ROOM - failed_high
            );
        }
        page.push_str("</svg></g>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_of_round_widths() {
        assert_eq!(width(0.0, 7.0, true), [1.0, 1.0]);
        assert_eq!(width(38.0, 75.0, true), [2.0, 1.0]);
        assert_eq!(width(0.0, 90_000.0, true), [5_000.0, 1.0]);
        assert_eq!(width(15.912, 15.987, false), [5.0, 1_000.0]);
        assert_eq!(width(24.3, 71.7, false), [2.0, 1.0]);
        assert_eq!(width(43.78, 43.78, false), [5.0, 1.0]);
    }
}
