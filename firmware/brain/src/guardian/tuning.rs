//! The numbers of silent guardian. `docs/reference/silent-guardian.md` has each row's unit, reason and source.

use crate::tuning::rows;

rows! {
    /// When the guardian asks for quiet, how, and for how much.
    GuardianTuning;
    /// So many barks that nobody asked for, of one dog as far as that is known, and it asks for quiet.
    trigger_barks: 2.0 in 1.0..=20.0;
    /// ... within so long.
    trigger_window_s: 60.0 in 1.0..=600.0;
    /// Fainter ones are far away, and do not count for that.
    loudness_db: -28.0 in -90.0..=0.0;
    /// Nor do those that it is less sure of. A bark is one from 0.5 on.
    confidence_share: 0.5 in 0.0..=1.0;
    /// How far back it looks for how often it has asked already.
    level_window_s: 3600.0 in 60.0..=28800.0;
    /// Having asked so often, it asks by level 2,
    level_2_from: 3.0 in 0.0..=60.0;
    /// by level 3,
    level_3_from: 4.0 in 0.0..=60.0;
    /// by level 4.
    level_4_from: 5.0 in 0.0..=60.0;
    /// Having asked so often in that time, it asks no more; 0 is never.
    most_asked: 0.0 in 0.0..=60.0;
    /// So many barks in a minute, and it goes to level 4 at once; 0 is never.
    fast_escalation_bpm: 30.0 in 0.0..=90.0;
    /// How much quiet level 1 asks for,
    quiet_1_s: 20.0 in 0.5..=600.0;
    /// level 2,
    quiet_2_s: 30.0 in 0.5..=600.0;
    /// level 3,
    quiet_3_s: 30.0 in 0.5..=600.0;
    /// and each stretch of level 4.
    quiet_4_s: 20.0 in 0.5..=600.0;
    /// How many stretches level 4 has, each after a song.
    stretches_4: 2.0 in 1.0..=5.0;
    /// The second time since it was last calm, it asks for so many times as much,
    longer_2_times: 1.5 in 1.0..=10.0;
    /// the third time,
    longer_3_times: 2.25 in 1.0..=10.0;
    /// and from the fourth time on.
    longer_4_times: 3.0 in 1.0..=10.0;
    /// Between two words.
    pause_s: 0.5 in 0.0..=5.0;
    /// How long the ring asks for attention when quiet is asked for,
    light_s: 3.0 in 0.0..=60.0;
    /// and where it takes the place of rolling.
    insist_light_s: 10.0 in 0.0..=60.0;
    /// How fast it rolls at level 3.
    roll_speed_share: 0.5 in 0.1..=0.6;
    /// How long each way.
    roll_s: 0.4 in 0.05..=1.0;
    /// How long it stands at least after each.
    settle_s: 0.08 in 0.0..=2.0;
    /// How often it rolls each of the four ways.
    roll_cycles: 3.0 in 0.0..=10.0;
    /// Between one round of them and the next.
    between_cycles_s: 5.0 in 0.0..=60.0;
    /// How long its encoders have to say that it stands. Those of a track that did not turn say nothing.
    feel_s: 1.0 in 0.1..=5.0;
    /// What rolled rolls on for so long at least when its power ends. What stands sooner was held.
    coast_s: 0.07 in 0.0..=0.5;
    /// A dog whose box is so high or wide in the picture is right before it.
    too_near_share: 0.5 in 0.05..=1.0;
    /// How long level 4 plays music before each stretch of quiet.
    music_s: 20.0 in 0.0..=600.0;
    /// So much heard time that was no quiet, and it gives up.
    patience_s: 90.0 in 1.0..=3600.0;
    /// So long altogether, heard or not, and it gives up.
    longest_s: 900.0 in 10.0..=7200.0;
    /// How long it lets it be then.
    gave_up_cooldown_s: 45.0 in 0.0..=3600.0;
    /// How long it lets it be after a success.
    success_cooldown_s: 2.0 in 0.0..=600.0;
    /// A bark within so long before, and quiet is only praised.
    no_bark_s: 5.0 in 0.0..=600.0;
    /// After a treat it only praises for so long.
    praise_only_s: 600.0 in 0.0..=86400.0;
    /// The least time between two treats.
    treat_spacing_s: 120.0 in 0.0..=86400.0;
    /// So many treats in a session, and then it only praises.
    most_treats: 11.0 in 0.0..=50.0;
    /// After so much quiet it begins gently again.
    reset_s: 900.0 in 10.0..=28800.0;
    /// How long a session is; another one follows it.
    session_s: 28800.0 in 60.0..=86400.0;
    /// So many barks
    burst_barks: 30.0 in 2.0..=200.0;
    /// within so long, and the dog is beside itself;
    burst_window_s: 30.0 in 1.0..=120.0;
    /// or so many a minute
    sustained_bpm: 20.0 in 1.0..=200.0;
    /// for so long;
    sustained_s: 180.0 in 30.0..=600.0;
    /// or having given up so often in a row.
    futile_times: 3.0 in 1.0..=50.0;
    /// How long it plays music for such a dog before it listens.
    calming_s: 120.0 in 0.0..=3600.0;
    /// So much quiet, and it is calm.
    calm_s: 60.0 in 1.0..=3600.0;
}

impl GuardianTuning {
    /// How much longer the quiet is that is asked for the so-manieth time since it was last calm.
    pub(super) fn longer(&self, time: u32) -> f32 {
        match time {
            0 | 1 => 1.0,
            2 => self.longer_2_times,
            3 => self.longer_3_times,
            _ => self.longer_4_times,
        }
    }
}
