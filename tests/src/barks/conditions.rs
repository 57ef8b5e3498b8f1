//! What is to be heard beside the dogs, how loud that is against them, and which dogs there are.

/// The seeds and ranges by which the ear was tuned, or those by which it is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    Tuning,
    HeldOut,
}

/// What else is to be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noise {
    Room,
    Television,
    Speech,
    Music,
    Motors,
    Thunder,
    Doorbell,
    Strikes,
    Growls,
    Whines,
    Howls,
    Squeaks,
}

impl Noise {
    /// Whether it goes on without end. Its level is its mean over the scene then; of what comes and goes, its loudest
    /// 20 ms.
    pub fn is_lasting(self) -> bool {
        matches!(self, Self::Room | Self::Television | Self::Speech | Self::Music | Self::Motors)
    }
}

/// A condition: a row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Condition {
    pub name: &'static str,
    /// What is to be heard beside the room's own noise, and by how many decibels barks are louder in the band.
    pub noises: &'static [(Noise, f32)],
    /// Whether the robot itself plays the noise.
    pub masked: bool,
    /// Whether the bar is asked of it; the others show where it ends.
    pub counts: bool,
}

const fn heard(name: &'static str, noises: &'static [(Noise, f32)]) -> Condition {
    Condition { name, noises, masked: false, counts: true }
}

const fn beyond(name: &'static str, noises: &'static [(Noise, f32)]) -> Condition {
    Condition { name, noises, masked: false, counts: false }
}

/// All of them.
pub const CONDITIONS: &[Condition] = &[
    heard("quiet room, 30 dB", &[(Noise::Room, 30.0)]),
    heard("loud room, 15 dB", &[(Noise::Room, 15.0)]),
    beyond("loud room, 12 dB", &[(Noise::Room, 12.0)]),
    beyond("loud room, 9 dB", &[(Noise::Room, 9.0)]),
    heard("television, 20 dB", &[(Noise::Television, 20.0)]),
    heard("television, 15 dB", &[(Noise::Television, 15.0)]),
    beyond("television, 12 dB", &[(Noise::Television, 12.0)]),
    beyond("television, 9 dB", &[(Noise::Television, 9.0)]),
    beyond("television, 6 dB", &[(Noise::Television, 6.0)]),
    beyond("television, 0 dB", &[(Noise::Television, 0.0)]),
    heard("speech, 15 dB", &[(Noise::Speech, 15.0)]),
    beyond("speech, 12 dB", &[(Noise::Speech, 12.0)]),
    beyond("speech, 6 dB", &[(Noise::Speech, 6.0)]),
    heard("music, 20 dB", &[(Noise::Music, 20.0)]),
    beyond("music, 15 dB", &[(Noise::Music, 15.0)]),
    beyond("music, 12 dB", &[(Noise::Music, 12.0)]),
    beyond("music, 6 dB", &[(Noise::Music, 6.0)]),
    heard("motors, 20 dB", &[(Noise::Motors, 20.0)]),
    beyond("motors, 15 dB", &[(Noise::Motors, 15.0)]),
    beyond("motors, 12 dB", &[(Noise::Motors, 12.0)]),
    heard("thunder, 15 dB", &[(Noise::Thunder, 15.0)]),
    beyond("thunder, 12 dB", &[(Noise::Thunder, 12.0)]),
    beyond("thunder, 6 dB", &[(Noise::Thunder, 6.0)]),
    beyond("thunder, 0 dB", &[(Noise::Thunder, 0.0)]),
    heard("doorbell, 6 dB", &[(Noise::Doorbell, 6.0)]),
    beyond("doorbell, 0 dB", &[(Noise::Doorbell, 0.0)]),
    heard("claps, knocks, pans, doors, 0 dB", &[(Noise::Strikes, 0.0)]),
    heard("growls, 6 dB", &[(Noise::Growls, 6.0)]),
    beyond("growls, 0 dB", &[(Noise::Growls, 0.0)]),
    heard("whines, 12 dB", &[(Noise::Whines, 12.0)]),
    beyond("whines, 6 dB", &[(Noise::Whines, 6.0)]),
    beyond("whines, 0 dB", &[(Noise::Whines, 0.0)]),
    heard("howls, 12 dB", &[(Noise::Howls, 12.0)]),
    beyond("howls, 6 dB", &[(Noise::Howls, 6.0)]),
    beyond("howls, 0 dB", &[(Noise::Howls, 0.0)]),
    heard("squeaky toy, 12 dB", &[(Noise::Squeaks, 12.0)]),
    beyond("squeaky toy, 6 dB", &[(Noise::Squeaks, 6.0)]),
    beyond("squeaky toy, 0 dB", &[(Noise::Squeaks, 0.0)]),
    heard("television and thunder 15 dB", &[(Noise::Television, 15.0), (Noise::Thunder, 15.0)]),
    heard(
        "speech 18 dB, doorbell, claps and whines 15 dB",
        &[(Noise::Speech, 18.0), (Noise::Doorbell, 15.0), (Noise::Strikes, 15.0), (Noise::Whines, 15.0)],
    ),
    Condition { name: "own music, 12 dB", noises: &[(Noise::Music, 12.0)], masked: true, counts: false },
    Condition { name: "own voice, 12 dB", noises: &[(Noise::Speech, 12.0)], masked: true, counts: false },
];
