//! Room files that are right, and what is said about those that are not.

use super::furniture::KINDS;
use super::*;

/// The furnished room.
pub(crate) fn living_room() -> Room {
    let text = include_str!("../../../../assets/rooms/living_room.toml");
    Room::parse(&Document::new("living_room.toml", text)).unwrap()
}

fn empty_room() -> Room {
    let text = include_str!("../../../../assets/rooms/empty.toml");
    Room::parse(&Document::new("empty.toml", text)).unwrap()
}

/// Four lines; what is added to it starts at line 5.
const START: &str =
    "name = \"Test\"\nsize = [4, 3.5, 2.5]\nstart = { at = [2.0, 1.0], facing = 90 }\n[look]\n";

fn parsed(more: &str) -> Result<Room, Flaw> {
    Room::parse(&Document::new("test.toml", &format!("{START}{more}")))
}

#[test]
fn flaws_stand_at_the_value_that_is_wrong() {
    let piece = "[[furniture]]\nname = \"it\"\n";
    for (text, line, column, said) in [
        ("floor = \"oka\"".to_owned(), 5, 9, "did you mean `oak`?"),
        ("wall = \"#12345\"".to_owned(), 5, 8, "not a colour"),
        ("wal = \"#123456\"".to_owned(), 5, 1, "did you mean `wall`?"),
        (
            "[[furniture]]\nname = \"\\u001b[2J\"\nkind = \"plant\"\nat = [3, 3]".to_owned(),
            6,
            8,
            "no control characters",
        ),
        (format!("{piece}kind = \"sofo\"\nat = [2, 3]"), 7, 8, "did you mean `sofa`?"),
        (format!("{piece}kind = \"plant\"\nat = [nan, 3]"), 8, 7, "the x of `it`"),
        (format!("{piece}kind = \"plant\"\nat = [3, inf]"), 8, 10, "the y of `it`"),
        (format!("{piece}kind = \"plant\"\nat = [3.8, 2]"), 8, 6, "`it` reaches 18 cm through the east wall"),
        (format!("{piece}kind = \"sofa\"\nturn = 90\nat = [0.5, 0.9]"), 9, 6, "through the south wall"),
        (
            format!("{piece}kind = \"armchair\"\nat = [2, 1.4]"),
            8,
            6,
            "stands where the robot starts, at [2, 1]",
        ),
        (format!("{piece}kind = \"rug\"\nat = [2, 2]\nsize = [2, 9, 0.01]"), 9, 12, "the depth of `it`"),
        (format!("{piece}kind = \"rug\"\nat = [2, 2]\nturn = 700"), 9, 8, "the turn of `it`"),
        (format!("{piece}kind = \"rug\"\nat = [2, 2]\ncolour = \"red\""), 9, 1, "did you mean `color`?"),
        (
            format!("{piece}kind = \"rug\"\nat = [2, 2]\n{piece}kind = \"plant\"\nat = [3, 3]"),
            10,
            8,
            "the name of the piece in line 6",
        ),
        (
            "[[window]]\nwall = \"nroth\"\nat = 2\nsill = 1\nsize = [1, 1]".to_owned(),
            6,
            8,
            "did you mean `north`?",
        ),
        (
            "[[window]]\nwall = \"east\"\nat = 3.3\nsill = 1\nsize = [1, 1]".to_owned(),
            7,
            6,
            "along the east wall",
        ),
        ("[[window]]\nwall = \"east\"\nat = 2\nsill = 1.9\nsize = [1, 1]".to_owned(), 8, 8, "it would reach"),
    ] {
        let flaw = parsed(&text).unwrap_err();
        assert_eq!((flaw.line, flaw.column), (line, column), "{text}\n{flaw}");
        assert!(flaw.message.contains(said), "{flaw}");
    }
}

#[test]
fn a_start_in_a_wall_and_a_room_too_large_are_refused() {
    for (text, column, said) in [
        ("name = \"T\"\nsize = [4, 40, 2.5]\nstart = { at = [2, 1], facing = 0 }", 12, "the room's depth"),
        ("name = \"T\"\nsize = [4, 4, nan]\nstart = { at = [2, 1], facing = 0 }", 15, "the room's height"),
        ("name = \"T\"\nstart = { at = [2, 0.1], facing = 0 }\nsize = [4, 4, 2.5]", 16, "in the south wall"),
    ] {
        let flaw = Room::parse(&Document::new("test.toml", text)).unwrap_err();
        assert_eq!((flaw.line, flaw.column), (2, column), "{flaw}");
        assert!(flaw.message.contains(said), "{flaw}");
    }
}

