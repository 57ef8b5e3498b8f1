//! The robot's ear in the world: a microphone between the room and whoever listens, and what can become of it.

use wimz_hal::microphone::{BLOCK, Microphone, MicrophoneFault};
use wimz_hal::{Body, DriveFrame, Profile, Reading};
use wimz_vocabulary::document::Document;
use wimz_vocabulary::{
    Condition, LeaseId, Micros, Part, Play, PlayId, Ratio, RobotTime, SoundName, SpeakerOrder, StopEpoch,
    Track, Trouble,
};
use wimz_world::chips::microphone::{FULL_SCALE, RING, UsbMicrophone};
use wimz_world::geometry::Spot;
use wimz_world::sound::voices::pascals;
use wimz_world::sound::{Utterance, Voice};
use wimz_world::{Fault, Occasion, World};

use crate::scape::living_room;

fn at(millis: u64) -> RobotTime {
    RobotTime::BOOT + Micros::from_millis(millis)
}

/// dB of full scale.
fn full_scale(samples: &[i16]) -> f32 {
    let square = |sample: &i16| f32::from(*sample) * f32::from(*sample);
    let mean = samples.iter().map(square).sum::<f32>() / samples.len().max(1) as f32;
    10.0 * libm::log10f((mean / 32_768.0 / 32_768.0).max(1e-12))
}

fn loudest(samples: &[i16]) -> f32 {
    samples.chunks(BLOCK).map(full_scale).fold(-200.0, f32::max)
}

/// A living room, and all that its microphone has said.
struct Listener {
    world: World,
    samples: Vec<i16>,
    taken: Vec<RobotTime>,
    conditions: Vec<(RobotTime, Condition)>,
}

impl Listener {
    fn new() -> Self {
        let profile = include_str!("../../../../assets/robots/gen2.toml");
        let profile = Profile::parse(&Document::new("gen2.toml", profile)).unwrap();
        let world = World::new(&living_room(), &[], &profile, 1);
        Self { world, samples: Vec::new(), taken: Vec::new(), conditions: Vec::new() }
    }

    /// All that comes up to then; the samples since the last call.
    fn until(&mut self, millis: u64) -> Vec<i16> {
        let mut block = Vec::new();
        while let Some(occasion) = self.world.advance(at(millis)) {
            match occasion {
                Occasion::Heard => {
                    self.taken.push(self.world.take_heard(&mut block));
                    assert_eq!(block.len(), BLOCK);
                    assert_eq!(self.taken.last(), Some(&self.world.now()), "at once");
                    self.samples.extend(&block);
                }
                Occasion::Reading(Reading::Health { part: Part::Microphone, health })
                    if self.conditions.last().is_none_or(|(_, last)| *last != health.condition) =>
                {
                    self.conditions.push((self.world.now(), health.condition));
                }
                _ => {}
            }
        }
        std::mem::take(&mut self.samples)
    }
}

#[test]
fn the_brain_hears_one_stream_a_block_each_20_ms() {
    let mut listener = Listener::new();
    let samples = listener.until(1_000);
    assert_eq!(samples.len(), 50 * BLOCK);
    let times: Vec<u64> = listener.taken.iter().map(|taken| taken.as_micros()).collect();
    assert_eq!(times, (1..=50).map(|block| block * 20_000).collect::<Vec<_>>());
    assert_eq!(listener.conditions, [(at(20), Condition::Ok)]);
    let quiet = full_scale(&samples);
    assert!((-67.0..-61.0).contains(&quiet), "{quiet} dB of full scale");
}

#[test]
fn a_bark_across_the_room_is_loud_and_one_at_the_microphone_is_clipped() {
    let mut listener = Listener::new();
    listener.until(500);
    let pose = listener.world.truth().pose;
    let bark =
        Utterance { voice: Voice::Bark, pitch: 400.0, length: Micros::from_millis(200), loudness: 95.0 };
    let mut bark_at = |from: Spot, loudness, until| {
        let now = listener.world.now();
        listener.world.soundscape().utter(now, from, Utterance { loudness, ..bark });
        listener.until(until)
    };
    let two = bark_at(Spot { x: pose.x + 2.0, y: pose.y, z: 0.4 }, 95.0, 1_500);
    assert!((-18.0..-11.0).contains(&loudest(&two)), "{}", loudest(&two));
    let three = bark_at(Spot { x: pose.x + 3.0, y: pose.y, z: 0.4 }, 95.0, 2_500);
    assert!((-19.0..-11.0).contains(&loudest(&three)), "{}", loudest(&three));
    let clipped =
        |samples: &[i16]| samples.iter().filter(|sample| sample.unsigned_abs() >= i16::MAX as u16).count();
    assert_eq!((clipped(&two), clipped(&three)), (0, 0));
    let near = bark_at(Spot { x: pose.x + 0.3, y: pose.y, z: 0.4 }, 110.0, 3_500);
    assert!(clipped(&near) > 100, "{}", clipped(&near));
}

