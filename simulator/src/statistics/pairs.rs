//! Whether two things differ that were tried on the same seeds: what each seed gave with one and with the other.

use super::at;
use crate::chance::Chance;

/// How often signs are drawn. A chance of one in 10,001 is the least that can be told.
const FLIPS: u32 = 10_000;

/// How often the pairs are drawn anew for the interval.
const DRAWS: usize = 2_000;

/// What a figure became from one to the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// How many pairs there were.
    pub pairs: usize,
    /// The mean with the one.
    pub before: f64,
    /// The mean with the other.
    pub after: f64,
    /// Where the mean of `after - before` lies in 95 of 100 cases: percentile bootstrap over the pairs.
    pub interval: [f64; 2],
    /// How likely a mean difference as large as this is where the two are equal: which of a pair is which is then by chance.
    /// A permutation test of the signs, two-sided.
    pub chance: f64,
}

impl Difference {
    /// Of these pairs, each before and after. `None` of none.
    pub fn of(pairs: &[(f64, f64)]) -> Option<Self> {
        if pairs.is_empty() {
            return None;
        }
        let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / pairs.len() as f64;
        let differences: Vec<f64> = pairs.iter().map(|(before, after)| after - before).collect();
        Some(Self {
            pairs: pairs.len(),
            before: mean(|pair| pair.0),
            after: mean(|pair| pair.1),
            interval: interval(&differences),
            chance: chance(&differences),
        })
    }

    /// By how much it changed, in its own unit.
    pub fn change(&self) -> f64 {
        self.after - self.before
    }

    /// By how much it changed, as a share of what it was; `None` where it was nothing.
    pub fn relative(&self) -> Option<f64> {
        (self.before != 0.0).then(|| self.change() / self.before.abs())
    }
}

fn interval(differences: &[f64]) -> [f64; 2] {
    if differences.iter().all(|one| *one == differences[0]) {
        return [differences[0]; 2];
    }
    let (mut chance, count) = (Chance::new(1), differences.len());
    let mut means: Vec<f64> = (0..DRAWS)
        .map(|_| (0..count).map(|_| differences[chance.below(count)]).sum::<f64>() / count as f64)
        .collect();
    means.sort_by(f64::total_cmp);
    [at(&means, 0.025), at(&means, 0.975)]
}

/// The share of all ways to set the signs whose sum is at least as far from zero.
fn chance(differences: &[f64]) -> f64 {
    // A pair that is equal says nothing, whatever its sign.
    let unequal: Vec<f64> = differences.iter().copied().filter(|one| *one != 0.0).collect();
    if unequal.is_empty() {
        return 1.0;
    }
    let size: f64 = unequal.iter().map(|one| one.abs()).sum();
    // What rounding adds when the same numbers are summed with other signs.
    let seen = unequal.iter().sum::<f64>().abs() - size * 1e-12;
    let sum = |signs: &mut dyn FnMut(usize) -> bool| {
        let signed = unequal.iter().enumerate().map(|(place, one)| if signs(place) { *one } else { -one });
        signed.sum::<f64>().abs()
    };
    // Few pairs have few ways: all of them are looked at.
    if unequal.len() <= 13 {
        let ways = 1_u32 << unequal.len();
        let far = (0..ways).filter(|way| sum(&mut |place| way >> place & 1 == 1) >= seen).count();
        return far as f64 / f64::from(ways);
    }
    let mut chance = Chance::new(2);
    let mut far = 1_u32;
    for _ in 0..FLIPS {
        let mut bits = 0;
        let drawn = sum(&mut |place| {
            if place % 64 == 0 {
                bits = chance.bits();
            }
            bits >> (place % 64) & 1 == 1
        });
        far += u32::from(drawn >= seen);
    }
    f64::from(far) / f64::from(FLIPS + 1)
}

/// The same chances, corrected for having looked so often (Holm): in 95 of 100 cases in which nothing differs at all, none of
/// them is below 0.05.
pub fn holm(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    order.sort_by(|one, other| chances[*one].total_cmp(&chances[*other]));
    let mut corrected = vec![1.0; chances.len()];
    let mut least = 0.0_f64;
    for (rank, place) in order.into_iter().enumerate() {
        least = least.max((chances[place] * (chances.len() - rank) as f64).min(1.0));
        corrected[place] = least;
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bell, near enough: the mean is 0, the deviation 1.
    fn bell(chance: &mut Chance) -> f64 {
        (0..12).map(|_| chance.bits() as f64 / u64::MAX as f64).sum::<f64>() - 6.0
    }

    #[test]
    fn a_chance_is_the_share_of_signs_that_are_as_extreme() {
        // Only all plus and all minus are as far from zero.
        let pairs: Vec<(f64, f64)> = (1..=6).map(|one| (0.0, f64::from(one))).collect();
        let difference = Difference::of(&pairs).unwrap();
        assert_eq!((difference.chance, difference.change(), difference.relative()), (2.0 / 64.0, 3.5, None));
        assert!(difference.interval[0] > 0.0 && difference.interval[1] <= 6.0);
        let equal = Difference::of(&[(2.0, 2.0), (3.0, 3.0)]).unwrap();
        assert_eq!((equal.chance, equal.interval, equal.relative()), (1.0, [0.0, 0.0], Some(0.0)));
        let balanced = Difference::of(&[(0.0, 1.0), (1.0, 0.0), (5.0, 5.0)]).unwrap();
        assert_eq!((balanced.chance, balanced.pairs), (1.0, 3));
        assert_eq!(Difference::of(&[]), None);
    }

    #[test]
    fn holm_is_stricter_the_more_was_looked_at_and_keeps_the_order() {
        let corrected = holm(&[0.01, 0.04, 0.03, 0.5]);
        let expected = [0.04, 0.09, 0.09, 0.5];
        assert!(
            corrected.iter().zip(expected).all(|(is, should)| (is - should).abs() < 1e-12),
            "{corrected:?}"
        );
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
    }

    /// 5 % of 20 s in 120 pairs, each off by a fifth: it is found. Where nothing is planted, one in twenty is found at most, but for
    /// luck.
    #[test]
    fn what_is_planted_is_found_and_nothing_else() {
        let (mut found, mut invented) = (0, 0);
        for round in 0..60 {
            let mut chance = Chance::new(round);
            let mut pairs = |share: f64| -> Vec<(f64, f64)> {
                (0..120)
                    .map(|_| {
                        let before = 20.0 + 5.0 * bell(&mut chance);
                        (before, share * before + 2.0 * bell(&mut chance))
                    })
                    .collect()
            };
            let (planted, equal) =
                (Difference::of(&pairs(1.05)).unwrap(), Difference::of(&pairs(1.0)).unwrap());
            found += u32::from(planted.chance < 0.05 && planted.interval[0] > 0.0);
            invented += u32::from(equal.chance < 0.05);
        }
        assert!(found >= 58, "{found}");
        assert!(invented <= 7, "{invented}");
    }
}
