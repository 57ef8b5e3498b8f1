//! Evenings of ten dogs with a silent guardian and without one, in short: `cargo xtask prove guardian` plays 200 of each.

use wimz_tests::evenings::DOGS;
use wimz_tests::evenings::quiet::{Table, play};
use wimz_vocabulary::Micros;

#[test]
fn nothing_breaks_and_most_that_is_asked_is_asked_with_reason() {
    let table = Table::play(1, Micros::from_secs(1_800));
    println!("{table}");
    assert_eq!(table.failures(), [""; 0]);
    assert_eq!(table.rows.iter().map(|(dog, _)| *dog).collect::<Vec<_>>(), DOGS);
    let evenings = || table.rows.iter().flat_map(|(_, pairs)| pairs);
    let sum = |number: fn(&wimz_tests::evenings::quiet::Pair) -> u32| evenings().map(number).sum::<u32>();
    assert!(sum(|pair| pair.without.barks) > 0, "somebody barks");
    assert_eq!(sum(|pair| pair.without.interventions), 0, "an idle robot asks nobody");
    let (asked, unfounded) = (sum(|pair| pair.with.interventions), sum(|pair| pair.with.unfounded));
    assert!(10 * unfounded <= asked, "{unfounded} of {asked} were for nothing");
}

#[test]
fn the_same_evening_twice_is_the_same() {
    let span = Micros::from_secs(600);
    assert_eq!(play("tilda", 3, true, span), play("tilda", 3, true, span));
    assert_eq!(play("tilda", 3, false, span), play("tilda", 3, false, span));
}
