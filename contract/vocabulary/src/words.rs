//! Words that were not understood, and the ones that may have been meant.

use core::fmt;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The nearest of the words that would have been right, if one is near enough to have been meant.
pub fn nearest<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    words
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

/// "unknown word, did you mean" in one voice for every list of words.
pub fn unknown<'w>(kind: &str, word: &str, words: impl IntoIterator<Item = &'w str> + Clone) -> String {
    match nearest(word, words.clone()) {
        Some(meant) => format!("unknown {kind} `{word}`: did you mean `{meant}`?"),
        None => {
            let list = words.into_iter().collect::<Vec<_>>().join(", ");
            format!("unknown {kind} `{word}`: there are {list}")
        }
    }
}

/// "did you mean" and a space, to stand before what else can be done; nothing where no word is near.
pub(crate) fn perhaps<T: fmt::Display>(near: &Option<T>) -> String {
    near.as_ref().map(|near| format!("did you mean `{near}`? ")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_recognised_and_a_stranger_is_not() {
        let modes = ["idle", "manual", "silent_guardian"];
        assert_eq!(nearest("manul", modes), Some("manual"));
        assert_eq!(nearest("photography", modes), None);
        assert_eq!(unknown("mode", "idel", modes), "unknown mode `idel`: did you mean `idle`?");
    }
}