#[test]
fn an_empty_room_is_four_walls() {
    let room = empty_room();
    let names: Vec<&str> = room.obstacles().iter().map(|obstacle| obstacle.name.as_str()).collect();
    assert_eq!(names, ["north wall", "east wall", "south wall", "west wall"]);
    let inner =
        Outline::Box { center: Point { x: 2.0, y: 2.0 }, half_width: 1.999, half_depth: 1.999, turn: 0.0 };
    assert!(room.obstacles().iter().all(|wall| !wall.outline.touches(&inner)));
}

#[test]
fn a_robot_fits_below_a_coffee_table_but_not_between_its_legs_and_the_floor() {
    let room = living_room();
    let legs: Vec<&Outline> =
        room.obstacles().iter().filter(|o| o.name == "coffee table leg").map(|o| &o.outline).collect();
    assert_eq!(legs.len(), 4);
    for leg in legs {
        let Outline::Box { half_width, half_depth, .. } = leg else { panic!("{leg:?}") };
        assert!(*half_width < 0.05 && *half_depth < 0.05);
    }
    assert!(room.obstacles().iter().all(|obstacle| obstacle.name != "coffee table"));

    let low =
        "[[furniture]]\nname = \"it\"\nkind = \"coffee_table\"\nat = [2, 2.5]\nsize = [1.05, 0.55, 0.33]";
    let room = parsed(low).unwrap();
    assert_eq!(room.obstacles().iter().filter(|obstacle| obstacle.name == "it").count(), 1);
}

#[test]
fn the_living_room_leaves_a_loop_to_patrol() {
    let room = living_room();
    let floor =
        Outline::Box { center: Point { x: 2.4, y: 1.7 }, half_width: 1.1, half_depth: 0.9, turn: 0.0 };
    let hit = room.obstacles().iter().find(|obstacle| obstacle.outline.touches(&floor));
    assert_eq!(hit, None);
}

#[test]
fn a_plan_is_what_a_page_expects() {
    let room = parsed(concat!(
        "[[furniture]]\nname = \"pot\"\nkind = \"plant\"\nat = [3, 3]\n",
        "[[furniture]]\nname = \"mat\"\nkind = \"rug\"\nat = [2, 2]\nsize = [1.5, 1, 0.01]\ncolor = \"#00ff7F\"\n",
    ))
    .unwrap();
    // Reading and writing are derived from the same names.
    let expected = r##"
        name = "Test"
        width = 4.0
        depth = 3.5
        start = { x = 2.0, y = 1.0, heading = 1.5707964 }
        [[furniture]]
        name = "mat"
        kind = "rug"
        color = "#00ff7f"
        shapes = [{ box = { x = 2.0, y = 2.0, width = 1.5, depth = 1.0, turn = 0.0 } }]
        solid = false
        [[furniture]]
        name = "pot"
        kind = "plant"
        color = "#3f8f4f"
        shapes = [{ disc = { x = 3.0, y = 3.0, radius = 0.375 } }]
        solid = true
    "##;
    assert_eq!(room.plan(), Document::new("plan", expected).read().unwrap());
}

#[test]
fn every_kind_keeps_its_shape_from_its_smallest_to_its_largest() {
    for kind in KINDS {
        for share in [file::SMALLEST, 1.0, file::LARGEST] {
            let [x, y, z] = kind.size;
            let mut built =
                builder::Builder::new(kind.word, Vec3::default(), 0.0, vec3(x, y, z) * share, kind.color);
            (kind.build)(&mut built);
            assert!(!built.solids.is_empty() && !built.shapes.is_empty(), "{}", kind.word);
            for solid in &built.solids {
                let half = solid.half();
                assert!(half.x.min(half.y).min(half.z) > 0.0, "{} at {share}: {solid:?}", kind.word);
                assert!(solid.center.z > 0.0, "{} at {share}: {solid:?}", kind.word);
            }
        }
    }
}
