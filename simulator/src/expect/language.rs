//! The language of expectations: conditions over state and events with what they say, read once into what is evaluated at
//! every tick. A word that is not understood is answered with its place and the one that may have been meant.

use wimz_vocabulary::span::span;
use wimz_vocabulary::words::nearest;
use wimz_vocabulary::{DogId, Part};

use super::condition::{Condition, Operand, Order, Reading};
use super::events::{self, EventKind, kinds};
use super::state::{Field, Whose, fields};
use super::value::{Kind, Value};
use super::{Match, Matter, Pattern};

/// What is wrong in a text of this language, and where in it, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// From here.
    pub at: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// How deep a condition may be nested: deeper than anybody reads, and far from the end of the stack.
const DEEPEST: usize = 50;

/// How long a text may be, in bytes: what is joined by `and` and `or` lies as deep as it is long.
const LONGEST: usize = 2_000;

/// Reads a condition or an event, in a scenario with these dogs.
///
/// # Errors
/// The first mistake in it.
pub fn read(text: &str, dogs: &[DogId]) -> Result<Matter, Wrong> {
    if text.len() > LONGEST {
        return wrong(0, format!("this is longer than {LONGEST} bytes: make several expectations of it"));
    }
    let mut reader = Reader { text, dogs, place: 0, token: Token::End, next: 0, depth: 0 };
    reader.advance()?;
    let matter = match reader.event()? {
        Some(pattern) => {
            if reader.token != Token::End {
                return reader
                    .wrong("an event stands alone: `and`, `or`, `not` and comparisons are for state");
            }
            Matter::Event(pattern)
        }
        None => Matter::State(reader.any()?),
    };
    match reader.token {
        Token::End => Ok(matter),
        _ => reader.wrong("something is left over here: did you mean to join it with `and` or `or`?"),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A name, with its dots.
    Path(Vec<String>),
    /// A number, with its unit.
    Number(String),
    /// Text in quotes.
    Text(String),
    /// A comparison.
    Order(Order),
    And,
    Or,
    Not,
    Open,
    Close,
    Comma,
    /// `=` alone.
    Equals,
    End,
}

struct Reader<'a> {
    text: &'a str,
    dogs: &'a [DogId],
    /// Where the token begins.
    place: usize,
    token: Token,
    /// Where the next one may begin.
    next: usize,
    /// How deep in parentheses and `not` it is.
    depth: usize,
}

