//! The same pixels everywhere, from every place, in bounded memory.

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use wimz_vocabulary::{DogId, TagId};

use super::*;
use crate::dog::Posture;
use crate::room::tests::living_room;

fn camera(width: u16, height: u16) -> Camera {
    Camera::new(&living_room(), Lens { width, height, horizontal_degrees: Degrees::new(96.0).unwrap() })
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn a_frame_has_the_same_pixels_in_every_build() {
    let mut camera = camera(320, 240);
    for (eye, expected) in [
        (Eye { x: 2.4, y: 1.5, z: 0.28, yaw: 1.57, pitch: 0.09 }, 0x4805_2b11_cbee_80b6),
        (Eye { x: 3.6, y: 2.8, z: 0.28, yaw: -1.9, pitch: 0.1 }, 0xcb4b_bf48_ddd6_74fe),
        (Eye { x: 5.7, y: 0.3, z: 1.6, yaw: 2.4, pitch: -0.3 }, 0xfd0c_c6d2_a7aa_1b90),
    ] {
        let found = hash(camera.render(&eye).rgb);
        assert_eq!(found, expected, "{found:#018x} from {eye:?}");
    }
}

#[test]
fn the_room_closes_around_the_eye() {
    let mut camera = camera(200, 150);
    for step in 0..24_u8 {
        let yaw = f32::from(step) * 0.2618;
        let eye = Eye { x: 3.2, y: 1.5, z: 0.28, yaw, pitch: f32::from(step % 5) * 0.3 - 0.6 };
        camera.render(&eye);
        assert!(camera.canvas.is_full(), "a hole from {eye:?}");
    }
}

#[test]
fn a_frame_does_not_depend_on_the_one_before() {
    let mut camera = camera(200, 150);
    let eye = Eye { x: 2.4, y: 1.5, z: 0.28, yaw: 1.0, pitch: 0.0 };
    let first = camera.render(&eye).rgb.to_vec();
    camera.render(&Eye { yaw: -2.0, x: 5.0, ..eye });
    assert_eq!(camera.render(&eye).rgb, first);
    assert_eq!(first.len(), 200 * 150 * 3);
}

#[test]
fn another_lens_shows_what_a_camera_made_with_it_shows() {
    let eye = Eye { x: 2.4, y: 1.5, z: 0.28, yaw: 1.0, pitch: 0.1 };
    let best = Lens { width: 256, height: 144, horizontal_degrees: Degrees::new(102.0).unwrap() };
    let mut changing = Camera::new(&living_room(), best);
    for size in [(256, 144), (128, 96), (128, 128), (256, 144)] {
        changing.fit(best.crop(size));
        let mut made = Camera::new(&living_room(), best.crop(size));
        let (found, expected) = (changing.render(&eye), made.render(&eye));
        assert_eq!((found.width, found.height), size);
        assert!(found.rgb == expected.rgb, "{size:?}");
    }
}

/// Where two pictures of one view show the same direction, they show the same: the smaller is the larger one's middle.
#[test]
fn a_square_is_the_middle_of_the_wide_picture() {
    let eye = Eye { x: 2.4, y: 1.5, z: 0.28, yaw: 1.57, pitch: 0.09 };
    let best = Lens { width: 320, height: 180, horizontal_degrees: Degrees::new(102.0).unwrap() };
    let mut camera = Camera::new(&living_room(), best);
    let wide = camera.render(&eye).rgb.to_vec();
    let square = best.crop((180, 180));
    camera.fit(square);
    let rgb = camera.render(&eye).rgb;
    let row = |rgb: &[u8], width: usize, y: usize, from: usize| -> Vec<u8> {
        rgb[(y * width + from) * 3..(y * width + from + 180) * 3].to_vec()
    };
    let far = |y: usize| {
        row(rgb, 180, y, 0).iter().zip(row(&wide, 320, y, 70)).filter(|(a, b)| a.abs_diff(*b) > 24).count()
    };
    // Perspective is straight in between every 16 pixels, and the rows begin elsewhere: edges move by less than a pixel.
    let differing: usize = (0..180).map(far).sum();
    assert!(differing < 180 * 180 * 3 / 100, "{differing} of {} bytes", 180 * 180 * 3);
    // A taller shape than the largest picture's loses its sides; one that is wider still loses top and bottom.
    assert_eq!(best.crop((640, 360)).horizontal_degrees, best.horizontal_degrees);
    assert_eq!(best.crop((640, 180)).horizontal_degrees, best.horizontal_degrees);
    assert!((square.horizontal_degrees.get() - 69.57).abs() < 0.02, "{}", square.horizontal_degrees);
}

#[test]
fn any_finite_eye_will_do() {
    let camera = RefCell::new(camera(48, 36));
    let near = (-1.0_f32..7.0, -1.0_f32..6.0, -0.5_f32..3.0, -4.0_f32..4.0, -1.6_f32..1.6);
    let wild = any::<[f32; 5]>().prop_filter("finite", |all| all.iter().all(|value| value.is_finite()));
    let eyes = prop_oneof![
        3 => near.prop_map(|(x, y, z, yaw, pitch)| Eye { x, y, z, yaw, pitch }),
        1 => wild.prop_map(|[x, y, z, yaw, pitch]| Eye { x, y, z, yaw, pitch }),
    ];
    TestRunner::default()
        .run(&eyes, |eye| {
            camera.borrow_mut().render(&eye);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_camera_stays_below_12_megabytes() {
    let camera = camera(640, 640);
    let bytes = size_of_val(camera.skins.texels()) + 640 * 640 * (3 + 4);
    assert!(bytes < 9_000_000, "{bytes} in texels and picture, which leaves too little for faces");
}

fn dog(x: f32, y: f32, posture: Posture) -> Option<DogBody> {
    let standing = DogBody::standing(DogId::new("rex").unwrap(), Pose { x, y, heading: 0.6 });
    let (coat, tag) = (0xc9_964f, Some(TagId(7)));
    Some(DogBody { posture, speed: 0.6, length: 0.95, height: 0.55, coat, tag, ..standing })
}

#[test]
fn dogs_have_the_same_pixels_in_every_build_and_leave_none_behind() {
    let mut camera = camera(320, 240);
    let eye = Eye { x: 4.2, y: 2.2, z: 0.28, yaw: 3.1, pitch: 0.05 };
    let room = camera.render(&eye).rgb.to_vec();
    for (dogs, expected) in [
        ([dog(2.7, 2.2, Posture::Stand), None], 0xb9e1_da27_62d2_7b2e),
        ([dog(2.9, 2.5, Posture::Sit), dog(2.0, 1.8, Posture::Lie)], 0x7304_7173_9685_c5ef),
    ] {
        let found = hash(camera.picture(&eye, &dogs).rgb);
        assert_eq!(found, expected, "{found:#018x}");
    }
    assert!(camera.picture(&eye, &[]).rgb == room, "the next picture knows nothing of them");
    assert!(camera.picture(&eye, &[dog(5.5, 2.2, Posture::Stand)]).rgb == room, "one behind the lens");
}

#[test]
fn furniture_stands_before_a_dog_and_a_dog_before_the_room() {
    let mut camera = camera(320, 320);
    // Across the coffee table from the sofa.
    let eye = Eye { x: 2.2, y: 1.6, z: 0.28, yaw: 1.57, pitch: 0.0 };
    let room = camera.render(&eye).rgb.to_vec();
    let mut changed = |dogs: &[Option<DogBody>]| {
        let rgb = camera.picture(&eye, dogs).rgb;
        rgb.chunks_exact(3).zip(room.chunks_exact(3)).filter(|(a, b)| a != b).count()
    };
    let before = changed(&[dog(2.2, 2.5, Posture::Lie)]);
    let behind = changed(&[dog(2.2, 3.6, Posture::Lie)]);
    assert!(before > 4_000 && behind * 8 < before, "{before} before the table, {behind} behind it");
    // Any place will do: in the lens, in a wall, on the sofa.
    for x in 0_u8..14 {
        for y in 0_u8..14 {
            changed(&[dog(f32::from(x) * 0.5 - 0.3, f32::from(y) * 0.4 - 0.3, Posture::Stand)]);
        }
    }
    changed(&[dog(2.2, 1.6, Posture::Sit)]);
}
