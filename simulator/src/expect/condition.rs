//! A condition as it is evaluated at every tick. Three answers: yes, no, and not known, where a number is asked for that
//! nobody has measured.

use super::state::{Field, View, Whose};
use super::value::Value;

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `==`
    Is,
    /// `!=`
    IsNot,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

impl Order {
    /// Whether it asks for more or less.
    pub const fn is_directed(self) -> bool {
        !matches!(self, Self::Is | Self::IsNot)
    }

    /// Whether two values stand so; `None` where one to be more or less than is missing.
    pub fn holds(self, left: &Value, right: &Value) -> Option<bool> {
        let same = || match (left.text(), right.text()) {
            (Some(left), Some(right)) => left == right,
            _ => left == right,
        };
        let order = match (left, right) {
            _ if self == Self::Is => return Some(same()),
            _ if self == Self::IsNot => return Some(!same()),
            (Value::Number(left), Value::Number(right)) => left.partial_cmp(right)?,
            (Value::Span(left), Value::Span(right)) => left.cmp(right),
            _ => return None,
        };
        Some(match self {
            Self::Below => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Above => order.is_gt(),
            Self::AtLeast => order.is_ge(),
            Self::Is => order.is_eq(),
            Self::IsNot => order.is_ne(),
        })
    }
}

/// A field that a condition asks for.
#[derive(Clone)]
pub struct Reading {
    /// Which.
    pub field: &'static Field,
    /// Whose.
    pub whose: Whose,
    /// As it was written.
    pub path: String,
}

impl Reading {
    fn value(&self, view: &View) -> Value {
        self.field.read(self.whose, view)
    }
}

/// One side of a comparison.
#[derive(Clone)]
pub enum Operand {
    /// What a field holds.
    Field(Reading),
    /// A value.
    Literal(Value),
}

impl Operand {
    fn value(&self, view: &View) -> Value {
        match self {
            Self::Field(reading) => reading.value(view),
            Self::Literal(value) => *value,
        }
    }
}

/// A condition over the state.
#[derive(Clone)]
pub enum Condition {
    /// Either.
    Or(Box<Self>, Box<Self>),
    /// Both.
    And(Box<Self>, Box<Self>),
    /// Not this.
    Not(Box<Self>),
    /// A field that is true.
    Is(Reading),
    /// Two values that stand in an order.
    Compare(Operand, Order, Operand),
}

impl Condition {
    /// Whether it holds; `None` where that is not known.
    pub fn holds(&self, view: &View) -> Option<bool> {
        match self {
            Self::Or(one, other) => match (one.holds(view), other.holds(view)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Self::And(one, other) => match (one.holds(view), other.holds(view)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Not(inner) => inner.holds(view).map(|holds| !holds),
            Self::Is(reading) => Some(reading.value(view) == Value::Truth(true)),
            Self::Compare(left, order, right) => order.holds(&left.value(view), &right.value(view)),
        }
    }

    /// What its fields hold at a moment: `mode = "idle", treats.day = 2`.
    pub fn seen(&self, view: &View) -> String {
        let mut readings = Vec::new();
        self.readings(&mut readings);
        let mut told: Vec<String> = Vec::new();
        for reading in readings {
            let text = format!("{} = {}", reading.path, reading.value(view));
            if !told.contains(&text) {
                told.push(text);
            }
        }
        told.join(", ")
    }

    fn readings<'a>(&'a self, into: &mut Vec<&'a Reading>) {
        match self {
            Self::Or(one, other) | Self::And(one, other) => {
                one.readings(into);
                other.readings(into);
            }
            Self::Not(inner) => inner.readings(into),
            Self::Is(reading) => into.push(reading),
            Self::Compare(left, _, right) => {
                for operand in [left, right] {
                    if let Operand::Field(reading) = operand {
                        into.push(reading);
                    }
                }
            }
        }
    }
}
