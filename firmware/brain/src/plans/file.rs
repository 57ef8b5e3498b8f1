//! The files' own shape, and what each value may be: the readers refuse by these types, and the JSON Schemas are made from
//! them, so that they cannot disagree.

pub mod mission;
pub mod program;
pub mod script;
mod values;

use alloc::format;
use alloc::string::String;

use wimz_vocabulary::document::{Document, Flaw, Spanned};

pub use values::{Date, Level, Line, Seconds, Share, Signed, TimeText, Turn, Whole};

/// The name of a file without its folders and its ending.
pub fn stem<'d>(document: &Document<'d>) -> &'d str {
    let file = document.name.rsplit(['/', '\\']).next().unwrap_or(document.name);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// A name by which other files and people call this one: that of the file.
///
/// # Errors
/// A [`Flaw`] if the file is called otherwise: whoever looks for one by its name would not find it.
pub fn named<T>(document: &Document<'_>, name: &Spanned<T>, text: &str) -> Result<(), Flaw> {
    let stem = stem(document);
    if stem == text && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        return Ok(());
    }
    let message: String = if stem == text {
        format!("`{text}` is no name: it has small letters, digits and `_`")
    } else {
        format!("`{text}` is not the name of the file, `{stem}`: they are one")
    };
    Err(document.flaw(name.span(), message))
}