#[test]
fn the_robot_hears_its_own_clip_and_its_own_tracks() {
    let mut listener = Listener::new();
    let sound = SoundName::new("talks/default/sit.wav").unwrap();
    listener.world.sound(Track { name: sound, length: Micros::from_millis(1_200) });
    let quiet = loudest(&listener.until(1_000));
    let play = Play { id: PlayId(1), sound, from: Micros::ZERO };
    listener.world.body().speaker(SpeakerOrder { play: Some(play), volume: Ratio::constant(0.7) });
    let clip = loudest(&listener.until(2_200));
    assert!(clip > quiet + 25.0, "{clip} over {quiet}");
    let after = loudest(&listener.until(4_000)[16 * 1_000..]);
    assert!((after - quiet).abs() < 3.0, "{after}, {quiet} before");
    // Frames of 50 ms, as the brain sends them.
    let mut driving = Vec::new();
    for seq in 1..=20 {
        let now = listener.world.now();
        listener.world.body().drive(DriveFrame {
            seq,
            lease: LeaseId(1),
            epoch: StopEpoch(0),
            left: Ratio::constant(0.5),
            right: Ratio::constant(-0.5),
            valid_until: now + Micros::from_millis(100),
        });
        driving = listener.until(4_000 + 50 * seq);
    }
    assert!(full_scale(&driving) > quiet + 6.0, "{} over {quiet}", full_scale(&driving));
}

#[test]
fn a_microphone_that_is_pulled_dead_or_taken_is_told_of_and_gives_no_silence() {
    for (fault, trouble, noticed) in [
        (Fault::MicrophoneGone, Trouble::BusSilent, 2_020),
        (Fault::MicrophoneTaken, Trouble::Taken, 2_020),
        (Fault::MicrophoneDead, Trouble::DeadSilent, 3_000),
    ] {
        let mut listener = Listener::new();
        listener.until(2_000);
        listener.world.fault(fault, Some(Micros::from_secs(5)));
        let before = listener.taken.len();
        listener.until(6_990);
        assert_eq!(listener.taken.len(), before, "{fault:?}: nothing is no quiet");
        let condition = Condition::Failed(trouble);
        assert_eq!(listener.conditions[1..], [(at(noticed), condition)], "{fault:?}");
        let health = listener.world.board().health(Part::Microphone);
        assert_eq!(health.last_good, Some(at(2_000)), "{fault:?}");
        let samples = listener.until(9_000);
        let (back, well) = listener.conditions[2];
        assert_eq!(well, Condition::Ok, "{fault:?}");
        assert!(back <= at(8_100), "{fault:?}: {back}");
        assert!((-68.0..-60.0).contains(&full_scale(&samples)), "{fault:?}: what comes then is new");
    }
}

#[test]
fn a_process_that_dies_hears_nothing_and_goes_on_with_what_is_new() {
    let mut listener = Listener::new();
    listener.until(1_000);
    listener.world.fault(Fault::ProcessDeath, Some(Micros::from_secs(2)));
    let now = listener.world.now();
    let from = listener.world.soundscape().acoustics().sofa();
    let bark =
        Utterance { voice: Voice::Bark, pitch: 400.0, length: Micros::from_millis(200), loudness: 100.0 };
    listener.world.soundscape().utter(now, from, bark);
    assert_eq!(listener.until(2_990).len(), 0);
    let samples = listener.until(4_000);
    assert_eq!(samples.len(), 50 * BLOCK);
    assert!(loudest(&samples) < -55.0, "the bark is long over: {}", loudest(&samples));
}

#[test]
fn the_chip_samples_clips_and_overruns() {
    let mut chip = UsbMicrophone::new(1);
    let mut block = [0; BLOCK];
    chip.record(at(0), &[1.0; BLOCK]);
    assert_eq!(chip.read(&mut block), Err(MicrophoneFault::Gone), "nobody listens yet");
    chip.open().unwrap();
    assert_eq!(chip.read(&mut block), Ok(None), "what was before is not heard");
    chip.record(at(10), &[0.1; BLOCK]);
    chip.open().unwrap();
    assert_eq!(chip.read(&mut block), Ok(None), "nor what came before it was opened anew");
    // The shape of full scale, half of it and far past it.
    for (share, low, high) in [
        (1.0, 32_700, 32_767),
        (0.5, 16_350, 16_420),
        (-0.5, -16_420, -16_350),
        (9.0, 32_767, 32_767),
        (-9.0, -32_768, -32_768),
    ] {
        chip.record(at(20), &[share * pascals(FULL_SCALE); BLOCK]);
        assert_eq!(chip.read(&mut block), Ok(Some(at(20))));
        assert!(
            block.iter().all(|sample| (low..=high).contains(&i32::from(*sample))),
            "{share}: {:?}",
            &block[..4]
        );
    }
    chip.record(at(40), &[0.0; BLOCK]);
    chip.read(&mut block).unwrap();
    assert!((-84.0..-76.0).contains(&full_scale(&block)), "its own noise: {}", full_scale(&block));
    for late in 0..RING as u64 + 2 {
        chip.record(at(100 + 20 * late), &[0.0; BLOCK]);
    }
    assert_eq!(chip.overrun(), 2);
    assert_eq!(chip.read(&mut block), Ok(Some(at(140))), "the oldest are lost");
    chip.seize(true);
    assert_eq!(chip.read(&mut block), Err(MicrophoneFault::Taken));
    assert_eq!(chip.open(), Err(MicrophoneFault::Taken));
    chip.plug(false);
    assert_eq!(chip.open(), Err(MicrophoneFault::Gone));
    chip.plug(true);
    chip.seize(false);
    chip.open().unwrap();
    assert_eq!(chip.read(&mut block), Ok(None));
    chip.kill(true);
    chip.record(at(300), &[0.5; BLOCK]);
    chip.read(&mut block).unwrap();
    assert_eq!(block, [0; BLOCK]);
}
