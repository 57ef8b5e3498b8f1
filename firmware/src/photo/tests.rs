//! What is written into a photo stays in it and can be read; no two photos have one name.

use proptest::prelude::*;

use super::*;

const SIZE: (u16, u16) = (640, 480);

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn dog(x: f32, y: f32, width: f32, height: f32, name: Option<&str>) -> Option<DogBox> {
    Some(DogBox { x, y, width, height, name: name.map(str::to_owned) })
}

/// A picture of one shade with this drawn into it.
fn drawn((width, height): (u16, u16), shade: u8, mode: Mode, dog: Option<DogBox>) -> Vec<[u8; 3]> {
    let mut rgb = vec![shade; usize::from(width) * usize::from(height) * 3];
    hud::draw(&Hud { mode, dog }, at("2026-01-26T02:15:00Z"), (width, height), &mut rgb);
    rgb.as_chunks().0.to_vec()
}

/// Where two pictures of [`SIZE`] differ: left, top, right, bottom, the last two past the end.
fn difference(a: &[[u8; 3]], b: &[[u8; 3]]) -> [usize; 4] {
    let places = (0..a.len()).filter(|index| a[*index] != b[*index]).map(|index| (index % 640, index / 640));
    places.fold([usize::MAX, usize::MAX, 0, 0], |[left, top, right, bottom], (x, y)| {
        [left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1)]
    })
}

fn extent([left, top, right, bottom]: [usize; 4]) -> (usize, usize) {
    (right - left, bottom - top)
}

/// Of the plate with the name, whose box may be anywhere.
fn plate(place: [f32; 4], name: &str) -> [usize; 4] {
    let [x, y, width, height] = place;
    let with = drawn(SIZE, 255, Mode::SilentGuardian, dog(x, y, width, height, Some(name)));
    let without = drawn(SIZE, 255, Mode::SilentGuardian, dog(x, y, width, height, None));
    difference(&with, &without)
}

const MIDDLE: [f32; 4] = [0.4, 0.4, 0.2, 0.3];

#[test]
fn the_hud_has_the_same_pixels_in_every_build() {
    let mut rgb: Vec<u8> = (0..640 * 480 * 3_u32).map(|index| (index * 7 / 640 % 256) as u8).collect();
    let hud = Hud { mode: Mode::SilentGuardian, dog: dog(0.7, -0.1, 0.6, 0.5, Some("Zoë Čapek 犬")) };
    hud::draw(&hud, at("2026-01-26T02:15:00Z"), SIZE, &mut rgb);
    // FNV-1a.
    let hash = rgb.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    assert_eq!(hash, 0xd965_26fb_7098_f8e2, "{hash:#018x}");
}

#[test]
fn letters_stand_out_on_any_picture() {
    // WCAG 2, "Contrast (Minimum)": 4.5 for text.
    let luminance = |[r, g, b]: [u8; 3]| {
        let linear = |byte: u8| (f64::from(byte) / 255.0).powf(2.2);
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    };
    for shade in [0, 90, 160, 255] {
        let bare = vec![[shade; 3]; 640 * 480];
        let with = drawn(SIZE, shade, Mode::Idle, dog(0.4, 0.4, 0.2, 0.3, Some("Zoë")));
        for letters in [[255, 255, 255], [255, 184, 28]] {
            assert!(with.contains(&letters), "{letters:?}");
            let [left, top, ..] = difference(&with, &bare);
            let plate = luminance(with[top * 640 + left]);
            let contrast = (luminance(letters) + 0.05) / (plate + 0.05);
            assert!(contrast > 4.5, "{letters:?} on {shade}: {contrast}");
        }
    }
}

#[test]
fn a_name_is_whole_wherever_the_dog_is_and_covers_no_other_plate() {
    let name = "Čapek gjÁ";
    let whole = extent(plate(MIDDLE, name));
    let bare = vec![[255; 3]; 640 * 240];
    let others = drawn(SIZE, 255, Mode::SilentGuardian, None);
    let mode = difference(&others[..640 * 240], &bare);
    let [left, top, right, bottom] = difference(&others[640 * 240..], &bare);
    let time = [left, top + 240, right, bottom + 240];
    let meet = |a: [usize; 4], b: [usize; 4]| a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
    let edges = [-0.2, 0.0, 0.02, 0.3, 0.6, 0.9, 0.99, 1.0, 1.3];
    for (x, y) in edges.iter().flat_map(|x| edges.map(|y| (*x, y))) {
        for (width, height) in [(0.0, 0.0), (0.1, 0.1), (0.5, 0.9), (1.4, 1.4)] {
            let place = [x, y, width, height];
            let plate = plate(place, name);
            assert_eq!(extent(plate), whole, "{place:?}");
            assert!(!meet(plate, mode) && !meet(plate, time), "{place:?} puts it at {plate:?}");
        }
    }
}

