//! What can be measured of samples.

use wimz_world::sound::voices::{BLOCK, RATE, Sound, level};

/// So many milliseconds of a sound, in pieces of an odd size, and how many of its samples it had something to say.
pub fn hear(sound: &mut impl Sound, millis: u32) -> Vec<f32> {
    let mut samples = vec![0.0; (millis * RATE / 1_000) as usize];
    for piece in samples.chunks_mut(333) {
        sound.add(piece);
    }
    samples
}

/// dB SPL of all of it.
pub fn mean(samples: &[f32]) -> f32 {
    level((samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32).sqrt())
}

/// dB SPL of its loudest 20 ms, as blocks from its beginning cut it.
pub fn peak(samples: &[f32]) -> f32 {
    samples
        .chunks(BLOCK)
        .map(|block| mean(block) + 10.0 * libm::log10f(block.len() as f32 / BLOCK as f32))
        .fold(-200.0, f32::max)
}

/// For how many milliseconds it is louder than 20 dB below its loudest.
pub fn length(samples: &[f32]) -> f32 {
    let loudest = samples.chunks(16).map(mean).fold(-200.0, f32::max);
    samples.chunks(16).filter(|piece| mean(piece) > loudest - 20.0).count() as f32
}

/// The pitch in hertz from `low` to `high`, by autocorrelation, and how periodic it is, 0 to 1.
pub fn pitch(samples: &[f32], low: f32, high: f32) -> (f32, f32) {
    let lags = (RATE as f32 / high) as usize..=(RATE as f32 / low) as usize;
    let power: f32 = samples.iter().map(|sample| sample * sample).sum();
    let alike = |lag: usize| -> f32 {
        let sum: f32 = samples.iter().zip(&samples[lag..]).map(|(a, b)| a * b).sum();
        sum / power * samples.len() as f32 / (samples.len() - lag) as f32
    };
    let all: Vec<(usize, f32)> = lags.map(|lag| (lag, alike(lag))).collect();
    let best = all.iter().map(|(_, alike)| *alike).fold(0.0, f32::max);
    // The shortest period that is nearly as good: twice a period is one as well.
    let place = all
        .windows(3)
        .find(|near| near[1].1 > 0.85 * best && near[1].1 >= near[0].1 && near[1].1 >= near[2].1)
        .map_or(all[0], |near| near[1]);
    (RATE as f32 / place.0 as f32, place.1)
}

/// The share of its energy from `low` to `high` hertz.
pub fn share(samples: &[f32], low: f32, high: f32) -> f32 {
    const SIZE: usize = 1_024;
    let (mut within, mut all) = (0.0, 0.0);
    for piece in samples.chunks_exact(SIZE) {
        for bin in 1..SIZE / 2 {
            let turn = std::f32::consts::TAU * bin as f32 / SIZE as f32;
            let near = 2.0 * libm::cosf(turn);
            let (mut last, mut before) = (0.0, 0.0);
            for sample in piece {
                (last, before) = (sample + near * last - before, last);
            }
            let power = last * last + before * before - near * last * before;
            let hertz = bin as f32 * RATE as f32 / SIZE as f32;
            all += power;
            if (low..high).contains(&hertz) {
                within += power;
            }
        }
    }
    within / all
}
