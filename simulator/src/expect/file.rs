//! Reading `[[expect]]`: which words belong together, and where in the file a mistake is.

use std::ops::Range;

use serde::Deserialize;
use wimz_vocabulary::document::{Document, Flaw, Spanned};
use wimz_vocabulary::span::span;
use wimz_vocabulary::{DogId, Micros, RobotTime};

use super::language::{self, Wrong};
use super::{Condition, Expectation, Matter, Pattern, Shape, When};

/// One `[[expect]]` as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    name: Option<String>,
    because: Option<String>,
    always: Option<Spanned<String>>,
    never: Option<Spanned<String>>,
    eventually: Option<Spanned<String>>,
    then: Option<Spanned<Vec<Spanned<String>>>>,
    count: Option<Spanned<String>>,
    within: Option<Spanned<String>>,
    from: Option<Spanned<String>>,
    until: Option<Spanned<String>>,
    after: Option<Spanned<String>>,
    at_least: Option<Spanned<i64>>,
    at_most: Option<Spanned<i64>>,
    exactly: Option<Spanned<i64>>,
}

/// What the words are read in: the file, the scenario's length and its dogs.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// The file.
    pub document: &'a Document<'a>,
    /// How long the scenario runs.
    pub length: Micros,
    /// Who can be spoken of.
    pub dogs: &'a [DogId],
}