#[test]
fn a_name_that_cannot_be_written_is_still_a_name() {
    let same = |a: &str, b: &str| {
        let [x, y, width, height] = MIDDLE;
        let with = |name| drawn(SIZE, 90, Mode::Coach, dog(x, y, width, height, Some(name)));
        assert!(with(a) == with(b), "{a} as {b}");
    };
    same("犬🐶", "□□");
    same("Zoe\u{308}", "Zoe");
    same("👩\u{200d}🦰\u{fe0f}", "□□");
    same(" Elsa\n", "Elsa");
    same("El\tsa", "El sa");
    let long = "Wigglesworth ".repeat(1000);
    let (width, height) = extent(plate(MIDDLE, &long));
    assert!((240..=320).contains(&width), "{width} of half the picture");
    assert_eq!(height, extent(plate(MIDDLE, "Elsa")).1);
    same(&long, "Wigglesworth Wigglesworth W…");
    assert!(
        drawn(SIZE, 90, Mode::Coach, dog(0.4, 0.4, 0.2, 0.3, Some(" ")))
            == drawn(SIZE, 90, Mode::Coach, dog(0.4, 0.4, 0.2, 0.3, None))
    );
}

proptest! {
    #[test]
    fn any_box_name_and_size_will_do(place: [f32; 4], name: String, width in 0..200_u16, height in 0..120_u16) {
        let [x, y, w, h] = place;
        drawn((width, height), 90, Mode::Manual, dog(x, y, w, h, Some(&name)));
    }
}

#[test]
fn what_is_no_picture_is_no_photo() {
    let shot = |width, height, bytes| Shot {
        taken: at("2026-01-26T02:15:00Z"),
        filename: String::new(),
        width,
        height,
        rgb: vec![0; bytes],
    };
    let hud = Hud { mode: Mode::Idle, dog: None };
    for (width, height, bytes) in [(64, 48, 99), (0, 48, 0), (64, 0, 0)] {
        let photo = develop(shot(width, height, bytes), Some(&hud));
        assert!(matches!(photo, Err(PhotoError::NoPicture(_))), "{width}x{height}: {photo:?}");
    }
    let photo = develop(shot(64, 48, 64 * 48 * 3), Some(&hud)).unwrap();
    assert!(photo.with_hud && photo.jpeg.starts_with(&[0xff, 0xd8]) && photo.jpeg.ends_with(&[0xff, 0xd9]));
    // JPEG's frame header: length, 8 bits, height, width, 3 components, and the first's number and sampling: 1 by 1.
    let header = [0, 17, 8, 0, 48, 0, 64, 3, 0, 0x11];
    assert!(photo.jpeg.windows(10).any(|bytes| bytes == header), "colour is at full resolution");
}

#[test]
fn no_two_photos_have_one_name() {
    let mut names = PhotoNames::default();
    let mut name = |text| names.name(at(text));
    assert_eq!(name("2026-01-26T02:15:00Z"), "wimz_20260126_021500.jpg");
    assert_eq!(name("2026-01-26T02:15:00.9Z"), "wimz_20260126_021500_2.jpg");
    assert_eq!(name("2026-01-26T02:15:00.1Z"), "wimz_20260126_021500_3.jpg");
    assert_eq!(name("2026-01-26T02:15:01Z"), "wimz_20260126_021501.jpg");
    // Set back into a second that had photos: which numbers it had is not remembered.
    assert_eq!(name("2026-01-26T02:15:00Z"), "wimz_20260126_021500_4.jpg");
    assert_eq!(name("2026-01-26T02:15:01Z"), "wimz_20260126_021501_2.jpg");
    assert_eq!(name("2026-01-26T02:15:02Z"), "wimz_20260126_021502.jpg");
    assert_eq!(name("1970-01-01T00:00:00Z"), "wimz_19700101_000000_5.jpg");
}

proptest! {
    #[test]
    fn no_two_names_are_the_same_however_the_clock_jumps(seconds in prop::collection::vec(0..6_i64, 0..60)) {
        let mut names = PhotoNames::default();
        let mut given: Vec<String> =
            seconds.iter().map(|second| names.name(Timestamp::from_second(*second).unwrap())).collect();
        given.sort();
        given.dedup();
        prop_assert_eq!(given.len(), seconds.len());
    }
}
