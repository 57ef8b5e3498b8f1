//! A profile with anything missing, unknown, twice or out of range is refused, at the line and column of it.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use wimz_hal::Profile;
use wimz_vocabulary::document::Document;

const GEN2: &str = include_str!("../../assets/robots/gen2.toml");

#[test]
fn gen2_is_as_the_fleet_is() {
    let profile = Profile::parse(&Document::new("gen2.toml", GEN2)).unwrap();
    assert_eq!((profile.drive.left.dir, profile.drive.left.pwm), (17, 13));
    assert_eq!((profile.drive.right.dir, profile.drive.right.pwm), (27, 19));
    assert!(profile.drive.right.inverted && !profile.drive.left.inverted);
    assert_eq!((profile.drive.cap.get(), profile.drive.pwm_hz), (0.75, 1_000));
    assert_eq!((profile.head.address, profile.head.pan.channel, profile.head.tilt.channel), (0x40, 0, 1));
}

#[test]
fn every_flaw_names_its_place_and_what_would_be_right() {
    let cases = [
        ("cap = 0.75", "cap = 1.75", "1.75 is out of range: 0.05 to 1 of full duty"),
        ("cap = 0.75", "kap = 0.75", "did you mean `cap`?"),
        ("cap = 0.75", "cap = \"much\"", "invalid type: string"),
        ("cap = 0.75", "cap = nan", "NaN is out of range"),
        ("dir = 27", "dir = 17", "pin 17 belongs to drive.left.dir already: drive.right.dir needs another"),
        ("channel = 1", "channel = 0", "PCA9685 channel 0 belongs to head.pan.channel already"),
        ("dir = 27", "dir = 28", "28 is out of range: 0 to 27"),
        ("address = 0x40", "address = 0x90", "144 is out of range: 64 to 127"),
        ("kind = \"dir_pwm\"", "kind = \"dirpwm\"", "unknown variant `dirpwm`"),
        ("low = -80.0", "low = -160.0", "the servo knows -90 to 270"),
        ("device_id = \"wimz_robot_04\"", "device_id = \"a robot\"", "is not a device id"),
    ];
    for (right, wrong, message) in cases {
        assert!(GEN2.contains(right), "{right}");
        let text = GEN2.replacen(right, wrong, 1);
        let flaw = Profile::parse(&Document::new("robot.toml", &text)).unwrap_err();
        assert!(flaw.message.contains(message), "{wrong}: {flaw}");
        let line = text.lines().nth(flaw.line - 1).unwrap();
        assert!(line.contains(wrong.split(" = ").last().unwrap()), "{flaw} points at `{line}`");
    }
}

#[test]
fn no_value_can_be_left_out() {
    let lines: Vec<&str> = GEN2.lines().collect();
    let mut left_out = 0;
    for (number, line) in lines.iter().enumerate() {
        if !line.contains(" = ") || line.starts_with('#') {
            continue;
        }
        let text: String =
            lines.iter().enumerate().filter(|(n, _)| *n != number).map(|(_, l)| format!("{l}\n")).collect();
        let flaw = Profile::parse(&Document::new("robot.toml", &text)).unwrap_err();
        let key = line.split(' ').next().unwrap();
        assert!(flaw.message.contains(&format!("missing field `{key}`")), "without `{line}`: {flaw}");
        left_out += 1;
    }
    assert_eq!(left_out, 37);
}
