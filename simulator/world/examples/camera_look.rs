#![allow(clippy::disallowed_methods, clippy::disallowed_types, missing_docs, reason = "scratch")]
use std::time::Instant;
use wimz_vocabulary::{Degrees, document::Document};
use wimz_world::{camera::*, room::Room};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(format!("assets/rooms/{}.toml", args[1])).unwrap();
    let t = Instant::now();
    let room = match Room::parse(&Document::new("room", &text)) {
        Ok(r) => r,
        Err(e) => {
            eprintln!("{e}");
            return;
        }
    };
    let t1 = t.elapsed();
    let lens = Lens { width: 640, height: 640, horizontal_degrees: Degrees::new(96.0).unwrap() };
    let mut cam = Camera::new(&room, lens);
    println!("parse {t1:?} total {:?}", t.elapsed());
    if args.len() > 3 {
        for _ in 0..40 {
            Camera::new(&room, lens);
        }
        let t = Instant::now();
        for _ in 0..20 {
            Camera::new(&room, lens);
        }
        println!("new {:?}", t.elapsed() / 20);
        return;
    }
    let poses: &[(f32, f32, f32, f32, f32)] = &[
        (2.4, 1.5, 0.28, 90.0, 5.0),
        (4.2, 2.4, 0.28, 180.0, 0.0),
        (1.2, 1.2, 0.28, 30.0, 10.0),
        (3.6, 2.8, 0.28, -110.0, 8.0),
        (1.3, 2.4, 0.28, -20.0, 0.0),
        (3.5, 0.9, 0.28, 130.0, 12.0),
        (5.5, 2.9, 0.28, 200.0, 10.0),
        (2.2, 3.0, 0.28, 150.0, 0.0),
        (5.7, 0.3, 1.6, 140.0, -15.0),
        (4.0, 2.0, 0.28, 45.0, 10.0),
        (1.2, 2.6, 0.28, 175.0, 10.0),
        (0.3, 4.2, 2.2, -45.0, -30.0),
    ];
    for (i, p) in poses.iter().enumerate() {
        let eye = Eye { x: p.0, y: p.1, z: p.2, yaw: p.3.to_radians(), pitch: p.4.to_radians() };
        let f = cam.render(&eye);
        if args.len() > 2 {
            let mut out = format!("P6\n{} {}\n255\n", f.width, f.height).into_bytes();
            out.extend_from_slice(f.rgb);
            std::fs::write(format!("/tmp/cam/{}_{i}.ppm", args[1]), out).unwrap();
        }
        let mut ts: Vec<f64> = (0..60)
            .map(|_| {
                let t = Instant::now();
                cam.render(&eye);
                t.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        ts.sort_by(f64::total_cmp);
        println!("pose {i}: min {:.2} median {:.2} ms = {:.0} fps", ts[0], ts[30], 1000.0 / ts[30]);
    }
}