impl Reader<'_> {
    /// Reads one.
    ///
    /// # Errors
    /// The first [`Flaw`], at the word that is wrong.
    pub fn expectation(&self, entry: &Spanned<Words>) -> Result<Expectation, Flaw> {
        let (words, place) = (entry.get_ref(), entry.span());
        let shape = self.shape(words, place.clone())?;
        Ok(Expectation {
            name: words.name.clone(),
            because: words.because.clone(),
            text: words.text(),
            file: self.document.name.to_owned(),
            line: self.document.flaw(place, "").line,
            shape,
        })
    }

    fn shape(&self, words: &Words, place: Range<usize>) -> Result<Shape, Flaw> {
        let Words { always, never, eventually, then, count, .. } = words;
        match (always, never, eventually, then, count) {
            (Some(what), None, None, None, None) => {
                words.only(self, "always", &["from", "until", "after", "within"])?;
                let Matter::State(condition) = self.matter(what)? else {
                    let message = "an event is a moment and never lasts: `always` is for state";
                    return Err(self.document.flaw(what.span(), message));
                };
                Ok(Shape::Always(condition, self.when(words)?))
            }
            (None, Some(what), None, None, None) => {
                words.only(self, "never", &["from", "until", "after", "within"])?;
                Ok(Shape::Never(self.matter(what)?, self.when(words)?))
            }
            (None, None, Some(what), None, None) => {
                words.only(self, "eventually", &["within", "from", "after"])?;
                Ok(Shape::Eventually(self.matter(what)?, self.deadline(words)?))
            }
            (None, None, None, Some(steps), None) => {
                words.only(self, "then", &["within", "from", "until"])?;
                if steps.get_ref().len() < 2 {
                    let message = "`then` has two events at least, in their order";
                    return Err(self.document.flaw(steps.span(), message));
                }
                let patterns = steps.get_ref().iter().map(|step| self.pattern("then", step));
                let patterns = patterns.collect::<Result<_, _>>()?;
                let within = words.within.as_ref().map(|within| self.span(within)).transpose()?;
                Ok(Shape::Then(patterns, within, self.between(words)?))
            }
            (None, None, None, None, Some(what)) => {
                words.only(self, "count", &["at_least", "at_most", "exactly", "from", "until"])?;
                let pattern = self.pattern("count", what)?;
                let (at_least, at_most) = self.bounds(words, what.span())?;
                Ok(Shape::Count { what: pattern, at_least, at_most, when: self.between(words)? })
            }
            _ => {
                let message = "an expectation is one of `always`, `never`, `eventually`, `then` or `count`";
                Err(self.document.flaw(place, message))
            }
        }
    }

    fn bounds(&self, words: &Words, place: Range<usize>) -> Result<(u64, u64), Flaw> {
        let value = |number: &Option<Spanned<i64>>| {
            let Some(number) = number else { return Ok(None) };
            u64::try_from(*number.get_ref()).map(Some).map_err(|_| {
                let message =
                    format!("{} is out of range: nothing happens less than 0 times", number.get_ref());
                self.document.flaw(number.span(), message)
            })
        };
        match (value(&words.at_least)?, value(&words.at_most)?, value(&words.exactly)?) {
            (None, None, Some(exactly)) => Ok((exactly, exactly)),
            (_, _, Some(_)) => {
                Err(self.document.flaw(place, "`exactly` stands alone, without `at_least` and `at_most`"))
            }
            (None, None, None) => {
                Err(self.document.flaw(place, "how many? Say `at_least`, `at_most` or `exactly`"))
            }
            (Some(least), Some(most), None) if least > most => {
                Err(self.document.flaw(place, format!("no number is {least} at least and {most} at most")))
            }
            (least, most, None) => Ok((least.unwrap_or(0), most.unwrap_or(u64::MAX))),
        }
    }

    /// When `always` and `never` hold.
    fn when(&self, words: &Words) -> Result<When, Flaw> {
        match (&words.after, &words.within) {
            (None, None) => self.between(words),
            (Some(after), Some(within)) => {
                if let Some(moment) = words.from.as_ref().or(words.until.as_ref()) {
                    let message = "`after` says when it holds: no `from` and no `until`";
                    return Err(self.document.flaw(moment.span(), message));
                }
                Ok(When::After(self.pattern("after", after)?, self.span(within)?))
            }
            (Some(one), None) => Err(self.document.flaw(one.span(), "for how long after it? Say `within`")),
            (None, Some(one)) => {
                Err(self.document.flaw(one.span(), "within that of what? Say `after`, or `until`"))
            }
        }
    }

    /// By when something has to come true.
    fn deadline(&self, words: &Words) -> Result<When, Flaw> {
        let within =
            words.within.as_ref().map(|within| Ok((self.span(within)?, within.span()))).transpose()?;
        match (&words.after, within) {
            (Some(after), Some((span, _))) => {
                if let Some(from) = &words.from {
                    return Err(self.document.flaw(from.span(), "`after` says from when: no `from`"));
                }
                Ok(When::After(self.pattern("after", after)?, span))
            }
            (Some(after), None) => Err(self.document.flaw(after.span(), "how long after it? Say `within`")),
            (None, within) => {
                let from = self.moment(&words.from)?.unwrap_or(RobotTime::BOOT);
                let end = RobotTime::BOOT + self.length;
                match within {
                    None => Ok(When::Between(from, end)),
                    Some((span, _)) if from + span <= end => Ok(When::Between(from, from + span)),
                    Some((_, place)) => {
                        let message = format!("that is after the scenario's end at {}", self.length);
                        Err(self.document.flaw(place, message))
                    }
                }
            }
        }
    }

    fn between(&self, words: &Words) -> Result<When, Flaw> {
        let from = self.moment(&words.from)?.unwrap_or(RobotTime::BOOT);
        let until = self.moment(&words.until)?.unwrap_or(RobotTime::BOOT + self.length);
        match &words.until {
            Some(place) if until < from => {
                Err(self.document.flaw(place.span(), "that is before `from`: nothing lies between"))
            }
            _ => Ok(When::Between(from, until)),
        }
    }

    fn moment(&self, text: &Option<Spanned<String>>) -> Result<Option<RobotTime>, Flaw> {
        let Some(text) = text else { return Ok(None) };
        let moment = self.span(text)?;
        if moment > self.length {
            let message = format!("{moment} is after the scenario's end at {}", self.length);
            return Err(self.document.flaw(text.span(), message));
        }
        Ok(Some(RobotTime::BOOT + moment))
    }

    fn span(&self, text: &Spanned<String>) -> Result<Micros, Flaw> {
        span(text.get_ref()).map_err(|message| self.document.flaw(text.span(), message))
    }

    fn matter(&self, text: &Spanned<String>) -> Result<Matter, Flaw> {
        language::read(text.get_ref(), self.dogs).map_err(|wrong| self.inside(text, wrong))
    }

    fn pattern(&self, key: &str, text: &Spanned<String>) -> Result<Pattern, Flaw> {
        match self.matter(text)? {
            Matter::Event(pattern) => Ok(pattern),
            Matter::State(Condition::Is(_) | Condition::Not(_) | Condition::Compare(..))
            | Matter::State(Condition::Or(..) | Condition::And(..)) => {
                let message = format!("this is state: `{key}` takes events, such as `stopped`");
                Err(self.document.flaw(text.span(), message))
            }
        }
    }

    /// A mistake within a text, at its place in the file.
    fn inside(&self, text: &Spanned<String>, wrong: Wrong) -> Flaw {
        let span = text.span();
        let raw = self.document.text.get(span.clone()).unwrap_or_default();
        let at = span.start + written(raw, wrong.at);
        self.document.flaw(at..at, wrong.message)
    }
}

