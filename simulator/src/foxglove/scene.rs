//! The room, the robot and the dogs as bodies in space, and where they are. x is east, y is north, z is up, in metres.

use serde_json::{Value, json};
use wimz_world::room::{Plan, PlanPiece, PlanShape};
use wimz_world::{DogBody, Posture};

use super::messages::stamp;
use crate::sample::Sample;

/// How high furniture is drawn: a plan knows no heights.
const SOLID: f32 = 0.35;
const FLAT: f32 = 0.01;
const WALL: f32 = 0.25;

/// Where the head is on the robot, from its middle on the floor.
const HEAD: [f32; 3] = [0.06, 0.0, 0.2];

/// How the dogs hold themselves.
pub fn postures(sample: &Sample) -> Vec<Posture> {
    sample.dogs.iter().map(|dog| dog.posture).collect()
}

/// All bodies. Those of robot and dogs lie in frames of their own, so that they need be told anew when they change only.
pub fn update(plan: &Plan, sample: &Sample) -> Value {
    let entity = |id: &str, frame: &str, parts: Value| {
        let mut entity = json!({
            "timestamp": stamp(sample.at), "frame_id": frame, "id": id, "frame_locked": true,
            "lifetime": { "sec": 0, "nsec": 0 }, "metadata": [], "arrows": [], "cubes": [], "spheres": [],
            "cylinders": [], "lines": [], "triangles": [], "texts": [], "models": [],
        });
        if let (Value::Object(entity), Value::Object(parts)) = (&mut entity, parts) {
            entity.extend(parts);
        }
        entity
    };
    let mut entities = vec![entity("room", "room", shell(plan))];
    entities.extend(
        plan.furniture
            .iter()
            .map(|piece| entity(&format!("furniture/{}", piece.name), "room", furniture(piece))),
    );
    entities.push(entity("robot", "robot", robot()));
    entities.push(entity("head", "head", head()));
    for dog in &sample.dogs {
        let frame = format!("dog/{}", dog.id);
        entities.push(entity(&frame, &frame, body(dog)));
    }
    json!({ "deletions": [], "entities": entities })
}

/// Where everybody is.
pub fn transforms(sample: &Sample) -> Value {
    let frame = |parent: &str, child: &str, [x, y, z]: [f32; 3], rotation: Value| {
        json!({
            "timestamp": stamp(sample.at), "parent_frame_id": parent, "child_frame_id": child,
            "translation": { "x": x, "y": y, "z": z }, "rotation": rotation,
        })
    };
    let robot = sample.robot;
    let (pan, tilt) = sample.head;
    let mut transforms = vec![
        frame("room", "robot", [robot.x, robot.y, 0.0], turned(robot.heading, 0.0)),
        frame("robot", "head", HEAD, turned(pan.to_radians(), tilt.to_radians())),
    ];
    for dog in &sample.dogs {
        let at = [dog.pose.x, dog.pose.y, dog.ground];
        transforms.push(frame("room", &format!("dog/{}", dog.id), at, turned(dog.pose.heading, 0.0)));
    }
    json!({ "transforms": transforms })
}

fn shell(plan: &Plan) -> Value {
    let (wide, deep) = (plan.width, plan.depth);
    let wall = |at: [f32; 2], size: [f32; 2]| {
        cube([at[0], at[1], WALL / 2.0], 0.0, [size[0], size[1], WALL], color(0x00a3_b3c5, 0.5))
    };
    json!({ "cubes": [
        cube([wide / 2.0, deep / 2.0, -0.01], 0.0, [wide, deep, 0.02], color(0x0020_2935, 1.0)),
        wall([wide / 2.0, deep + 0.03], [wide, 0.06]),
        wall([wide / 2.0, -0.03], [wide, 0.06]),
        wall([wide + 0.03, deep / 2.0], [0.06, deep]),
        wall([-0.03, deep / 2.0], [0.06, deep]),
    ] })
}

