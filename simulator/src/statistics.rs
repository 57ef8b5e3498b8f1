//! Figures with what they may be off by, and whether two of them differ. What is drawn is drawn by a seed, so that the same
//! numbers give the same words everywhere.

mod pairs;
mod share;

pub use pairs::{Difference, corrected};
pub use share::Share;

use std::fmt;

use crate::chance::Chance;

/// How often the evenings are drawn anew.
const DRAWS: usize = 1_000;

/// A figure, and where it lies in 95 of 100 cases. None: there was nothing to take it of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure(pub Option<[f64; 3]>);

impl Figure {
    /// A figure of evenings, each of which gives some numbers: percentile bootstrap over the evenings.
    pub fn of<T>(
        evenings: &[T],
        numbers: impl Fn(&T) -> Vec<f64>,
        figure: impl Fn(&mut [f64]) -> f64,
    ) -> Self {
        let numbers: Vec<Vec<f64>> = evenings.iter().map(numbers).collect();
        let take = |draw: &mut dyn FnMut(usize) -> usize| {
            let mut all: Vec<f64> =
                (0..numbers.len()).flat_map(|place| numbers[draw(place)].iter().copied()).collect();
            (!all.is_empty()).then(|| figure(&mut all))
        };
        let Some(value) = take(&mut |place| place) else { return Self(None) };
        let mut chance = Chance::new(1);
        let mut draws: Vec<f64> =
            (0..DRAWS).filter_map(|_| take(&mut |_| chance.below(numbers.len()))).collect();
        draws.sort_by(f64::total_cmp);
        Self(Some([value, at(&draws, 0.025), at(&draws, 0.975)]))
    }

    /// The mean of one number an evening.
    pub fn mean<T>(evenings: &[T], number: impl Fn(&T) -> f64) -> Self {
        Self::of(evenings, |evening| vec![number(evening)], |all| all.iter().sum::<f64>() / all.len() as f64)
    }

    /// The median of all numbers of all evenings.
    pub fn median<T>(evenings: &[T], numbers: impl Fn(&T) -> Vec<f64>) -> Self {
        Self::of(evenings, numbers, |all| {
            all.sort_by(f64::total_cmp);
            let middle = all.len() / 2;
            if all.len() % 2 == 1 { all[middle] } else { 0.5 * (all[middle - 1] + all[middle]) }
        })
    }
}

/// The number below which this share of them lies; they are sorted, and there is one at least.
fn at(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(1);
        match self.0 {
            None => f.write_str("none"),
            Some([value, low, high]) => {
                write!(f, "{value:.digits$} ({low:.digits$} – {high:.digits$})")
            }
        }
    }
}
