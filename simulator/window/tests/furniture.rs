//! A piece of furniture is as large and of the colour that the room's file says, whatever its model; a model that cannot be read
//! is told of, and a plain box stands in its place.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and reads files"
)]

use wimz_vocabulary::document::Document;
use wimz_window::model::{ModelFile, Models, RoomModel};
use wimz_world::look::{Vec3, vec3};
use wimz_world::room::Room;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/models");

fn file(kind: &str, bytes: Vec<u8>) -> ModelFile {
    ModelFile { kind: kind.to_owned(), name: format!("models/{kind}.glb"), bytes, is_own: false }
}

fn built_in(kind: &str) -> Vec<u8> {
    std::fs::read(format!("{FOLDER}/{kind}.glb")).unwrap()
}

/// A room with one piece in its middle.
fn room(piece: &str) -> Room {
    let text = format!(
        "name = \"Den\"\nsize = [4.0, 4.0, 2.5]\nstart = {{ at = [0.5, 0.5], facing = 90 }}\n\
         [[furniture]]\nname = \"piece\"\nat = [2.0, 2.5]\n{piece}\n"
    );
    Room::parse(&Document::new("den.toml", &text)).unwrap()
}

/// The lowest and the highest place of all furniture.
fn bounds(model: &RoomModel) -> [Vec3; 2] {
    let places: Vec<Vec3> = model.furniture.iter().flat_map(|(_, mesh)| mesh.places.clone()).collect();
    let low = places.iter().fold(places[0], |low, place| low.min(*place));
    [low, places.iter().fold(low, |high, place| high.max(*place))]
}

fn near(a: Vec3, b: Vec3, by: f32) {
    let apart = (a - b).abs();
    assert!(apart.x.max(apart.y).max(apart.z) < by, "{a:?}, expected {b:?}");
}

#[test]
fn a_piece_is_as_large_as_the_room_says_and_stands_where_it_says() {
    let (models, flaws) = Models::read(&[file("dining_table", built_in("dining_table"))]);
    assert_eq!(flaws, []);
    let table = "kind = \"dining_table\"\nsize = [2.0, 1.0, 0.6]\nturn = 90";
    let model = RoomModel::new(&room(table), &models);
    let [low, high] = bounds(&model);
    // Turned, its width runs north; a bowl stands on it.
    near(low, vec3(1.5, 1.5, 0.0), 2e-3);
    near(vec3(high.x, high.y, 0.0), vec3(2.5, 3.5, 0.0), 2e-3);
    assert!(high.z > 0.65 && high.z < 0.8, "{high:?}");
    let lengths = model.furniture.iter().flat_map(|(_, mesh)| &mesh.normals).map(|normal| normal.length());
    assert!(lengths.into_iter().all(|length| (length - 1.0).abs() < 1e-3));
}

#[test]
fn what_takes_the_colour_of_the_room_has_it_and_the_rest_its_own() {
    let (models, _) = Models::read(&[file("dog_bowl", built_in("dog_bowl"))]);
    // Of all its corners, how blue the bluest is for its red, and how red the reddest for its blue.
    let tones = |piece: &str| {
        let model = RoomModel::new(&room(piece), &models);
        let colors: Vec<[f32; 4]> =
            model.furniture.iter().flat_map(|(_, mesh)| mesh.colors.clone()).collect();
        let most = |a: usize, b: usize| colors.iter().map(|color| color[a] / color[b]).fold(0.0, f32::max);
        [most(2, 0), most(0, 2)]
    };
    let [usual, other] = [tones("kind = \"dog_bowl\""), tones("kind = \"dog_bowl\"\ncolor = \"#3f7fbf\"")];
    assert!(usual[0] < 0.5 && other[0] > 5.0, "{usual:?} {other:?}");
    // The kibble stays brown.
    assert!(other[1] > 2.0, "{other:?}");
}

#[test]
fn a_plain_box_stands_where_a_model_cannot_be_read_and_the_file_is_told_of() {
    let whole = built_in("chair");
    let half = whole[..whole.len() / 2].to_vec();
    let (models, flaws) = Models::read(&[file("chair", half)]);
    assert!(flaws[0].to_string().starts_with("models/chair.glb: "), "{}", flaws[0]);
    let model = RoomModel::new(&room("kind = \"chair\"\nsize = [0.5, 0.4, 0.9]"), &models);
    let [low, high] = bounds(&model);
    near(low, vec3(1.75, 2.3, 0.0), 1e-3);
    near(high, vec3(2.25, 2.7, 0.9), 1e-3);
}

#[test]
fn a_broken_file_is_told_of_and_nothing_worse() {
    let whole = built_in("chair");
    for length in (0..whole.len()).step_by(whole.len() / 97) {
        let (_, flaws) = Models::read(&[file("chair", whole[..length].to_vec())]);
        assert_eq!(flaws.len(), 1, "cut off at {length}");
    }
    // Each byte of what describes the rest is another one.
    for place in 12..4_000 {
        let mut bytes = whole.clone();
        bytes[place] = bytes[place].wrapping_add(1);
        let (models, flaws) = Models::read(&[file("chair", bytes)]);
        assert!(flaws.len() == 1 || models.bounds("chair").is_some(), "byte {place}");
    }
}

#[test]
fn a_flaw_says_where_it_is_and_what_was_meant() {
    let described = |from: &str, to: &str| {
        let mut bytes = built_in("chair");
        let place = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        assert_eq!(from.len(), to.len());
        bytes[place..place + from.len()].copy_from_slice(to.as_bytes());
        Models::read(&[file("chair", bytes)]).1.remove(0).to_string()
    };
    let cases = [
        ("image/png", "image/gif", "material `wood of the legs`, image `grain`: is image/gif"),
        ("\"indices\":3", "\"indices\":0", "mesh `legs`, primitive 0: indices: accessor 0 is of VEC3"),
        ("\"version\":\"2.0\"", "\"version\":\"1.0\"", "is glTF 1.0: export it as glTF 2.0"),
    ];
    for (from, to, expected) in cases {
        let said = described(from, to);
        assert!(said.starts_with("models/chair.glb: ") && said.contains(expected), "{said}");
    }
    // The last bytes are the last triangle's.
    let mut bytes = built_in("chair");
    let end = bytes.len();
    bytes[end - 8..].fill(0xff);
    let said = Models::read(&[file("chair", bytes)]).1.remove(0).to_string();
    assert!(said.contains("mesh `back`, primitive 1: corner 65535 is in a triangle"), "{said}");
}
