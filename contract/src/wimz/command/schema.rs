//! The schemas of the kinds of values that commands have: the same bounds as their readers have, by the same names.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::field::{Listed, Name, Number, Short, Whole, Word};

/// Characters that can be seen, and spaces.
pub(crate) const SEEN: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";

/// A schema that is written out wherever its type stands.
macro_rules! inline {
    () => {
        fn inline_schema() -> bool {
            true
        }

        fn schema_name() -> Cow<'static, str> {
            std::any::type_name::<Self>().into()
        }
    };
}

impl<const LOW: i16, const HIGH: i16> JsonSchema for Number<LOW, HIGH> {
    inline!();

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": LOW, "maximum": HIGH })
    }
}

impl<const LOW: u64, const HIGH: u64> JsonSchema for Whole<LOW, HIGH> {
    inline!();

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": LOW, "maximum": HIGH })
    }
}

impl<T: Listed> JsonSchema for Word<T> {
    inline!();

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<_> = T::words().into_iter().map(|(word, _)| word).collect();
        json_schema!({ "type": "string", "enum": words })
    }
}

impl<T: Short> JsonSchema for Name<T> {
    inline!();

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "maxLength": T::MOST, "pattern": "^[ -~]*$" })
    }
}
