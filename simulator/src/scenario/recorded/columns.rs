//! Lines of JSON that are much alike, laid out so that they pack well: what is the same in them once, their numbers in columns.
//!
//! Knows nothing of what they say, and gives each back letter by letter.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Stands for a number in a form. JSON writes it with an escape, and so no line has it.
const NUMBER: char = '\u{1}';

/// So many digits fit in an `i64`, and so does the difference of two such numbers.
const DIGITS: usize = 18;

/// All lines.
#[derive(Serialize, Deserialize)]
pub struct Columns {
    /// What lines look like without their numbers, and those.
    forms: Vec<(String, Vec<Column>)>,
    /// Which form each line has.
    order: Column,
}

/// What stands at one place of a form, line by line.
#[derive(Debug, Serialize, Deserialize)]
enum Column {
    /// Whole numbers, each as what it is more than the one before it, the last bytes of all of them first: those above hardly
    /// change.
    Whole { planes: Vec<Vec<u8>> },
    /// Numbers of so many places after the point at the most, as whole ones of the last place.
    Parts { places: usize, planes: Vec<Vec<u8>> },
    /// Others as they are written, each on a line; an empty one is as the one before it.
    Written(String),
}

impl Columns {
    /// Of these lines, which are JSON without line breaks.
    pub fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut forms: Vec<(String, Vec<Vec<&str>>)> = Vec::new();
        let mut order: Vec<i64> = Vec::new();
        for line in lines {
            let (form, numbers) = apart(line);
            let place = *places.entry(form).or_insert_with_key(|form| {
                forms.push((form.clone(), vec![Vec::new(); numbers.len()]));
                forms.len() - 1
            });
            order.push(i64::try_from(place).expect("no memory holds so many forms"));
            if let Some((_, columns)) = forms.get_mut(place) {
                columns.iter_mut().zip(numbers).for_each(|(column, number)| column.push(number));
            }
        }
        let columns = |columns: Vec<Vec<&str>>| columns.iter().map(|column| Column::of(column)).collect();
        let forms = forms.into_iter().map(|(form, numbers)| (form, columns(numbers))).collect();
        Self { forms, order: Column::Whole { planes: planes(&order) } }
    }

    /// The lines again, of no more than `most` bytes together. Nothing if they are damaged.
    pub fn lines(&self, most: usize) -> Option<Vec<String>> {
        let mut forms = Vec::new();
        for (form, columns) in &self.forms {
            let columns: Option<Vec<_>> = columns.iter().map(Column::numbers).collect();
            let columns: Vec<_> = columns?.into_iter().map(Vec::into_iter).collect();
            forms.push((form.split(NUMBER), columns));
        }
        let mut left = most;
        let mut lines = Vec::new();
        for place in self.order.numbers()? {
            let (form, columns) = forms.get_mut(place.parse::<usize>().ok()?)?;
            let mut line = String::new();
            let mut numbers = columns.iter_mut();
            for (place, text) in form.clone().enumerate() {
                if place > 0 {
                    line.push_str(&numbers.next()?.next()?);
                }
                line.push_str(text);
            }
            left = left.checked_sub(line.len())?;
            lines.push(line);
        }
        Some(lines)
    }
}

impl Column {
    fn of(numbers: &[&str]) -> Self {
        let whole: Option<Vec<i64>> = numbers.iter().map(|number| plain(number)).collect();
        if let Some(whole) = whole {
            return Self::Whole { planes: planes(&whole) };
        }
        let places = numbers.iter().filter_map(|number| Some(number.split_once('.')?.1.len())).max();
        let places = places.unwrap_or_default();
        let parts: Option<Vec<i64>> = numbers.iter().map(|number| parts(number, places)).collect();
        if let Some(parts) = parts {
            return Self::Parts { places, planes: planes(&parts) };
        }
        let mut before = "";
        let mut written = String::new();
        for &number in numbers {
            if number != before {
                written.push_str(number);
            }
            written.push('\n');
            before = number;
        }
        Self::Written(written)
    }

    fn numbers(&self) -> Option<Vec<String>> {
        match self {
            Self::Whole { planes } => Some(sums(planes)?.iter().map(i64::to_string).collect()),
            Self::Parts { places, planes } if *places <= DIGITS => {
                Some(sums(planes)?.into_iter().map(|parts| in_places(parts, *places)).collect())
            }
            Self::Parts { .. } => None,
            Self::Written(written) => {
                let mut before = "";
                let numbers = written.lines().map(|number| {
                    before = if number.is_empty() { before } else { number };
                    before.to_owned()
                });
                Some(numbers.collect())
            }
        }
    }
}

/// What each is more than the one before it: the last bytes of all of them, those before the last, and so on.
fn planes(numbers: &[i64]) -> Vec<Vec<u8>> {
    let mut before = 0;
    let more: Vec<[u8; 8]> = numbers
        .iter()
        .map(|number| {
            let more = number.wrapping_sub(std::mem::replace(&mut before, *number));
            // The sign comes last, so that what is hardly more and what is hardly less have both small bytes.
            ((more << 1) ^ (more >> 63)).to_le_bytes()
        })
        .collect();
    let plane = |place: usize| more.iter().filter_map(|bytes| bytes.get(place).copied()).collect();
    let mut planes: Vec<Vec<u8>> = (0..8).map(plane).collect();
    // The first says how many numbers there are.
    while planes.len() > 1 && planes.last().is_some_and(|plane| plane.iter().all(|byte| *byte == 0)) {
        planes.pop();
    }
    planes
}