impl Words {
    /// Refuses what is said beyond what this kind takes.
    fn only(&self, reader: &Reader<'_>, kind: &str, takes: &[&str]) -> Result<(), Flaw> {
        let text = |said: &Option<Spanned<String>>| said.as_ref().map(Spanned::span);
        let number = |said: &Option<Spanned<i64>>| said.as_ref().map(Spanned::span);
        let says = [
            ("within", text(&self.within)),
            ("from", text(&self.from)),
            ("until", text(&self.until)),
            ("after", text(&self.after)),
            ("at_least", number(&self.at_least)),
            ("at_most", number(&self.at_most)),
            ("exactly", number(&self.exactly)),
        ];
        let strange =
            says.into_iter().find_map(|(name, said)| Some((name, said?)).filter(|_| !takes.contains(&name)));
        match strange {
            None => Ok(()),
            Some((name, place)) => {
                let message = format!("`{kind}` takes no `{name}`: it takes {}", takes.join(", "));
                Err(reader.document.flaw(place, message))
            }
        }
    }

    /// The whole of it in a line.
    fn text(&self) -> String {
        let mut text = String::new();
        let keys = [
            ("always", &self.always),
            ("never", &self.never),
            ("eventually", &self.eventually),
            ("count", &self.count),
        ];
        for (key, what) in keys {
            if let Some(what) = what {
                text += &format!("{key} {}", what.get_ref());
            }
        }
        if let Some(steps) = &self.then {
            let steps: Vec<&str> = steps.get_ref().iter().map(|step| step.get_ref().as_str()).collect();
            text += &steps.join(", then ");
        }
        for (key, number) in
            [("at_least", &self.at_least), ("at_most", &self.at_most), ("exactly", &self.exactly)]
        {
            if let Some(number) = number {
                text += &format!(", {} {}", key.replace('_', " "), number.get_ref());
            }
        }
        for (key, said) in
            [("within", &self.within), ("after", &self.after), ("from", &self.from), ("until", &self.until)]
        {
            if let Some(said) = said {
                text += &format!(", {key} {}", said.get_ref());
            }
        }
        text
    }
}