impl Reader<'_> {
    fn wrong<T>(&self, message: impl Into<String>) -> Result<T, Wrong> {
        wrong(self.place, message)
    }

    fn advance(&mut self) -> Result<Token, Wrong> {
        let rest = &self.text[self.next..];
        let blank = rest.len() - rest.trim_start().len();
        self.place = self.next + blank;
        let rest = &self.text[self.place..];
        let (token, length) = self.scan(rest)?;
        self.next = self.place + length;
        Ok(std::mem::replace(&mut self.token, token))
    }

    fn scan(&self, rest: &str) -> Result<(Token, usize), Wrong> {
        let Some(first) = rest.chars().next() else { return Ok((Token::End, 0)) };
        let signs = [
            ("==", Token::Order(Order::Is)),
            ("!=", Token::Order(Order::IsNot)),
            ("<=", Token::Order(Order::AtMost)),
            (">=", Token::Order(Order::AtLeast)),
            ("<", Token::Order(Order::Below)),
            (">", Token::Order(Order::Above)),
            ("=", Token::Equals),
            ("(", Token::Open),
            (")", Token::Close),
            (",", Token::Comma),
        ];
        if let Some((sign, token)) = signs.into_iter().find(|(sign, _)| rest.starts_with(sign)) {
            return Ok((token, sign.len()));
        }
        if first == '"' || first == '\'' {
            let (text, length) = self.quoted(rest, first)?;
            return Ok((Token::Text(text), length));
        }
        if first.is_ascii_digit() || (first == '-' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            let end = rest[1..].find(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
            let length = end.map_or(rest.len(), |end| end + 1);
            return Ok((Token::Number(rest[..length].to_owned()), length));
        }
        if is_letter(first) {
            return self.path(rest);
        }
        let meant = match first {
            '&' => ": did you mean `and`?",
            '|' => ": did you mean `or`?",
            '!' => ": did you mean `not`?",
            _ => "",
        };
        self.wrong(format!("`{first}` means nothing here{meant}"))
    }

    fn quoted(&self, rest: &str, quote: char) -> Result<(String, usize), Wrong> {
        match rest[1..].find(quote) {
            Some(end) => Ok((rest[1..=end].to_owned(), end + 2)),
            None => self.wrong("this quote is never closed"),
        }
    }

    fn path(&self, rest: &str) -> Result<(Token, usize), Wrong> {
        let mut segments = Vec::new();
        let mut at = 0;
        loop {
            let here = &rest[at..];
            let (segment, length) = match here.chars().next() {
                Some(quote @ ('"' | '\'')) => self.quoted(here, quote)?,
                _ => {
                    let end = here.find(|c: char| !(is_letter(c) || c.is_ascii_digit() || c == '-'));
                    let length = end.unwrap_or(here.len());
                    (here[..length].to_owned(), length)
                }
            };
            if segment.is_empty() {
                return wrong(self.place + at, "a name is missing after the dot");
            }
            segments.push(segment);
            at += length;
            if !rest[at..].starts_with('.') {
                break;
            }
            at += 1;
        }
        let token = match segments.as_slice() {
            [one] if one == "and" => Token::And,
            [one] if one == "or" => Token::Or,
            [one] if one == "not" => Token::Not,
            _ => Token::Path(segments),
        };
        Ok((token, at))
    }

    /// An event, if the first word names one.
    fn event(&mut self) -> Result<Option<Pattern>, Wrong> {
        let Token::Path(segments) = &self.token else { return Ok(None) };
        let Some(kind) = events::kind(&segments.join(".")) else { return Ok(None) };
        self.advance()?;
        let mut pattern = Pattern { kind, matches: Vec::new() };
        if self.token == Token::Open {
            self.advance()?;
            while self.token != Token::Close {
                pattern.matches.push(self.field_match(kind)?);
                match self.token {
                    Token::Comma => drop(self.advance()?),
                    Token::Close => {}
                    _ => return self.wrong("`,` or `)` is missing here"),
                }
            }
            self.advance()?;
        }
        Ok(Some(pattern))
    }

    fn field_match(&mut self, kind: &'static EventKind) -> Result<Match, Wrong> {
        let (name, place) = match &self.token {
            Token::Path(segments) => (segments.join("."), self.place),
            Token::End => return self.wrong("`)` is missing here"),
            _ => return self.wrong(format!("a field is missing here, such as {}", such_fields(kind))),
        };
        let Some(field) = kind.fields.iter().position(|(known, ..)| *known == name) else {
            return wrong(place, unknown_field(kind, &name));
        };
        let (_, holds, optional) = kind.fields[field];
        self.advance()?;
        let order = match self.token {
            Token::Equals => Order::Is,
            Token::Order(order) => order,
            _ => return self.wrong(format!("`=` is missing after `{name}`")),
        };
        let sign = self.place;
        self.advance()?;
        if order.is_directed() && !holds.is_ordered() {
            return wrong(sign, format!("`{name}` has no more and no less: compare it with `=` or `!=`"));
        }
        let value = self.literal(&name, holds, optional)?;
        Ok(Match { field, order, value })
    }

    /// `or` binds loosest.
    fn any(&mut self) -> Result<Condition, Wrong> {
        let mut left = self.all()?;
        while self.token == Token::Or {
            self.advance()?;
            left = Condition::Or(Box::new(left), Box::new(self.all()?));
        }
        Ok(left)
    }

    fn all(&mut self) -> Result<Condition, Wrong> {
        let mut left = self.one()?;
        while self.token == Token::And {
            self.advance()?;
            left = Condition::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Condition, Wrong> {
        if self.depth == DEEPEST {
            return self.wrong("this is nested too deeply: make several expectations of it");
        }
        self.depth += 1;
        let one = self.single();
        self.depth -= 1;
        one
    }

    fn single(&mut self) -> Result<Condition, Wrong> {
        match self.token {
            Token::Not => {
                self.advance()?;
                Ok(Condition::Not(Box::new(self.one()?)))
            }
            Token::Open => {
                self.advance()?;
                let inner = self.any()?;
                if self.token != Token::Close {
                    return self.wrong("`)` is missing here");
                }
                self.advance()?;
                Ok(inner)
            }
            _ => self.comparison(),
        }
    }

    fn comparison(&mut self) -> Result<Condition, Wrong> {
        let (left, place) = self.field()?;
        let kind = left.field.kind;
        let order = match self.token {
            Token::Order(order) => order,
            Token::Equals => return self.wrong("did you mean `==`?"),
            _ if matches!(kind, Kind::Truth) => return Ok(Condition::Is(left)),
            _ => {
                let message = format!("what of `{}`? Compare it with {}", left.path, kind.such());
                return wrong(place, message);
            }
        };
        if order.is_directed() && !kind.is_ordered() {
            let path = left.path;
            return self.wrong(format!("`{path}` has no more and no less: compare it with `==` or `!=`"));
        }
        self.advance()?;
        let right = if matches!(&self.token, Token::Path(path) if may_be_field(path)) {
            let (right, place) = self.field()?;
            if !kind.meets(right.field.kind) {
                return wrong(place, format!("`{}` is compared with {}", left.path, kind.such()));
            }
            Operand::Field(right)
        } else {
            if order.is_directed() && matches!(&self.token, Token::Path(path) if path == &["none"]) {
                return self
                    .wrong("`none` is neither more nor less than anything: compare with `==` or `!=`");
            }
            Operand::Literal(self.literal(&left.path, kind, left.field.optional)?)
        };
        Ok(Condition::Compare(Operand::Field(left), order, right))
    }

    /// A field of the state, and where it stands.
    fn field(&mut self) -> Result<(Reading, usize), Wrong> {
        let (segments, place) = match &self.token {
            Token::Path(segments) => (segments.clone(), self.place),
            Token::End => return self.wrong("a condition is missing here, such as `mode == \"idle\"`"),
            _ => return self.wrong("a field is missing here, such as `mode`: fields stand to the left"),
        };
        let path = segments.join(".");
        let Some((field, whose)) = self.find(&segments) else {
            return wrong(place, self.unknown(&path));
        };
        self.advance()?;
        Ok((Reading { field, whose, path }, place))
    }

    fn find(&self, segments: &[String]) -> Option<(&'static Field, Whose)> {
        fields().find_map(|field| {
            let names = field.name.split('.');
            if names.clone().count() != segments.len() {
                return None;
            }
            let mut whose = Whose::Nobody;
            for (name, said) in names.zip(segments) {
                match name {
                    "PART" => whose = Whose::Part(*Part::ALL.iter().find(|part| part.name() == said)?),
                    "DOG" => whose = Whose::Dog(*self.dogs.iter().find(|dog| dog.as_str() == said)?),
                    name if name == said => {}
                    _ => return None,
                }
            }
            Some((field, whose))
        })
    }

    /// What may have been meant by a name that there is not.
    fn unknown(&self, path: &str) -> String {
        if events::kind(path).is_some() {
            return format!("`{path}` is an event: it stands alone, and here state is asked for");
        }
        if let Some((kind, field)) = who_says(path) {
            return format!("there is no `{path}`: did you mean `{kind}({field} = \"{path}\")`?");
        }
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let dog = rest.map(|rest| rest.split('.').next().unwrap_or(rest));
        if let ("dog", Some(dog)) = (first, dog) {
            let names = self.dogs.iter().map(DogId::as_str);
            match names.clone().any(|name| name == dog) {
                true => {}
                false if self.dogs.is_empty() => {
                    return format!("there is no `{path}`: this scenario has no dogs; a [[dog]] brings one");
                }
                false => return wimz_vocabulary::words::unknown("dog", dog, names),
            }
        }
        let names = self.names();
        let beside = names.iter().map(String::as_str).filter(|name| name.split('.').next() == Some(first));
        let beside: Vec<&str> = beside.collect();
        let near = if beside.is_empty() {
            nearest(path, names.iter().map(String::as_str))
        } else {
            nearest(path, beside.iter().copied())
        };
        if let Some(meant) = near {
            return format!("there is no `{path}`: did you mean `{meant}`?");
        }
        let depth = |name: &str| name.matches('.').count();
        match beside.iter().map(|name| depth(name)).min() {
            Some(least) => {
                let these: Vec<&str> = beside.into_iter().filter(|name| depth(name) == least).collect();
                format!("there is no `{path}`: there are {}", these.join(", "))
            }
            None => {
                let mut begins: Vec<&str> =
                    fields().filter_map(|field| field.name.split('.').next()).collect();
                begins.dedup();
                format!("there is no field and no event `{path}`: fields begin with {}", begins.join(", "))
            }
        }
    }

    /// All names of fields and events, with the parts' and dogs' own in their places.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for field in fields() {
            if field.name.contains("PART") {
                names.extend(Part::ALL.map(|part| field.name.replace("PART", part.name())));
            } else if field.name.contains("DOG") {
                names.extend(self.dogs.iter().map(|dog| field.name.replace("DOG", dog.as_str())));
            } else {
                names.push(field.name.to_owned());
            }
        }
        names.extend(kinds().map(|kind| kind.name.to_owned()));
        names
    }

    /// A value that a field of this kind can be compared with.
    fn literal(&mut self, name: &str, kind: Kind, optional: bool) -> Result<Value, Wrong> {
        let such = || format!("`{name}` is compared with {}", kind.such());
        let value = match (&self.token, kind) {
            (Token::Path(path), _) if path == &["none"] => {
                if !optional {
                    return self.wrong(format!("`{name}` always has a value: {}", kind.such()));
                }
                Value::None
            }
            (Token::Path(path), Kind::Truth) if path == &["true"] => Value::Truth(true),
            (Token::Path(path), Kind::Truth) if path == &["false"] => Value::Truth(false),
            (Token::Number(number), Kind::Number(_)) => match number.parse::<f64>() {
                Ok(number) => Value::Number(number),
                Err(_) => return self.wrong(format!("`{number}` is no number: {}, without a unit", such())),
            },
            (Token::Number(number), Kind::Span) => match span(number) {
                Ok(span) => Value::Span(span),
                Err(message) => return self.wrong(message),
            },
            (Token::Text(text), Kind::Words(_, words)) => match words().iter().find(|word| *word == text) {
                Some(word) => Value::Word(word),
                None => {
                    let message = match nearest(text, words().iter().copied()) {
                        Some(meant) => format!("`{name}` is never \"{text}\": did you mean \"{meant}\"?"),
                        None => format!("`{name}` is never \"{text}\": {}", such()),
                    };
                    return self.wrong(message);
                }
            },
            (Token::Text(text), Kind::Dog) => {
                let known = self.dogs.iter().any(|dog| dog.as_str() == text);
                if !known && !self.dogs.is_empty() {
                    let names = self.dogs.iter().map(DogId::as_str);
                    return self.wrong(wimz_vocabulary::words::unknown("dog", text, names));
                }
                Value::name(Some(text))
            }
            (Token::Text(text), Kind::Name) => Value::name(Some(text)),
            (Token::Path(path), Kind::Words(..) | Kind::Dog | Kind::Name) => {
                return self.wrong(format!("{}: did you mean \"{}\", in quotes?", such(), path.join(".")));
            }
            (Token::End, _) => return self.wrong(format!("something is missing here: {}", such())),
            _ => return self.wrong(such()),
        };
        self.advance()?;
        Ok(value)
    }
}

const fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

/// Whether it is the name of a field, or meant to be: a word alone that names none is rather a text without its quotes.
fn may_be_field(path: &[String]) -> bool {
    path.len() > 1 || fields().any(|field| field.name == path[0])
}

/// The event, and its field, that says such a word of what happened: a doorbell is a thing that the house tells of.
fn who_says(word: &str) -> Option<(&'static str, &'static str)> {
    let kinds = kinds().filter(|kind| matches!(kind.name, "house" | "broke"));
    kinds.flat_map(|kind| kind.fields.iter().map(move |field| (kind.name, field))).find_map(
        |(kind, (field, holds, _))| match holds {
            Kind::Words(_, words) if words().contains(&word) => Some((kind, *field)),
            _ => None,
        },
    )
}

fn such_fields(kind: &EventKind) -> String {
    match kind.fields {
        [] => format!("none: `{}` says nothing more", kind.name),
        fields => fields.iter().map(|(name, ..)| *name).collect::<Vec<_>>().join(", "),
    }
}

fn unknown_field(kind: &EventKind, name: &str) -> String {
    match nearest(name, kind.fields.iter().map(|(known, ..)| *known)) {
        Some(meant) => format!("`{}` has no field `{name}`: did you mean `{meant}`?", kind.name),
        None if kind.fields.is_empty() => format!("`{}` has no fields", kind.name),
        None => format!("`{}` has no field `{name}`: it has {}", kind.name, such_fields(kind)),
    }
}

fn wrong<T>(at: usize, message: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong { at, message: message.into() })
}
