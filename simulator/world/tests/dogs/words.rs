//! Character files that are right, and what is said about those that are not.

use wimz_vocabulary::document::Document;
use wimz_world::dog::{Character, MOST_DOGS};

use crate::home::{ALL, character};

#[test]
fn words_say_what_is_wrong_in_a_character_and_where() {
    let good = include_str!("../../../../assets/dogs/biscuit.toml");
    let flaw = |from: &str, to: &str| {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "{from}");
        Character::parse(&Document::new("dog.toml", &text)).unwrap_err()
    };
    for (from, to, line, column, said) in [
        ("fear = 0.25", "fear = 1.25", 17, 8, "fear is 1.25: it must be from 0 to 1"),
        ("fear = 0.25", "fera = 0.25", 17, 1, "did you mean `fear`?"),
        ("\"#c8914f\"", "\"brown\"", 9, 8, "not a colour"),
        ("run = 3.2", "run = 0.85", 11, 7, "cannot run slower than it walks"),
        ("doorbell = 0.8", "dorbell = 0.8", 28, 1, "did you mean `doorbell`?"),
        ("laydown = 0.45", "laydown = \"well\"", 39, 11, "f32"),
        ("\"Biscuit\"", "\"\"", 3, 8, "1 to 40 characters"),
        ("pitch = 560", "pitch = nan", 21, 9, "the pitch in hertz"),
    ] {
        let flaw = flaw(from, to);
        assert_eq!((flaw.line, flaw.column), (line, column), "{flaw}");
        assert!(flaw.message.contains(said), "{flaw}");
    }
    assert_eq!(ALL.map(|name| character(name).name), ["Biscuit", "Pepper", "Otto", "Pixel"]);
    assert_eq!(ALL.len(), MOST_DOGS);
}
