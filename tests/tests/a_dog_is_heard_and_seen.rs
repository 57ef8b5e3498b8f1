//! A dog, a doorbell and a robot, over real sockets: what an app hears of them. Field rows A1, A2, E10, E11.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test over sockets waits in real time, and may stop at the first surprise"
)]

use serde_json::{Value, json};
use wimz_simulator::live::Pace;
use wimz_tests::stand::Stand;
use wimz_tests::steps::{dog, read, setting};
use wimz_world::geometry::Pose;

/// A robot that plays four times as fast as real time, and in front of it Pepper, who barks at everybody who comes.
fn at_home() -> Stand {
    let robot = read(&setting("living_room", 1)).room.start;
    let (sin, cos) = robot.heading.sin_cos();
    let before = Pose { x: robot.x + 1.2 * cos, y: robot.y + 1.2 * sin, heading: robot.heading };
    Stand::with_dogs(vec![dog("pepper", 832, Some(before))], Pace::Times(4.0), None)
}

#[test]
fn the_doorbell_rings_and_the_app_hears_who_barks() {
    let stand = at_home();
    let mut client = stand.client();
    client.until("status_update", |data| data["health"]["microphone"]["state"] == "ok");
    assert_eq!(stand.rest().post("/sim/break", "happens = \"doorbell\"\n").0, 204);
    let bark = client.message_until("bark", |message| message["type"] == "bark");
    let data = &bark["data"];
    assert_eq!(data["dog_id"], "pepper", "{bark}");
    assert_eq!((&data["dog_name"], &data["id_method"]), (&json!("Pepper"), &json!("sole_dog")), "{bark}");
    assert_eq!((&data["emotion"], &data["asked"]), (&json!("unclassified"), &json!(false)), "{bark}");
    let loudness = data["loudness_db"].as_f64().unwrap();
    assert!((-40.0..=0.0).contains(&loudness), "{bark}");
    assert!(bark["event"]["durable"] == true && bark["event"]["lane"] == "durable", "{bark}");
    let status = client.until("status_update", |data| data["hearing"]["barks"].as_u64() > Some(0));
    assert!(status["hearing"]["quiet_s"].as_f64().is_some(), "the ear is alive: {status}");
    stand.end();
}

#[test]
fn a_dog_in_front_of_the_robot_is_detected_in_coach_mode_and_only_there() {
    let stand = at_home();
    let mut client = stand.client();
    assert_eq!(client.ask("set_mode", json!({ "mode": "coach" }))["success"], true);
    let seen = client.message_until("detection", |message| message["type"] == "detection");
    assert_eq!(seen["data"]["detected"], true, "{seen}");
    let is_known = |message: &Value| message["type"] == "detection" && message["data"]["dog_id"] == "pepper";
    if !is_known(&seen) {
        let known = client.message_until("a name", is_known);
        assert_eq!(known["data"]["dog_name"], "Pepper", "{known}");
    }
    let status = client.until("status_update", |data| data["sight"]["dogs"][0]["dog_id"] == "pepper");
    assert_eq!(status["sight"]["detector"], "model", "nobody takes a model for eyes: {status}");
    assert_eq!(client.ask("set_mode", json!({ "mode": "idle" }))["success"], true);
    client.message_until("its end", |message| {
        message["type"] == "detection" && message["data"]["detected"] == false
    });
    client.until("status_update", |data| data["sight"].is_null());
    stand.end();
}

#[test]
fn a_microphone_that_somebody_takes_is_told_and_is_no_quiet() {
    let stand = at_home();
    let mut client = stand.client();
    client.until("status_update", |data| data["hearing"]["quiet_s"].as_f64() > Some(0.5));
    assert_eq!(stand.rest().post("/sim/break", "fault = \"microphone_taken\"\nfor = \"8s\"\n").0, 204);
    let alert = client.until("alert", |data| data["alert_type"] == "part_failed");
    assert!(alert["message"].as_str().unwrap().contains("microphone"), "{alert}");
    client.until("status_update", |data| data["hearing"]["quiet_s"].is_null());
    client.until("alert", |data| data["alert_type"] == "part_recovered");
    client.until("status_update", |data| data["hearing"]["quiet_s"].is_number());
    stand.end();
}
