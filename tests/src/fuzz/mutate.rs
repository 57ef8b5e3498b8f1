//! Bytes made from good bytes.

use crate::chance::Chance;

/// What means something to one reader or another.
const TOKENS: [&[u8]; 24] = [
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"null",
    b"true",
    b"-",
    b"e9",
    b"0",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\0",
    b"\r\n",
    b" ",
    b"\\u",
    b"\"data\":{}",
    b"\"command\":\"stop\"",
];

/// Changes it in one to four places.
pub fn mutate(chance: &mut Chance, bytes: &mut Vec<u8>) {
    for _ in 0..=chance.below(4) {
        let place = chance.below(bytes.len() + 1);
        let end = (place + chance.below(12)).min(bytes.len());
        match chance.below(8) {
            0 if place < bytes.len() => bytes[place] ^= 1 << chance.below(8),
            1 => drop(bytes.drain(place..end)),
            2 => bytes.truncate(place),
            3 => {
                let again = bytes[place..end].to_vec();
                bytes.splice(place..place, again);
            }
            4 => bytes.insert(place, chance.bits() as u8),
            5 if place < bytes.len() => bytes[place] = chance.bits() as u8,
            _ => {
                let token = *chance.pick(&TOKENS);
                bytes.splice(place..place, token.iter().copied());
            }
        }
    }
}

/// The shortest input, as far as leaving things out leads, of which the same still holds.
pub fn shrink(input: &[u8], still: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut best = input.to_vec();
    let mut width = best.len().div_ceil(2);
    while width > 0 {
        let mut place = 0;
        while place < best.len() {
            let end = (place + width).min(best.len());
            let shorter = [&best[..place], &best[end..]].concat();
            if still(&shorter) { best = shorter } else { place += width }
        }
        width /= 2;
    }
    best
}