fn sums(planes: &[Vec<u8>]) -> Option<Vec<i64>> {
    let count = planes.first()?.len();
    if planes.len() > 8 || planes.iter().any(|plane| plane.len() != count) {
        return None;
    }
    let mut number = 0_i64;
    let sums = (0..count).map(|row| {
        let mut bytes = [0; 8];
        for (byte, plane) in bytes.iter_mut().zip(planes) {
            *byte = plane.get(row).copied().unwrap_or_default();
        }
        let more = u64::from_le_bytes(bytes);
        number = number.wrapping_add((more >> 1).cast_signed() ^ -(more & 1).cast_signed());
        number
    });
    Some(sums.collect())
}

/// A number with a point as so many of its last place, if it is written as [`in_places`] writes it.
fn parts(number: &str, places: usize) -> Option<i64> {
    let (whole, after) = number.split_once('.')?;
    let parts: i64 =
        (whole.len() + places <= DIGITS).then(|| format!("{whole}{after:0<places$}").parse().ok())??;
    (in_places(parts, places) == number).then_some(parts)
}

/// With no more noughts at its end than it needs.
fn in_places(parts: i64, places: usize) -> String {
    let sign = if parts < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", parts.unsigned_abs(), width = places + 1);
    let (whole, after) = digits.split_at(digits.len() - places);
    let after = after.trim_end_matches('0');
    format!("{sign}{whole}.{}", if after.is_empty() { "0" } else { after })
}

/// A whole number that is written as Rust writes it.
fn plain(number: &str) -> Option<i64> {
    let whole: i64 = (number.len() <= DIGITS).then(|| number.parse().ok())??;
    (whole.to_string() == number).then_some(whole)
}

/// A line without its numbers, and those.
fn apart(line: &str) -> (String, Vec<&str>) {
    let (mut form, mut numbers) = (String::new(), Vec::new());
    let mut rest = line;
    while let Some(next) = rest.chars().next() {
        let length = match next {
            '"' => quoted(rest),
            '-' | '0'..='9' => {
                let end =
                    rest.find(|letter: char| !matches!(letter, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'));
                let (number, after) = rest.split_at(end.unwrap_or(rest.len()));
                numbers.push(number);
                form.push(NUMBER);
                rest = after;
                continue;
            }
            other => other.len_utf8(),
        };
        let (text, after) = rest.split_at(length);
        form.push_str(text);
        rest = after;
    }
    (form, numbers)
}

/// How many bytes the string at the beginning takes, with its quotes.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (place, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return place + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_letter_by_letter() {
        let lines = [
            r#"[0,{"drive":{"left":-0.5,"right":1.0,"echo":null}}]"#,
            r#"[18446744073709551615,{"drive":{"left":-0.5,"right":1e-7,"echo":null}}]"#,
            r#"[7,{"drive":{"left":-0.0,"right":007,"echo":null}}]"#,
            r#"[-9,{"drive":{"left":3,"right":-12.5E+3,"echo":null}}]"#,
            r#"["7 \" 8 \\",9]"#,
            r#"["7 \" 8 \\",-999999999999999999]"#,
            r#"["7 \" 8 \\",999999999999999999]"#,
            r#"["Größe 12 – 🐕",["1"],[]]"#,
            r#"null"#,
            "",
            "12",
            "{1.5,-0.125}",
            "{-12.0,0.001}",
            "{0.0,-3.25}",
        ];
        let columns = Columns::of(lines.into_iter());
        assert_eq!(columns.forms.len(), 7, "what is alike is there once");
        assert_eq!(columns.lines(1_000).unwrap(), lines);
        assert_eq!(columns.lines(100), None, "it is more than may be");
    }

    #[test]
    fn what_is_damaged_is_no_lines() {
        let damaged = |damage: fn(&mut Columns)| {
            let mut columns = Columns::of(["[1,2.5]", "[2,2.5]", "[]"].into_iter());
            assert!(columns.lines(100).is_some());
            damage(&mut columns);
            columns.lines(100)
        };
        assert_eq!(damaged(|columns| columns.order = Column::Whole { planes: planes(&[0, 2]) }), None);
        assert_eq!(damaged(|columns| columns.order = Column::Whole { planes: planes(&[-1]) }), None);
        assert_eq!(damaged(|columns| columns.order = Column::Whole { planes: planes(&[0, 0, 0]) }), None);
        assert_eq!(damaged(|columns| columns.order = Column::Whole { planes: Vec::new() }), None);
        assert_eq!(damaged(|columns| columns.order = Column::Whole { planes: vec![vec![0], vec![]] }), None);
        assert_eq!(damaged(|columns| columns.forms[0].1.truncate(1)), None);
    }
}
