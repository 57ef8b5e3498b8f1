//! The same pixels everywhere, from every place, in bounded memory.

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;
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
