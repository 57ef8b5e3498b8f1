//! How many of so many, and what the share may be in truth.

use std::fmt;

/// How far from the middle of a normal distribution 95 of 100 lie, in standard deviations.
const Z: f64 = 1.959_963_984_540_054;

/// So many of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Of these
    pub held: u64,
    /// out of so many.
    pub of: u64,
}

impl Share {
    /// Between which shares, 0 to 1, the truth lies in 95 of 100 cases, by Wilson's score; `None` of nothing.
    ///
    /// Unlike the mean with its deviation it stays between 0 and 1, and says of ten out of ten that it may be nine.
    pub fn interval(self) -> Option<[f64; 2]> {
        if self.of == 0 {
            return None;
        }
        let (n, share) = (self.of as f64, self.held as f64 / self.of as f64);
        let (square, scale) = (Z * Z, 1.0 + Z * Z / n);
        let middle = (share + square / (2.0 * n)) / scale;
        let half = Z / scale * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
        // What rounding takes away at the ends is given back.
        let low = if self.held == 0 { 0.0 } else { (middle - half).max(0.0) };
        let high = if self.held == self.of { 1.0 } else { (middle + half).min(1.0) };
        Some([low, high])
    }
}

impl fmt::Display for Share {
    /// In percent, with the interval.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some([low, high]) = self.interval() else { return f.write_str("none") };
        let share = 100.0 * self.held as f64 / self.of as f64;
        write!(f, "{share:.1} % ({:.1} – {:.1})", 100.0 * low, 100.0 * high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values as other implementations of Wilson's interval give them, without correction for continuity.
    #[test]
    fn intervals_are_wilson_s() {
        let cases = [
            ((0, 10), [0.0, 0.277_5]),
            ((10, 10), [0.722_5, 1.0]),
            ((5, 10), [0.236_6, 0.763_4]),
            ((1, 10), [0.017_9, 0.404_2]),
            ((990, 1000), [0.981_7, 0.994_6]),
        ];
        for ((held, of), [low, high]) in cases {
            let [is_low, is_high] = Share { held, of }.interval().unwrap();
            assert!(
                (is_low - low).abs() < 1e-4 && (is_high - high).abs() < 1e-4,
                "{held} of {of}: {is_low} {is_high}"
            );
        }
        assert_eq!(Share { held: 0, of: 0 }.interval(), None);
        assert_eq!(Share { held: 1, of: 2 }.to_string(), "50.0 % (9.5 – 90.5)");
    }
}
