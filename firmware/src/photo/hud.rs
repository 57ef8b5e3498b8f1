//! Writes mode, time and dog into a picture: white on translucent dark plates, legible on light and dark alike.
//!
//! It never leaves the picture, whatever the box and the name, and gives the same pixels in every build.

mod sheet;
mod text;

use jiff::Timestamp;

use super::{DogBox, Hud};
use sheet::{Area, Color, Sheet};
use text::Writing;

const WHITE: Color = [255, 255, 255];
const DARK: Color = [12, 13, 16];
const AMBER: Color = [255, 184, 28];
/// How much of a plate covers the picture, in 256ths: before a white wall, white on it keeps a contrast of 8 to 1 and
/// amber of 4.7, where 4.5 is asked for text (WCAG 2, "Contrast (Minimum)").
const PLATE: u32 = 184;
/// How dark the line around the box's line is, in 256ths: amber alone is lost on a light floor.
const RIM: u32 = 150;

/// Lengths in pixels, all from the picture's size.
struct Measures {
    /// From the picture's edge to what is written.
    margin: i32,
    /// From a plate's edge to its letters.
    pad: i32,
    /// The box's line.
    line: i32,
}

/// Draws it; `at` is when the picture was taken. A buffer that is no picture of this size is left alone.
pub fn draw(hud: &Hud, at: Timestamp, (width, height): (u16, u16), rgb: &mut [u8]) {
    let Some(mut sheet) = Sheet::new(width, height, rgb) else { return };
    // A line of text is a 22nd of the shorter side: a phone that shows the picture as wide as it is shows it as large as
    // a subtitle. Below 16 pixels accents run together.
    let line = (width.min(height) / 22).max(16);
    let writing = Writing::new(line);
    let line = i32::from(line);
    let measures = Measures { margin: line / 2, pad: line / 4, line: (line / 8).max(2) };
    let whole = sheet.area();

    let mode = hud.mode.name().replace('_', " ").to_uppercase();
    let room = whole.width - 2 * measures.margin;
    let mode = Label::new(&writing, &measures, room, &mode);
    let mode_at = Area { x: measures.margin, y: measures.margin, ..mode.area };
    let time = Label::new(&writing, &measures, room, &at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
    let bottom = whole.height - measures.margin - time.area.height;
    let time_at = Area { x: measures.margin, y: bottom, ..time.area };

    if let Some(dog) = &hud.dog {
        let frame = frame(dog, whole);
        outline(&mut sheet, frame, measures.line);
        if let Some(name) = dog.name.as_deref().filter(|name| !name.trim().is_empty()) {
            // However long it is, most of the picture's width stays clear beside it.
            let name = Label::new(&writing, &measures, whole.width / 2, name);
            let place = beside(frame, name.area, whole, measures.line, &[mode_at, time_at]);
            name.draw(&mut sheet, &writing, &measures, place, AMBER);
        }
    }
    mode.draw(&mut sheet, &writing, &measures, mode_at, WHITE);
    time.draw(&mut sheet, &writing, &measures, time_at, WHITE);
}

/// Text on a plate.
struct Label {
    text: Vec<char>,
    /// Of the plate; where it goes is said later.
    area: Area,
}

impl Label {
    /// As much of the text as a plate so wide has room for.
    fn new(writing: &Writing, measures: &Measures, room: i32, text: &str) -> Self {
        let text = writing.fitting(text, room - 2 * measures.pad);
        let width = writing.width(&text) + 2 * measures.pad;
        Self { text, area: Area { x: 0, y: 0, width, height: writing.height() + measures.pad } }
    }

    fn draw(&self, sheet: &mut Sheet<'_>, writing: &Writing, measures: &Measures, place: Area, color: Color) {
        if self.text.is_empty() {
            return;
        }
        sheet.fill(place, DARK, PLATE);
        writing.draw(sheet, &self.text, (place.x + measures.pad, place.y + measures.pad / 2), color);
    }
}

/// The box in pixels, within the picture; at least as large as its own line.
fn frame(dog: &DogBox, whole: Area) -> Area {
    // Within the picture after the clamp; a share that is no number is 0.
    let place = |share: f32, length: i32| (share.clamp(0.0, 1.0) * length as f32) as i32;
    let (left, right) = (place(dog.x, whole.width), place(dog.x + dog.width, whole.width));
    let (top, bottom) = (place(dog.y, whole.height), place(dog.y + dog.height, whole.height));
    Area { x: left, y: top, width: (right - left).max(1), height: (bottom - top).max(1) }
}

/// The box's line, inwards from its edge, between two dark rims.
fn outline(sheet: &mut Sheet<'_>, frame: Area, line: i32) {
    let rim = (line / 2).max(1);
    sheet.ring(frame.grown(rim), rim, DARK, RIM);
    sheet.ring(frame.grown(-line), rim, DARK, RIM);
    sheet.ring(frame, line, AMBER, 256);
}

/// Where a plate of this size goes: above the box, else below it, else inside; from its left edge or to its right one; the
/// first of these that is in the picture and hides no other plate.
fn beside(frame: Area, plate: Area, whole: Area, line: i32, taken: &[Area]) -> Area {
    let (outer, inner) = (frame.grown(line), frame.grown(-2 * line));
    let places = [
        (outer.y - plate.height, frame),
        (outer.y + outer.height, frame),
        (inner.y, inner),
        (inner.y + inner.height - plate.height, inner),
    ];
    let mut places = places.into_iter().flat_map(|(y, along)| {
        [along.x, along.x + along.width - plate.width].map(|x| Area { x, y, ..plate })
    });
    let free = |place: &Area| whole.contains(*place) && !taken.iter().any(|other| other.meets(*place));
    // None is free: a box that reaches into every corner, or a picture too small for three plates. Then it lies in
    // the middle, where no other plate is, and may cover part of the box's line.
    let middle = |length: i32, whole: i32| (whole - length) / 2;
    places.find(free).unwrap_or_else(|| Area {
        x: middle(plate.width, whole.width),
        y: middle(plate.height, whole.height),
        ..plate
    })
}