/// Where a byte of a TOML string's value is written: past its quotes, and past the escapes before it.
fn written(raw: &str, at: usize) -> usize {
    let long = raw.starts_with("\"\"\"") || raw.starts_with("'''");
    let mut place = if long { 3 } else { 1 };
    if long {
        place +=
            if raw[place..].starts_with("\r\n") { 2 } else { usize::from(raw[place..].starts_with('\n')) };
    }
    if raw.starts_with('\'') {
        return place + at;
    }
    let mut value = 0;
    while value < at {
        let Some(next) = raw[place..].chars().next() else { break };
        let (said, meant) = match (next, raw[place + next.len_utf8()..].chars().next()) {
            // What they stand for is a letter of one byte or more; a place in the midst of it is nobody's.
            ('\\', Some('u')) => (6, 1),
            ('\\', Some('U')) => (10, 1),
            ('\\', Some('x')) => (4, 1),
            ('\\', Some(_)) => (2, 1),
            _ => (next.len_utf8(), next.len_utf8()),
        };
        place += said;
        value += meant;
        if !raw.is_char_boundary(place) {
            break;
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        expect: Spanned<Words>,
    }

    fn read(text: &str) -> Result<Expectation, Flaw> {
        let text = format!("[expect]\n{text}\n");
        let document = Document::new("x.toml", &text);
        let file: File = document.read()?;
        let dogs = [DogId::new("biscuit").unwrap()];
        Reader { document: &document, length: Micros::from_secs(10), dogs: &dogs }.expectation(&file.expect)
    }

    #[test]
    fn what_is_right_is_taken() {
        for text in [
            "always = 'mode == \"idle\" or (drive.moving and not drive.latched)'",
            "always = \"mode == \\\"idle\\\"\"",
            "never = \"part.drive == 'failed'\"\nfrom = \"2s\"\nuntil = \"3s\"",
            "never = 'dispense_started'\nafter = 'bark(asked = false)'\nwithin = '5s'",
            "eventually = 'battery.volts > 13.5 and time >= 2s'\nwithin = '10s'",
            "eventually = 'bark(dog = \"biscuit\", loudness > -40)'\nafter = 'house(what = \"doorbell\")'\nwithin = '5s'",
            "eventually = 'dog.biscuit.posture == \"sit\" and dog.biscuit.voice == none'",
            "always = 'room.fallen <= treats.day'",
            "then = ['dispense_started', 'room.treats_fell', 'dispense_ended(outcome = \"dropped\", count == 1)']",
            "count = 'refused(command = \"motor\", code != \"stopped\")'\nexactly = 0",
            "always = 'dog.\"biscuit\".distance < 1'",
        ] {
            let read = read(text);
            assert!(read.is_ok(), "{text}: {}", read.unwrap_err());
        }
    }

    #[test]
    fn what_is_wrong_is_answered_at_its_place() {
        for (text, place, message) in [
            ("always = 'mood == \"idle\"'", (2, 11), "there is no `mood`: did you mean `mode`?"),
            ("always = 'mode == \"idel\"'", (2, 19), "`mode` is never \"idel\": did you mean \"idle\"?"),
            ("always = \"mode == \\\"idel\\\"\"", (2, 19), "did you mean \"idle\"?"),
            ("always = \"mode == \\\"idle\\\" and drive.mowing\"", (2, 32), "did you mean `drive.moving`?"),
            ("always = '''\nmode == \"idle\" and\n  drive.mowing'''", (4, 3), "did you mean `drive.moving`?"),
            ("always = 'mode == idle'", (2, 19), "did you mean \"idle\", in quotes?"),
            ("always = 'mode = \"idle\"'", (2, 16), "did you mean `==`?"),
            ("always = 'mode'", (2, 11), "what of `mode`? Compare it with \"idle\", \"manual\""),
            ("always = 'mode > \"idle\"'", (2, 16), "`mode` has no more and no less"),
            ("always = 'treats.day <= \"five\"'", (2, 25), "`treats.day` is compared with a number (treats)"),
            ("always = 'battery.volts > 13V'", (2, 27), "without a unit"),
            ("always = 'hearing.quiet >= 20'", (2, 28), "not a span of time: write it like"),
            ("always = 'mode != none'", (2, 19), "`mode` always has a value"),
            ("always = 'dog.bisquit.speed < 1'", (2, 11), "unknown dog `bisquit`: did you mean `biscuit`?"),
            ("always = 'part.microfone == \"ok\"'", (2, 11), "did you mean `part.microphone`?"),
            ("always = 'battery.temperature == 3'", (2, 11), "there are battery.volts, battery.charge"),
            ("always = 'xylophone == 3'", (2, 11), "fields begin with time, alive, mode"),
            ("always = 'stopped'", (2, 10), "`always` is for state"),
            ("always = 'drive.moving and stopped'", (2, 28), "`stopped` is an event: it stands alone"),
            ("never = 'stopped and drive.moving'", (2, 18), "an event stands alone"),
            ("never = 'stoped'", (2, 10), "did you mean `stopped`?"),
            ("never = 'stopped(kin = \"stop\")'", (2, 18), "did you mean `kind`?"),
            ("never = 'stopped(kind = \"emergncy\")'", (2, 25), "did you mean \"emergency\"?"),
            ("never = 'stopped(kind \"stop\")'", (2, 23), "`=` is missing after `kind`"),
            ("never = 'stopped(kind = \"stop\"'", (2, 31), "`,` or `)` is missing here"),
            ("never = 'guard_intervened(why = 3)'", (2, 27), "`guard_intervened` has no fields"),
            ("never = 'bark(dog = \"bisquit\")'", (2, 21), "unknown dog `bisquit`: did you mean `biscuit`?"),
            ("never = '(drive.moving'", (2, 23), "`)` is missing here"),
            ("never = 'drive.moving && alive'", (2, 23), "did you mean `and`?"),
            ("never = 'drive.moving alive'", (2, 23), "did you mean to join it with `and` or `or`?"),
            ("never = 'mode == \"idle'", (2, 18), "this quote is never closed"),
            ("never = 'drive.moving or'", (2, 25), "a condition is missing here"),
            ("never = '3 < treats.day'", (2, 10), "fields stand to the left"),
            ("count = 'drive.moving'\nexactly = 1", (2, 9), "this is state: `count` takes events"),
            ("always = 'battery.volts >= none'", (2, 28), "neither more nor less"),
            ("always = 'part.motor == \"ok\"'", (2, 11), "there are part.drive, part.head"),
            ("always = 'dog.otto.speed < 1'", (2, 11), "unknown dog `otto`: there are biscuit"),
            ("never = 'doorbell'", (2, 10), "did you mean `house(what = \"doorbell\")`?"),
            ("count = 'stopped'\nat_most = -1", (3, 11), "less than 0 times"),
            ("count = 'stopped'", (2, 9), "how many?"),
            ("count = 'stopped'\nat_least = 3\nat_most = 2", (2, 9), "3 at least and 2 at most"),
            ("count = 'stopped'\nwithin = '3s'", (3, 10), "`count` takes no `within`"),
            ("eventually = 'alive'\nwithin = '11s'", (3, 10), "after the scenario's end"),
            ("eventually = 'alive'\nafter = 'stopped'", (3, 9), "Say `within`"),
            ("never = 'alive'\nfrom = '3s'\nuntil = '2s'", (4, 9), "before `from`"),
            ("then = ['stopped']", (2, 8), "two events at least"),
            ("because = 'so'", (1, 1), "one of `always`"),
            ("alwys = 'alive'", (2, 1), "did you mean `always`?"),
        ] {
            let flaw = read(text).unwrap_err();
            assert_eq!((flaw.line, flaw.column), place, "{text}: {flaw}");
            assert!(flaw.message.contains(message), "{text}: {flaw}");
        }
    }

    #[test]
    fn nobody_nests_until_the_stack_is_full() {
        for (open, close) in [("(", ")"), ("not ", "")] {
            let nested = |depth: usize| {
                read(&format!("always = '{}alive{}'", open.repeat(depth), close.repeat(depth)))
            };
            assert!(nested(40).is_ok());
            assert!(nested(60).unwrap_err().message.contains("nested too deeply"));
            assert!(nested(100_000).unwrap_err().message.contains("several expectations"));
        }
        let long = vec!["alive"; 3_000].join(" or ");
        assert!(read(&format!("always = '{long}'")).unwrap_err().message.contains("longer than"));
    }
}
