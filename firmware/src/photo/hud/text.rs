//! Writes lines of text with Hack, a monospaced face with Latin accents, Greek and Cyrillic.
//!
//! It never fails: a letter that the face lacks is written as a square, a text that is too long is cut.

use ab_glyph::{Font, FontRef, Glyph, GlyphId, Point, PxScale, ScaleFont};
use epaint_default_fonts::HACK_REGULAR;

use super::sheet::{Color, Sheet};

/// Stands for a letter that the face lacks.
const LACKING: char = '□';
/// Stands for the rest of a text that is too long.
const CUT: char = '…';

/// The face at a size.
pub struct Writing {
    face: FontRef<'static>,
    scale: PxScale,
    /// From a letter to the next, in whole pixels: each looks the same wherever it stands.
    cell: i32,
    height: i32,
    /// From the top of a line to where letters stand.
    ascent: i32,
}

impl Writing {
    /// Lines of so many pixels.
    pub fn new(height: u16) -> Self {
        let face = FontRef::try_from_slice(HACK_REGULAR)
            .expect("the face is part of the build, and the tests have read it");
        let scale = PxScale::from(f32::from(height));
        let scaled = face.as_scaled(scale);
        // Both are at most the height, and 1 at least.
        let cell = (scaled.h_advance(scaled.glyph_id(LACKING)).ceil() as i32).max(1);
        let ascent = scaled.ascent().round() as i32;
        Self { face, scale, cell, height: i32::from(height), ascent }
    }

    /// From the top of a line to its bottom, in pixels.
    pub fn height(&self) -> i32 {
        self.height
    }

    /// Of this text, in pixels.
    pub fn width(&self, text: &[char]) -> i32 {
        i32::try_from(text.len()).unwrap_or(i32::MAX).saturating_mul(self.cell)
    }

    /// As much of a text as `room` pixels hold, with a mark where it was cut: letters that the face has, and spaces.
    pub fn fitting(&self, text: &str, room: i32) -> Vec<char> {
        let most = usize::try_from(room / self.cell).unwrap_or(0);
        let letters = text.trim().chars().filter(|letter| !is_mark(*letter));
        let mut letters = letters.map(|letter| self.written(letter));
        let mut written: Vec<char> = letters.by_ref().take(most).collect();
        if most > 0 && letters.next().is_some() {
            written[most - 1] = CUT;
        }
        written
    }

    fn written(&self, letter: char) -> char {
        match letter {
            _ if letter.is_whitespace() => ' ',
            _ if self.face.glyph_id(letter) == GlyphId(0) => LACKING,
            _ => letter,
        }
    }

    /// Writes from this corner, top left.
    pub fn draw(&self, sheet: &mut Sheet<'_>, text: &[char], (x, y): (i32, i32), color: Color) {
        let mut left = x;
        for letter in text {
            // At the origin, and moved in whole pixels: sums of floats would depend on where it stands.
            let glyph =
                Glyph { id: self.face.glyph_id(*letter), scale: self.scale, position: Point::default() };
            if let Some(outline) = self.face.outline_glyph(glyph) {
                let bounds = outline.px_bounds();
                // Whole numbers, within a few lines of the origin.
                let corner = (left + bounds.min.x as i32, y + self.ascent + bounds.min.y as i32);
                outline.draw(|across, down, cover| {
                    // `cover` is 0 to 1 and a rounding more; the others are within the glyph.
                    let share = (cover * 256.0) as u32;
                    sheet.cover(corner.0 + across.cast_signed(), corner.1 + down.cast_signed(), color, share);
                });
            }
            left += self.cell;
        }
    }
}

/// Signs that take no place of their own: accents apart from their letter, joiners, directions, and what chooses the
/// look of the sign before. The letter stays legible without.
fn is_mark(sign: char) -> bool {
    matches!(
        sign,
        '\u{300}'..='\u{36f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{1f3fb}'..='\u{1f3ff}'
    )
}