fn furniture(piece: &PlanPiece) -> Value {
    let rgb = u32::from_str_radix(piece.color.trim_start_matches('#'), 16).unwrap_or(0x0080_8080);
    let (mut cubes, mut cylinders) = (Vec::new(), Vec::new());
    let high = if piece.solid { SOLID } else { FLAT };
    for (place, shape) in piece.shapes.iter().enumerate() {
        // What lies on top of the other is drawn a little higher, so that it is seen.
        let high = high + 0.005 * place as f32;
        match *shape {
            PlanShape::Box { x, y, width, depth, turn } => {
                cubes.push(cube([x, y, high / 2.0], turn, [width, depth, high], color(rgb, 0.9)));
            }
            PlanShape::Disc { x, y, radius } => cylinders.push(json!({
                "pose": pose([x, y, high / 2.0], 0.0), "size": vector([2.0 * radius, 2.0 * radius, high]),
                "bottom_scale": 1.0, "top_scale": 1.0, "color": color(rgb, 0.9),
            })),
        }
    }
    json!({ "cubes": cubes, "cylinders": cylinders })
}

fn robot() -> Value {
    let track = |side: f32| cube([0.0, side, 0.05], 0.0, [0.3, 0.05, 0.1], color(0x00f4_c542, 1.0));
    json!({ "cubes": [
        track(0.11), track(-0.11), cube([0.0, 0.0, 0.09], 0.0, [0.26, 0.17, 0.12], color(0x00ea_f0f7, 1.0)),
    ] })
}

fn head() -> Value {
    json!({ "cubes": [cube([0.0, 0.0, 0.0], 0.0, [0.06, 0.1, 0.06], color(0x0010_151d, 1.0))],
        "spheres": [sphere([0.035, 0.0, 0.0], [0.04, 0.04, 0.04], color(0x006c_b2f5, 1.0))] })
}

fn body(dog: &DogBody) -> Value {
    let (long, high) = (dog.length, dog.height);
    let (middle, neck) = match dog.posture {
        Posture::Stand => (0.72 * high, 1.0 * high),
        Posture::Sit => (0.5 * high, 1.0 * high),
        Posture::Lie => (0.25 * high, 0.5 * high),
    };
    let coat = color(dog.coat, 1.0);
    json!({
        "spheres": [
            sphere([-0.05 * long, 0.0, middle], [0.85 * long, 0.3 * long, 0.5 * high], coat.clone()),
            sphere([0.42 * long, 0.0, neck], [0.28 * long, 0.2 * long, 0.22 * long], coat),
        ],
        "texts": [{
            "pose": pose([0.0, 0.0, high + 0.25], 0.0), "billboard": true, "font_size": 0.14,
            "scale_invariant": false, "color": color(0x00ea_f0f7, 1.0), "text": dog.id.as_str(),
        }],
    })
}

fn cube(at: [f32; 3], turn: f32, size: [f32; 3], color: Value) -> Value {
    json!({ "pose": pose(at, turn), "size": vector(size), "color": color })
}

fn sphere(at: [f32; 3], size: [f32; 3], color: Value) -> Value {
    json!({ "pose": pose(at, 0.0), "size": vector(size), "color": color })
}

fn pose(at: [f32; 3], turn: f32) -> Value {
    json!({ "position": vector(at), "orientation": turned(turn, 0.0) })
}

fn vector([x, y, z]: [f32; 3]) -> Value {
    json!({ "x": x, "y": y, "z": z })
}

/// A turn about z, then one upwards about the side that it leads to: radians, counterclockwise and up.
fn turned(about: f32, up: f32) -> Value {
    let (sz, cz) = (0.5 * about).sin_cos();
    // About y, positive is down.
    let (sy, cy) = (-0.5 * up).sin_cos();
    json!({ "x": -sz * sy, "y": cz * sy, "z": sz * cy, "w": cz * cy })
}

fn color(rgb: u32, alpha: f32) -> Value {
    let share = |shift: u32| f64::from(rgb >> shift & 0xff) / 255.0;
    json!({ "r": share(16), "g": share(8), "b": share(0), "a": alpha })
}
