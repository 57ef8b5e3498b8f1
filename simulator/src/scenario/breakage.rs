//! Faults as people write them, in scenarios and to a running simulator alike.

use serde::Deserialize;
use wimz_vocabulary::document::{Document, Flaw, Spanned};
use wimz_vocabulary::span::span;
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{Micros, Ratio, Side};
use wimz_world::fault::{Axis, BusName, Chip, Fault, Line, Unjam};

use crate::outside::{Breakage, Outside};
use crate::session::StoreTrouble;

/// What a fault's line may say besides its name. Each fault takes some of it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Details {
    /// How long it lasts.
    #[serde(rename = "for")]
    pub lasts: Option<Spanned<String>>,
    /// A chip's name.
    pub chip: Option<Spanned<String>>,
    /// A bus's name.
    pub bus: Option<Spanned<String>>,
    /// A line's name.
    pub line: Option<Spanned<String>>,
    /// `high` or `low`.
    pub level: Option<Spanned<String>>,
    /// `left` or `right`.
    pub side: Option<Spanned<String>>,
    /// `pan` or `tilt`.
    pub axis: Option<Spanned<String>>,
    /// What frees a jam.
    pub freed_by: Option<Spanned<String>>,
    /// How often: 0 to 1.
    pub share: Option<Spanned<f32>>,
    /// A span of time, with a sign.
    pub by: Option<Spanned<String>>,
    /// A register's number.
    pub register: Option<Spanned<u8>>,
    /// A bit's number.
    pub bit: Option<Spanned<u8>>,
}

