//! The room file: what people write, and every check that it passes before anything is built from it.
//!
//! Each flaw stands at the very value that is wrong, and says what would be right.

use core::f32::consts::PI;
use core::ops::{Range, RangeInclusive};

use serde::Deserialize;
use wimz_vocabulary::document::{Document, Flaw, Spanned, unknown};

use super::builder::Builder;
use super::fixtures::{self, ART, Door, Picture, Place, Wall, Window};
use super::furniture::{KINDS, Kind};
use super::solid::linear;
use super::vector::{Turn, Vec3, vec3};
use super::{Floor, Look, Outline, Piece, PlanPiece, Room, walls};
use crate::geometry::{Point, Pose};

/// The robot's length and width, in metres: where it starts must be free of all else.
const ROBOT: [f32; 2] = [0.35, 0.28];
/// Bounds the camera's memory and the time it takes to start.
const MOST_PIECES: usize = 48;
const MOST_FIXTURES: usize = 12;
/// Furniture comes in these shares of its kind's usual size.
pub(super) const SMALLEST: f32 = 0.55;
pub(super) const LARGEST: f32 = 2.5;

type Number = Spanned<f32>;
type Word = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Word,
    #[serde(default)]
    about: String,
    size: [Number; 3],
    start: Start,
    #[serde(default)]
    look: LookTable,
    #[serde(default, rename = "window")]
    windows: Vec<Spanned<WindowTable>>,
    #[serde(default, rename = "door")]
    doors: Vec<Spanned<DoorTable>>,
    #[serde(default, rename = "picture")]
    pictures: Vec<Spanned<PictureTable>>,
    #[serde(default)]
    furniture: Vec<Spanned<PieceTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    at: Spanned<[Number; 2]>,
    facing: Number,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LookTable {
    floor: Option<Word>,
    wall: Option<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WindowTable {
    wall: Word,
    at: Number,
    sill: Number,
    size: [Number; 2],
    curtains: Option<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DoorTable {
    wall: Word,
    at: Number,
    size: Option<[Number; 2]>,
    color: Option<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PictureTable {
    wall: Word,
    at: Number,
    middle: Number,
    size: [Number; 2],
    art: Word,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PieceTable {
    name: Word,
    kind: Word,
    at: Spanned<[Number; 2]>,
    size: Option<[Number; 3]>,
    turn: Option<Number>,
    color: Option<Word>,
}

/// Reads and checks the whole file.
pub(super) fn read(document: &Document<'_>) -> Result<Room, Flaw> {
    let file: File = document.read()?;
    let check = Check { document };
    let [width, depth, height] = &file.size;
    let size = vec3(
        check.within(width, 2.0..=12.0, "the room's width in metres")?,
        check.within(depth, 2.0..=12.0, "the room's depth in metres")?,
        check.within(height, 2.0..=4.0, "the room's height in metres")?,
    );
    let start = check.start(&file.start, size)?;
    check.readable(&file.name)?;
    let mut room = Room {
        name: file.name.into_inner(),
        about: file.about,
        width: size.x,
        depth: size.y,
        height: size.z,
        start,
        look: check.look(&file.look)?,
        solids: fixtures::ceiling_lamp(size),
        furniture: vec![],
        lamps: vec![],
        windows: vec![],
        doors: vec![],
        perches: vec![],
        obstacles: walls(size).into(),
        pieces: vec![],
    };
    check.count(&file.windows, MOST_FIXTURES, "windows")?;
    check.count(&file.doors, MOST_FIXTURES, "doors")?;
    check.count(&file.pictures, MOST_FIXTURES, "pictures")?;
    check.count(&file.furniture, MOST_PIECES, "pieces of furniture")?;
    for table in file.windows.iter().map(Spanned::get_ref) {
        let window = check.window(table, size)?;
        room.windows.push(window.place);
        room.solids.append(&mut window.build(size));
    }
    let doors: Vec<Door> =
        (file.doors.iter()).map(|table| check.door(table.get_ref(), size)).collect::<Result<_, _>>()?;
    room.doors.extend(doors.iter().map(|door| door.place));
    room.solids.extend(doors.iter().flat_map(|door| door.build(size)));
    room.solids.append(&mut fixtures::trim(size, &doors));
    for table in file.pictures.iter().map(Spanned::get_ref) {
        room.solids.append(&mut check.picture(table, size)?.build(size));
    }
    let mut heights = vec![];
    for (index, table) in file.furniture.iter().map(Spanned::get_ref).enumerate() {
        let earlier = file.furniture.iter().take(index).map(|other| &other.get_ref().name);
        check.name(&table.name, earlier)?;
        let height = check.piece(table, &mut room)?;
        heights.push(height);
    }
    let mut order: Vec<(f32, PlanPiece)> =
        heights.into_iter().zip(core::mem::take(&mut room.pieces)).collect();
    order.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    room.pieces = order.into_iter().map(|(_, piece)| piece).collect();
    Ok(room)
}

/// The checks, with the document that flaws are found in.
struct Check<'a> {
    document: &'a Document<'a>,
}

impl Check<'_> {
    fn flaw<T>(&self, place: Range<usize>, message: impl Into<String>) -> Result<T, Flaw> {
        Err(self.document.flaw(place, message))
    }

    fn within(&self, number: &Number, range: RangeInclusive<f32>, what: &str) -> Result<f32, Flaw> {
        let value = *number.get_ref();
        if range.contains(&value) {
            return Ok(value);
        }
        let message = format!("{what} is {value}: it must be from {} to {}", range.start(), range.end());
        self.flaw(number.span(), message)
    }

    fn count<T>(&self, list: &[Spanned<T>], most: usize, what: &str) -> Result<(), Flaw> {
        match list.get(most) {
            Some(one) => {
                self.flaw(one.span(), format!("more than {most} {what}: a room holds {most} at most"))
            }
            None => Ok(()),
        }
    }

    fn word<T: Copy>(&self, word: &Word, kind: &str, words: &[(&'static str, T)]) -> Result<T, Flaw> {
        let found = words.iter().find(|(known, _)| known == word.get_ref());
        match found {
            Some(&(_, value)) => Ok(value),
            None => {
                self.flaw(word.span(), unknown(kind, word.get_ref(), words.iter().map(|&(known, _)| known)))
            }
        }
    }

    fn color(&self, word: &Word) -> Result<u32, Flaw> {
        let text = word.get_ref();
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        // from_str_radix alone would take "+12345".
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(rgb) => Ok(rgb),
            None => self.flaw(word.span(), format!("`{text}` is not a colour: write it like \"#d9b44a\"")),
        }
    }

    fn color_or(&self, word: Option<&Word>, usual: u32) -> Result<u32, Flaw> {
        word.map_or(Ok(usual), |word| self.color(word))
    }

    fn start(&self, table: &Start, size: Vec3) -> Result<Pose, Flaw> {
        let [x, y] = table.at.get_ref();
        let degrees = self.within(&table.facing, -360.0..=360.0, "the start's facing in degrees")?;
        let x = self.within(x, 0.0..=size.x, "the start's x in metres")?;
        let y = self.within(y, 0.0..=size.y, "the start's y in metres")?;
        let turn = degrees.to_radians();
        let heading = libm::remainderf(turn, 2.0 * PI).clamp(-PI, PI);
        let pose = Pose { x, y, heading };
        match walls(size).iter().find(|wall| wall.outline.touches(&robot(pose))) {
            Some(wall) => self.flaw(table.at.span(), format!("the robot would start in the {}", wall.name)),
            None => Ok(pose),
        }
    }

    fn look(&self, table: &LookTable) -> Result<Look, Flaw> {
        let floors = [("oak", Floor::Oak), ("walnut", Floor::Walnut), ("tiles", Floor::Tiles)];
        Ok(Look {
            floor: table.floor.as_ref().map_or(Ok(Floor::Oak), |word| self.word(word, "floor", &floors))?,
            wall: linear(self.color_or(table.wall.as_ref(), 0xe9dfcf)?),
        })
    }

    /// A rectangle on a wall; `bottom` is its lower edge and the number that set it.
    fn place(
        &self,
        wall: &Word,
        at: &Number,
        [width, height]: [(f32, &Number); 2],
        bottom: (f32, &Number),
        size: Vec3,
    ) -> Result<Place, Flaw> {
        let wall_word = wall.get_ref();
        let wall = self.word(wall, "wall", &Wall::WORDS)?;
        let length = wall.length(size);
        let ((width, width_at), (height, height_at), (bottom, bottom_at)) = (width, height, bottom);
        // A hand's breadth is left for frames.
        if width > length - 0.2 {
            return self.flaw(
                width_at.span(),
                format!("{width} m is too wide for the {wall_word} wall of {length} m"),
            );
        }
        if height > size.z - 0.2 {
            return self.flaw(height_at.span(), format!("{height} m is too high for a room of {} m", size.z));
        }
        if bottom < 0.0 || bottom + height > size.z - 0.1 {
            let message =
                format!("it would reach from {bottom} m to {} m in a room of {} m", bottom + height, size.z);
            return self.flaw(bottom_at.span(), message);
        }
        let reach = 0.5 * width + 0.1;
        let at = self.within(at, reach..=length - reach, &format!("the place along the {wall_word} wall"))?;
        Ok(Place { wall, at, bottom, width, height })
    }

    fn window(&self, table: &WindowTable, size: Vec3) -> Result<Window, Flaw> {
        let [width, height] = &table.size;
        let sizes = [
            (self.within(width, 0.3..=6.0, "the window's width in metres")?, width),
            (self.within(height, 0.3..=3.0, "the window's height in metres")?, height),
        ];
        let sill = self.within(&table.sill, 0.1..=3.0, "the window's sill in metres above the floor")?;
        let place = self.place(&table.wall, &table.at, sizes, (sill, &table.sill), size)?;
        let curtains = table.curtains.as_ref().map(|word| self.color(word)).transpose()?;
        Ok(Window { place, curtains })
    }

    fn door(&self, table: &DoorTable, size: Vec3) -> Result<Door, Flaw> {
        let sizes = match &table.size {
            Some([width, height]) => [
                (self.within(width, 0.5..=2.5, "the door's width in metres")?, width),
                (self.within(height, 1.5..=3.0, "the door's height in metres")?, height),
            ],
            None => [(0.86, &table.at), ((size.z - 0.25).min(2.02), &table.at)],
        };
        let place = self.place(&table.wall, &table.at, sizes, (0.0, &table.at), size)?;
        Ok(Door { place, color: self.color_or(table.color.as_ref(), 0xe6dccb)? })
    }

    fn picture(&self, table: &PictureTable, size: Vec3) -> Result<Picture, Flaw> {
        let [width, height] = &table.size;
        let sizes = [
            (self.within(width, 0.1..=3.0, "the picture's width in metres")?, width),
            (self.within(height, 0.1..=2.0, "the picture's height in metres")?, height),
        ];
        let middle =
            self.within(&table.middle, 0.1..=4.0, "the picture's middle in metres above the floor")?;
        let bottom = (middle - 0.5 * sizes[1].0, &table.middle);
        let place = self.place(&table.wall, &table.at, sizes, bottom, size)?;
        let arts: Vec<(&str, u8)> = ART.into_iter().zip(0..).collect();
        Ok(Picture { place, art: self.word(&table.art, "picture", &arts)? })
    }

    /// A name is printed on terminals and pages: short, and without anything that moves a cursor.
    fn readable(&self, name: &Word) -> Result<(), Flaw> {
        let text = name.get_ref();
        if text.trim().is_empty() || text.chars().count() > 80 || text.chars().any(char::is_control) {
            return self.flaw(name.span(), "a name has 1 to 80 characters, and no control characters");
        }
        Ok(())
    }

    fn name<'n>(&self, name: &Word, mut earlier: impl Iterator<Item = &'n Word>) -> Result<(), Flaw> {
        let text = name.get_ref();
        self.readable(name)?;
        match earlier.find(|other| other.get_ref() == text) {
            Some(other) => {
                let line = self.document.flaw(other.span(), "").line;
                self.flaw(name.span(), format!("`{text}` is the name of the piece in line {line} already"))
            }
            None => Ok(()),
        }
    }

    /// Checks a piece, puts it into the room, and says how high it is on the plan.
    fn piece(&self, table: &PieceTable, room: &mut Room) -> Result<f32, Flaw> {
        let name = table.name.get_ref();
        let kinds: Vec<(&str, &Kind)> = KINDS.iter().map(|kind| (kind.word, kind)).collect();
        let kind = self.word(&table.kind, "kind of furniture", &kinds)?;
        let rgb = self.color_or(table.color.as_ref(), kind.color)?;
        let [width, depth, height] = kind.size;
        let size = match &table.size {
            // In this span, what a kind is built of keeps its shape.
            Some([w, d, h]) => {
                let span = |usual: f32| SMALLEST * usual..=LARGEST * usual;
                vec3(
                    self.within(w, span(width), &format!("the width of `{name}` in metres"))?,
                    self.within(d, span(depth), &format!("the depth of `{name}` in metres"))?,
                    self.within(h, span(height), &format!("the height of `{name}` in metres"))?,
                )
            }
            None => vec3(width, depth, height),
        };
        let degrees = match &table.turn {
            Some(turn) => self.within(turn, -360.0..=360.0, &format!("the turn of `{name}` in degrees"))?,
            None => 0.0,
        };
        let [x, y] = table.at.get_ref();
        let x = self.within(x, 0.0..=room.width, &format!("the x of `{name}` in metres"))?;
        let y = self.within(y, 0.0..=room.depth, &format!("the y of `{name}` in metres"))?;
        let turn = degrees.to_radians();
        self.inside(table, Point { x, y }, turn, size, room)?;

        let at = vec3(x, y, 0.0);
        let mut built = Builder::new(name, at, turn, size, rgb);
        (kind.build)(&mut built);
        let robot = robot(room.start);
        if built.obstacles.iter().any(|obstacle| obstacle.outline.touches(&robot)) {
            let Pose { x, y, .. } = room.start;
            return self
                .flaw(table.at.span(), format!("`{name}` stands where the robot starts, at [{x}, {y}]"));
        }
        room.pieces.push(PlanPiece {
            name: name.clone(),
            kind: kind.word.to_owned(),
            color: format!("#{rgb:06x}"),
            shapes: built.shapes,
            solid: !built.obstacles.is_empty(),
        });
        let first = room.solids.len();
        room.solids.append(&mut built.solids);
        room.furniture.push(Piece {
            kind: kind.word,
            at,
            turn: Turn::new(turn),
            size,
            usual: vec3(width, depth, height),
            color: linear(rgb),
            usual_color: linear(kind.color),
            solids: first..room.solids.len(),
        });
        room.lamps.append(&mut built.lamps);
        room.perches.append(&mut built.perches);
        room.obstacles.append(&mut built.obstacles);
        Ok(size.z)
    }

    fn inside(
        &self,
        table: &PieceTable,
        center: Point,
        turn: f32,
        size: Vec3,
        room: &Room,
    ) -> Result<(), Flaw> {
        let outline = Outline::Box { center, half_width: 0.5 * size.x, half_depth: 0.5 * size.y, turn };
        let (low, high) = outline.bounds();
        // A millimetre of grace: a piece may stand against the wall.
        let over = [
            (-low.x, "west"),
            (-low.y, "south"),
            (high.x - room.width, "east"),
            (high.y - room.depth, "north"),
        ];
        let name = table.name.get_ref();
        for (by, wall) in over {
            if by > 1e-3 {
                let message =
                    format!("`{name}` reaches {:.0} cm through the {wall} wall", (by * 100.0).max(1.0));
                return self.flaw(table.at.span(), message);
            }
        }
        if size.z > room.height - 0.05 {
            let message =
                format!("`{name}` of {} m does not fit under a ceiling of {} m", size.z, room.height);
            let place = table.size.as_ref().map_or(table.at.span(), |[_, _, height]| height.span());
            return self.flaw(place, message);
        }
        Ok(())
    }
}

/// The ground that the robot covers.
fn robot(pose: Pose) -> Outline {
    let [length, width] = ROBOT;
    let center = Point { x: pose.x, y: pose.y };
    Outline::Box { center, half_width: 0.5 * length, half_depth: 0.5 * width, turn: pose.heading }
}
