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
    /// In how many pairs it became more, ...
    pub more: usize,
    /// ... and in how many less.
    pub less: usize,
    /// How likely it is that as much speaks for a change where the two are equal: which of a pair is which is then by
    /// chance. Wilcoxon's signed ranks, by permutation of the signs, two-sided.
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
            more: differences.iter().filter(|one| **one > 0.0).count(),
            less: differences.iter().filter(|one| **one < 0.0).count(),
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

/// The share of all ways to set the signs of the ranks whose sum is at least as far from zero. Ranks, for one evening on
/// which everything went wrong must not outweigh all the others.
fn chance(differences: &[f64]) -> f64 {
    let ranks = signed_ranks(differences);
    if ranks.is_empty() {
        return 1.0;
    }
    // Ranks are halves of whole numbers: sums of them are exact.
    let seen = ranks.iter().sum::<f64>().abs();
    let far = |bits: &mut dyn FnMut() -> u64| {
        let mut sum = 0.0;
        for some in ranks.chunks(64) {
            let mut signs = bits();
            for rank in some {
                sum += if signs & 1 == 1 { *rank } else { -*rank };
                signs >>= 1;
            }
        }
        sum.abs() >= seen
    };
    // Few pairs have few ways: all of them are looked at.
    if ranks.len() <= 13 {
        let ways = 1_u64 << ranks.len();
        let count = (0..ways).filter(|way| far(&mut || *way)).count();
        return count as f64 / ways as f64;
    }
    let mut chance = Chance::new(2);
    let count = (0..FLIPS).filter(|_| far(&mut || chance.bits())).count();
    (count + 1) as f64 / f64::from(FLIPS + 1)
}

/// The place of each difference in the order of their sizes, from 1, with its sign; equal ones share theirs. A pair that is
/// equal says nothing, whatever its sign would be, and has none.
fn signed_ranks(differences: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = differences.iter().copied().filter(|one| *one != 0.0).collect();
    sorted.sort_by(|one, other| one.abs().total_cmp(&other.abs()));
    let mut ranks = Vec::with_capacity(sorted.len());
    while let Some(first) = sorted.get(ranks.len()) {
        let rest = &sorted[ranks.len()..];
        // What differs by rounding alone is equal.
        let equal = rest.iter().take_while(|one| one.abs() <= first.abs() * (1.0 + 1e-9)).count();
        let rank = ranks.len() as f64 + (equal as f64 + 1.0) / 2.0;
        ranks.extend(rest[..equal].iter().map(|one| rank.copysign(*one)));
    }
    ranks
}

/// The chances of these differences, corrected for having looked at so many: in 95 of 100 cases in which nothing differs at
/// all, none of them is below `level`.
///
/// One with so few unequal pairs that it could never be below is not counted as looked at, and is 1 (Tarone 1990). That is
/// known from the sizes of the differences, which say nothing of their signs. The others are corrected by Holm.
pub fn corrected(differences: &[Difference], level: f64) -> Vec<f64> {
    let least = |one: &Difference| {
        let unequal = i32::try_from(one.more + one.less).unwrap_or(i32::MAX).min(60);
        2.0 / (1_u64 << unequal) as f64
    };
    let can = |count: usize| -> Vec<usize> {
        (0..differences.len()).filter(|place| least(&differences[*place]) <= level / count as f64).collect()
    };
    let places = (1..).map(|count| (count, can(count))).find(|(count, places)| places.len() <= *count);
    let places = places.map(|(_, places)| places).unwrap_or_default();
    let chances: Vec<f64> = places.iter().map(|place| differences[*place].chance).collect();
    let mut corrected = vec![1.0; differences.len()];
    places.iter().zip(holm(&chances)).for_each(|(place, chance)| corrected[*place] = chance);
    corrected
}

/// Corrected for having looked so often, whatever the chances have to do with one another (Holm 1979).
fn holm(chances: &[f64]) -> Vec<f64> {
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
        assert_eq!((balanced.chance, balanced.pairs, balanced.more, balanced.less), (1.0, 3, 1, 1));
        assert_eq!(Difference::of(&[]), None);
    }

    #[test]
    fn one_wild_pair_does_not_outweigh_the_others() {
        assert_eq!(signed_ranks(&[0.5, -0.1, 0.0, 0.1, -7.0]), [-1.5, 1.5, 3.0, -4.0]);
        let mut pairs: Vec<(f64, f64)> = (0..30).map(|one| (f64::from(one), f64::from(one) + 0.25)).collect();
        pairs[7] = (200.0, 3.0);
        let difference = Difference::of(&pairs).unwrap();
        assert!(difference.change() < 0.0 && difference.chance < 0.001, "{difference:?}");
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

    #[test]
    fn what_could_never_be_sure_costs_nothing() {
        let of = |unequal: usize| {
            let pair = |place: usize| (0.0, if place < unequal { 1.0 } else { 0.0 });
            Difference::of(&(0..12).map(pair).collect::<Vec<_>>()).unwrap()
        };
        // Two of them could be below 0.05 / 2; the third needs six unequal pairs for that, and has five.
        let chances = corrected(&[of(0), of(8), of(3), of(7), of(5)], 0.05);
        assert_eq!(chances, [1.0, 2.0 * 2.0 / 256.0, 1.0, 2.0 / 128.0, 1.0]);
        assert_eq!(corrected(&[], 0.05), [0.0; 0]);
    }

    /// 5 % of 20 s in 120 pairs, each off by a fifth: it is found. Where nothing is planted, one in twenty is found at most, but for
    /// luck.
    #[test]
    fn what_is_planted_is_found_and_nothing_else() {
        let (mut found, mut invented) = (0, 0);
        for round in 0..20 {
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
        assert!(found >= 19, "{found}");
        assert!(invented <= 3, "{invented}");
    }
}