type Build = fn(&Reader<'_>) -> Result<Outside, Flaw>;

/// The faults: name, what they take beside `for`, whether they can end by themselves, and how they are made.
const FAULTS: [(&str, &[&str], bool, Build); 32] = [
    ("beam_blocked", &[], true, |_| lasting(Fault::BeamBlocked)),
    ("beam_flicker", &[], true, |_| lasting(Fault::BeamFlicker)),
    ("beam_spikes", &[], true, |_| lasting(Fault::BeamSpikes)),
    ("brain_hang", &[], true, |reader| Ok(Outside::BrainHang(reader.needs_span()?))),
    ("brown_out", &["chip"], false, |reader| lasting(Fault::BrownOut { chip: reader.chip()? })),
    ("button_held", &[], true, |_| lasting(Fault::ButtonHeld)),
    ("clock_jump", &["by"], false, |reader| Ok(Outside::ClockJump(reader.jump()?))),
    ("dead_encoder", &["side"], true, |reader| lasting(Fault::DeadEncoder { side: reader.side()? })),
    ("dead_line", &["line"], true, |reader| lasting(Fault::DeadLine { line: reader.line()? })),
    ("detector_gone", &[], true, |_| lasting(Fault::DetectorGone)),
    ("detector_stuck", &[], true, |_| lasting(Fault::DetectorStuck)),
    ("divider_open", &[], true, |_| lasting(Fault::DividerOpen)),
    ("empty", &[], false, |_| lasting(Fault::Empty)),
    ("flip_bit", &["register", "bit"], false, |reader| {
        lasting(Fault::FlipBit { register: reader.register()?, bit: reader.bit()? })
    }),
    ("jam", &["freed_by"], false, |reader| lasting(Fault::Jam { by: reader.unjam()? })),
    ("jams", &["share"], true, |reader| lasting(Fault::Jams { share: reader.share()? })),
    ("microphone_dead", &[], true, |_| lasting(Fault::MicrophoneDead)),
    ("microphone_gone", &[], true, |_| lasting(Fault::MicrophoneGone)),
    ("microphone_taken", &[], true, |_| lasting(Fault::MicrophoneTaken)),
    ("nack", &["chip", "share"], true, |reader| {
        lasting(Fault::Nack { chip: reader.chip()?, share: reader.share()? })
    }),
    ("noise", &["bus", "share"], true, |reader| {
        lasting(Fault::Noise { bus: reader.bus()?, share: reader.share()? })
    }),
    ("overheated", &["chip"], true, |reader| lasting(Fault::Overheated { chip: reader.chip()? })),
    ("process_death", &[], true, |_| lasting(Fault::ProcessDeath)),
    ("speaker_gone", &[], true, |_| lasting(Fault::SpeakerGone)),
    ("stalled_servo", &["axis"], true, |reader| lasting(Fault::StalledServo { axis: reader.axis()? })),
    ("stalled_track", &["side"], true, |reader| lasting(Fault::StalledTrack { side: reader.side()? })),
    ("store_fails", &[], true, |reader| trouble(reader, StoreTrouble::Fails)),
    ("store_stalls", &[], true, |reader| trouble(reader, StoreTrouble::Stalls)),
    ("stuck_bus", &["bus"], true, |reader| lasting(Fault::StuckBus { bus: reader.bus()? })),
    ("stuck_line", &["line", "level"], true, |reader| {
        lasting(Fault::StuckLine { line: reader.line()?, high: reader.level()? })
    }),
    ("thermometer_silent", &[], true, |_| lasting(Fault::ThermometerSilent)),
    ("unpowered", &["chip"], true, |reader| lasting(Fault::Unpowered { chip: reader.chip()? })),
];

const CHIPS: [(&str, Chip); 4] = [
    ("servo_chip", Chip::ServoChip),
    ("battery_monitor", Chip::BatteryMonitor),
    ("lights", Chip::Lights),
    ("stepper_driver", Chip::StepperDriver),
];
const BUSES: [(&str, BusName); 3] = [("i2c", BusName::I2c), ("spi", BusName::Spi), ("uart", BusName::Uart)];
const LINES: [(&str, Line); 10] = [
    ("left_direction", Line::LeftDirection),
    ("left_pwm", Line::LeftPwm),
    ("right_direction", Line::RightDirection),
    ("right_pwm", Line::RightPwm),
    ("step", Line::Step),
    ("step_direction", Line::StepDirection),
    ("step_enable", Line::StepEnable),
    ("beam", Line::Beam),
    ("mood_light", Line::MoodLight),
    ("power_button", Line::PowerButton),
];
const SIDES: [(&str, Side); 2] = [("left", Side::Left), ("right", Side::Right)];
const AXES: [(&str, Axis); 2] = [("pan", Axis::Pan), ("tilt", Axis::Tilt)];
const LEVELS: [(&str, bool); 2] = [("low", false), ("high", true)];
const UNJAMS: [(&str, Unjam); 3] = [("push", Unjam::Push), ("shake", Unjam::Shake), ("hand", Unjam::Hand)];

fn lasting(fault: Fault) -> Result<Outside, Flaw> {
    Ok(Outside::Fault(Breakage { fault, lasts: None }))
}

fn trouble(reader: &Reader<'_>, trouble: StoreTrouble) -> Result<Outside, Flaw> {
    Ok(Outside::StoreTrouble { trouble, lasts: reader.needs_span()? })
}

/// What a fault comes to.
///
/// # Errors
/// The first [`Flaw`]: an unknown name, something that it does not take or needs and was not given.
pub fn read(document: &Document<'_>, name: &Spanned<String>, details: &Details) -> Result<Outside, Flaw> {
    let wrong = |message: String| document.flaw(name.span(), message);
    let known = FAULTS.iter().find(|(known, ..)| known == name.get_ref());
    let (_, takes, ends, build) =
        known.ok_or_else(|| wrong(unknown("fault", name.get_ref(), FAULTS.map(|(name, ..)| name))))?;
    let known = |said: &str| takes.contains(&said) || (*ends && said == "for");
    if let Some(strange) = details.said().into_iter().find(|said| !known(said)) {
        let can = if takes.is_empty() { String::new() } else { format!(": it takes {}", takes.join(", ")) };
        return Err(wrong(format!("{} takes no `{strange}`{can}", name.get_ref())));
    }
    let reader = Reader { document, name, details };
    let outside = build(&reader)?;
    Ok(match outside {
        Outside::Fault(Breakage { fault, .. }) => Outside::Fault(Breakage { fault, lasts: reader.span()? }),
        other => other,
    })
}

impl Details {
    /// The names of what is said.
    pub fn said(&self) -> Vec<&'static str> {
        let said = [
            ("for", self.lasts.is_some()),
            ("chip", self.chip.is_some()),
            ("bus", self.bus.is_some()),
            ("line", self.line.is_some()),
            ("level", self.level.is_some()),
            ("side", self.side.is_some()),
            ("axis", self.axis.is_some()),
            ("freed_by", self.freed_by.is_some()),
            ("share", self.share.is_some()),
            ("by", self.by.is_some()),
            ("register", self.register.is_some()),
            ("bit", self.bit.is_some()),
        ];
        said.into_iter().filter_map(|(name, said)| said.then_some(name)).collect()
    }
}

