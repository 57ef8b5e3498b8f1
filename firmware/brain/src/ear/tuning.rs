//! The numbers that a bark is told by. Each has its unit in its name, its range and its reason, and a scenario may set it.

use crate::tuning::rows;

rows! {
    /// What is a bark.
    BarkTuning;
    /// Where the band of barks begins, in hertz: below are voices' fundamentals, motors and thunder.
    band_low_hz: 400.0 in 50.0..=1_000.0;
    /// Where it ends, in hertz: above are hisses, clatter and little of a bark.
    band_high_hz: 2_500.0 in 1_100.0..=7_000.0;
    /// Nothing below this level in the band is looked at, in dB against full scale.
    quietest_db: -62.0 in -120.0..=0.0;
    /// The loudest 20 ms of a bark have this level in the band at least, in dB against full scale: what is fainter is a
    /// television's effect or a dog in another house.
    faintest_db: -40.0 in -120.0..=0.0;
    /// How far above the noise floor a sound begins, in dB: the floor's own frames reach 4 dB above its lowest.
    onset_db: 9.0 in 3.0..=40.0;
    /// How far above the noise floor it ends, in dB: less than where it begins, or it would flutter.
    offset_db: 5.0 in 1.0..=40.0;
    /// How far below its peak it ends, in dB, whatever the floor: what remains is the room's echo.
    drop_db: 14.0 in 6.0..=60.0;
    /// How far a sound that is under way rises above its newest valley, in dB, if another one has begun in it: barks that
    /// run together, a bark over a howl.
    dip_db: 5.0 in 3.0..=40.0;
    /// A gap of up to so many milliseconds is part of the sound: barks are rough.
    grace_ms: 30.0 in 0.0..=300.0;
    /// A bark lasts so many milliseconds at least.
    shortest_ms: 50.0 in 10.0..=500.0;
    /// A bark lasts so many milliseconds at most, echo and all: 300 is a long one. What goes on for longer and never dips is
    /// judged in pieces of this length, none of which is a bark, and which are no quiet if they are like one.
    longest_ms: 600.0 in 200.0..=1_500.0;
    /// Two barks begin so many milliseconds apart at least; what comes sooner is the same bark, in which a harmonic has come
    /// through another resonance. A bark of 70 and a gap of 80 are the shortest.
    apart_ms: 150.0 in 0.0..=1_000.0;
    /// The least share of all its energy that a bark has in the band of 400 to 2,500 Hz, whatever else speaks for it.
    band_share: 0.2 in 0.0..=1.0;
    /// The most that it has above that: a hiss has more, however loud and abrupt it is.
    high_share: 0.5 in 0.0..=1.0;
    /// How like a bark a sound must be to be one, in natural log-odds: 0 is as likely as not. A little more is asked, for a
    /// television that is taken for a dog costs more than a bark that is missed among others.
    likeness: 0.4 in -5.0..=10.0;
    /// A sound that was rejected with at least this confidence may have been a bark: it is told of, and is no quiet.
    doubt: 0.2 in 0.0..=0.5;
    /// Above this noise floor, in dB against full scale, a bark might not be heard, and so there is no quiet either.
    deaf_db: -25.0 in -100.0..=0.0;
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_number_out_of_range_is_named() {
        assert_eq!(BarkTuning::default().check(), Ok(()));
        let wrong = BarkTuning { grace_ms: -1.0, ..BarkTuning::default() };
        assert_eq!(wrong.check().unwrap_err().to_string(), "grace_ms is -1, and may be from 0 to 300");
        assert!(BarkTuning { doubt: f32::NAN, ..BarkTuning::default() }.check().is_err());
    }
}
