//! What an owner writes down of a dog: `/dogs`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wimz_vocabulary::DogId;

use super::command::field::{day, whole};

/// A dog that the robot knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct DogProfile {
    /// Which. `elsa` and `dog_elsa` are one dog.
    pub dog_id: DogId,
    /// What is written down of it.
    #[serde(flatten)]
    pub fields: DogFields,
}

/// All dogs that the robot knows: `GET /dogs`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct DogList {
    /// Sorted by id.
    pub dogs: Vec<DogProfile>,
}

/// What is written down of a dog (field facts A5). Only its name must be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct DogFields {
    /// How it is called: 1 to 40 characters.
    #[cfg_attr(feature = "schemas", schemars(length(min = 1, max = 40), regex(pattern = r"\S")))]
    pub name: String,
    /// Its breed, up to 60 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(length(min = 1, max = 60), regex(pattern = r"\S")))]
    pub breed: Option<String>,
    /// When it was born: `YYYY-MM-DD`, from 1980 on.
    #[serde(default, deserialize_with = "day", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schemas",
        schemars(
            with = "Option<String>",
            regex(
                pattern = r"^(19[89]|2[01][0-9])[0-9]-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))$"
            )
        )
    )]
    pub birth_date: Option<Date>,
    /// Its weight in kilograms, 0.2 to 150.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(range(min = 0.2, max = 150.0)))]
    pub weight_kg: Option<f32>,
    /// The colour of its coat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<Coat>,
    /// The marker on its collar, 0 to 999 (DICT_4X4_1000). No two dogs wear the same.
    #[serde(default, deserialize_with = "whole", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(range(min = 0, max = 999)))]
    pub aruco_marker_id: Option<u16>,
    /// Whatever else: up to 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(length(max = 2_000)))]
    pub notes: Option<String>,
    /// What it should learn: up to 20 goals of 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(
        feature = "schemas",
        schemars(length(max = 20), inner(length(min = 1, max = 100), regex(pattern = r"\S")))
    )]
    pub goals: Vec<String>,
}

/// The colour of a coat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Coat {
    /// Black.
    Black,
    /// Yellow.
    Yellow,
    /// Brown.
    Brown,
    /// White.
    White,
    /// More than one.
    Mixed,
}

/// A field that is not as it may be: its name, and what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` must be {wanted}")]
pub struct BadField {
    /// Which.
    pub field: &'static str,
    /// What it should be.
    pub wanted: &'static str,
}

impl DogFields {
    /// The names of all fields.
    const NAMES: [&str; 8] =
        ["name", "breed", "birth_date", "weight_kg", "color", "aruco_marker_id", "notes", "goals"];

    /// Reads what a caller gives for the dog of this id, which may stand in it too.
    ///
    /// # Errors
    /// A sentence for the caller: a field that is unknown, missing, of another kind, or out of its range.
    pub fn read(id: &DogId, data: serde_json::Value) -> Result<Self, String> {
        let serde_json::Value::Object(mut given) = data else {
            return Err("give the dog's fields as a JSON object: {\"name\": \"Elsa\"}".to_owned());
        };
        if let Some(other) = given.remove("dog_id").filter(|other| other.as_str() != Some(id.as_str())) {
            return Err(format!(
                "`dog_id` is {other}, and the address says {id}: give one, or the same twice"
            ));
        }
        if let Some(unknown) = given.keys().find(|name| !Self::NAMES.contains(&name.as_str())) {
            return Err(format!("there is no field `{unknown}`: a dog has {}", Self::NAMES.join(", ")));
        }
        let fields: Self = serde_json::from_value(given.into()).map_err(|error| error.to_string())?;
        fields.check().map_err(|bad| bad.to_string())?;
        Ok(fields)
    }

    fn check(&self) -> Result<(), BadField> {
        let must = |holds: bool, field, wanted| if holds { Ok(()) } else { Err(BadField { field, wanted }) };
        must(is_line(&self.name, 40), "name", "1 to 40 characters that can be seen")?;
        let breed = self.breed.as_deref();
        must(breed.is_none_or(|text| is_line(text, 60)), "breed", "1 to 60 characters that can be seen")?;
        let born = self.birth_date.is_none_or(|born| (1980..=2199).contains(&born.year()));
        must(born, "birth_date", "a date from 1980 on, as YYYY-MM-DD")?;
        let weight = self.weight_kg.is_none_or(|weight| (0.2..=150.0).contains(&weight));
        must(weight, "weight_kg", "0.2 to 150 kilograms")?;
        must(self.aruco_marker_id.is_none_or(|id| id < 1_000), "aruco_marker_id", "0 to 999")?;
        let notes = self.notes.as_ref();
        must(notes.is_none_or(|text| text.chars().count() <= 2_000), "notes", "at most 2,000 characters")?;
        let goals = self.goals.len() <= 20 && self.goals.iter().all(|goal| is_line(goal, 100));
        must(goals, "goals", "at most 20 texts of 1 to 100 characters")
    }
}

/// A line of text that can be seen and is not too long.
fn is_line(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn a_dog_is_what_it_may_be_or_the_caller_reads_why_not() {
        let elsa = DogId::new("dog_elsa").unwrap();
        let whole = json!({ "name": "Elsa", "breed": "Lab", "birth_date": "2020-02-29", "weight_kg": 28.5,
            "color": "yellow", "aruco_marker_id": 315, "notes": "likes\ncheese", "goals": ["sit"] });
        let fields = DogFields::read(&elsa, whole.clone()).unwrap();
        assert_eq!(serde_json::to_value(&fields).unwrap(), whole);
        let profile = DogProfile { dog_id: elsa, fields };
        let told = serde_json::to_value(&profile).unwrap();
        assert_eq!(DogFields::read(&elsa, told).unwrap(), profile.fields, "what is told can be given back");

        let but = |name: &str, value: Value| {
            let mut given = whole.clone();
            given[name] = value;
            DogFields::read(&elsa, given).unwrap_err()
        };
        for (name, value) in [
            ("name", json!("")),
            ("name", json!(" ")),
            ("name", json!("a\nb")),
            ("name", json!("n".repeat(41))),
            ("name", json!(null)),
            ("breed", json!("b".repeat(61))),
            ("birth_date", json!("2021-02-29")),
            ("birth_date", json!("1979-12-31")),
            ("weight_kg", json!(0.1)),
            ("weight_kg", json!(151)),
            ("weight_kg", json!(1e60)),
            ("weight_kg", json!("28")),
            ("color", json!("green")),
            ("aruco_marker_id", json!(1_000)),
            ("aruco_marker_id", json!(-1)),
            ("notes", json!("n".repeat(2_001))),
            ("goals", json!(vec!["g"; 21])),
            ("goals", json!([""])),
            ("dog_id", json!("bezik")),
            ("colour", json!("black")),
        ] {
            assert!(but(name, value.clone()).len() > 10, "{name}: {value}");
        }
        assert!(but("colour", json!("black")).contains("`colour`"));
        assert!(DogFields::read(&elsa, json!({ "breed": "Lab" })).unwrap_err().contains("name"));
        assert!(DogFields::read(&elsa, json!(["Elsa"])).is_err());
    }
}