struct Reader<'a> {
    document: &'a Document<'a>,
    name: &'a Spanned<String>,
    details: &'a Details,
}

impl Reader<'_> {
    fn needs<'a, T>(
        &self,
        word: &str,
        given: &'a Option<Spanned<T>>,
        such: &str,
    ) -> Result<&'a Spanned<T>, Flaw> {
        given.as_ref().ok_or_else(|| {
            let message = format!("{} needs `{word}`, such as {such}", self.name.get_ref());
            self.document.flaw(self.name.span(), message)
        })
    }

    fn one_of<T: Copy, const N: usize>(
        &self,
        what: &str,
        given: &Option<Spanned<String>>,
        all: [(&'static str, T); N],
    ) -> Result<T, Flaw> {
        let word = self.needs(what, given, &format!("\"{}\"", all[0].0))?;
        let found = all.iter().find(|(name, _)| name == word.get_ref());
        found.map(|(_, value)| *value).ok_or_else(|| {
            self.document.flaw(word.span(), unknown(what, word.get_ref(), all.map(|(name, _)| name)))
        })
    }

    fn chip(&self) -> Result<Chip, Flaw> {
        self.one_of("chip", &self.details.chip, CHIPS)
    }

    fn bus(&self) -> Result<BusName, Flaw> {
        self.one_of("bus", &self.details.bus, BUSES)
    }

    fn line(&self) -> Result<Line, Flaw> {
        self.one_of("line", &self.details.line, LINES)
    }

    fn side(&self) -> Result<Side, Flaw> {
        self.one_of("side", &self.details.side, SIDES)
    }

    fn axis(&self) -> Result<Axis, Flaw> {
        self.one_of("axis", &self.details.axis, AXES)
    }

    fn level(&self) -> Result<bool, Flaw> {
        self.one_of("level", &self.details.level, LEVELS)
    }

    fn unjam(&self) -> Result<Unjam, Flaw> {
        self.one_of("freed_by", &self.details.freed_by, UNJAMS)
    }

    /// All of it, if nothing is said.
    fn share(&self) -> Result<Ratio, Flaw> {
        let Some(share) = &self.details.share else { return Ok(Ratio::ONE) };
        let value = *share.get_ref();
        if value > 0.0 && value <= 1.0 {
            return Ok(Ratio::clamped(value));
        }
        Err(self.document.flaw(share.span(), format!("{value} is out of range: above 0, to 1")))
    }

    fn register(&self) -> Result<u8, Flaw> {
        Ok(*self.needs("register", &self.details.register, "0x06")?.get_ref())
    }

    fn bit(&self) -> Result<u8, Flaw> {
        let bit = self.needs("bit", &self.details.bit, "0")?;
        if *bit.get_ref() < 8 {
            return Ok(*bit.get_ref());
        }
        Err(self.document.flaw(bit.span(), "a byte has bits 0 to 7"))
    }

    fn span(&self) -> Result<Option<Micros>, Flaw> {
        let Some(text) = &self.details.lasts else { return Ok(None) };
        span(text.get_ref()).map(Some).map_err(|message| self.document.flaw(text.span(), message))
    }

    fn needs_span(&self) -> Result<Micros, Flaw> {
        self.needs("for", &self.details.lasts, "\"2s\"")?;
        Ok(self.span()?.unwrap_or_default())
    }

    /// A span with a sign: `-15h`, `2s`.
    fn jump(&self) -> Result<i64, Flaw> {
        let by = self.needs("by", &self.details.by, "\"-15h\"")?;
        let text = by.get_ref();
        let (sign, text) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
        let span = span(text).map_err(|message| self.document.flaw(by.span(), message))?;
        // A span is at most 10^9 hours: below 2^63 µs.
        Ok(sign * i64::try_from(span.get()).unwrap_or(i64::MAX))
    }
}
