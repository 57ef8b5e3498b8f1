//! The figures that the project promises, measured. One JSON object a line, for `cargo xtask bench`.
//!
//! Measured, never asserted: a slow or busy machine fails nothing here.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a measurement needs a clock, and may stop at the first surprise"
)]

#[path = "figures/busy_brain.rs"]
mod busy_brain;
#[path = "figures/crowd.rs"]
mod crowd;
#[path = "figures/uvicorn.rs"]
mod uvicorn;

use std::cell::RefCell;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde_json::json;
use tungstenite::Message;
use wimz_brain::{Brain, Input, InputBody, Outbox, Setup};
use wimz_hal::battery::BatteryStation;
use wimz_hal::head::HeadStation;
use wimz_hal::lights::LightsStation;
use wimz_hal::{HeadAngles, Station};
use wimz_simulator::assets::{self, Kind};
use wimz_simulator::scenario::Scenario;
use wimz_simulator::{Outside, Session, Setting};
use wimz_tests::stand::Stand;
use wimz_tests::steps::{dog, mode, read, setting};
use wimz_vocabulary::{Boot, ClientId, Degrees, Micros, Mode, Request, RequestId, RobotTime, StopEpoch};
use wimz_world::camera::{Camera, Eye, Lens};
use wimz_world::chips::ads1115::Ads1115;
use wimz_world::chips::i2c::Bus;
use wimz_world::chips::pca9685::Pca9685;
use wimz_world::chips::ws2812::Strip;
use wimz_world::{Happening, Setpoints};

/// All of them, by name.
const BENCHES: [(&str, fn()); 11] = [
    ("motor_to_pin", motor_to_pin),
    ("crowd", crowd::crowd),
    ("patrol", patrol),
    ("an_hour", an_hour),
    ("dispenses", dispenses),
    ("bus_bytes", bus_bytes),
    ("camera", camera),
    ("tick", tick),
    ("busy_brain", busy_brain::tick),
    ("whole_process", whole_process),
    ("uvicorn", uvicorn::uvicorn),
];

fn main() {
    if crowd::played() {
        return;
    }
    // `cargo bench --package wimz-tests -- crowd` takes that one alone.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    for (name, bench) in BENCHES {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            bench();
        }
    }
}

fn tell(what: &str, value: f64, unit: &str, bar: &str, note: &str) {
    println!("{}", json!({ "what": what, "value": value, "unit": unit, "bar": bar, "note": note }));
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// From the client's write to the changed duty on the virtual pin, one command at a time.
fn motor_to_pin() {
    let stand = Stand::start();
    let mut client = stand.client();
    client.manual();
    let mut micros = Histogram::<u64>::new(3).unwrap();
    for round in 0..800u32 {
        let speed = if round % 2 == 0 { 0.5 } else { 0.6 };
        let frame =
            json!({ "type": "command", "command": "motor", "data": { "left": speed, "right": speed } });
        let frame = Message::text(frame.to_string());
        // The ramp of the command before is over; what it did to the pin is not this one's.
        stand.duties.try_iter().for_each(drop);
        let sent = Instant::now();
        client.socket.send(frame).unwrap();
        let (arrived, ..) = stand.duties.recv_timeout(Duration::from_secs(5)).unwrap();
        if round >= 50 {
            micros.record(u64::try_from(arrived.duration_since(sent).as_micros()).unwrap()).unwrap();
        }
        client.next("command_ack");
        std::thread::sleep(Duration::from_millis(40));
    }
    stand.end();
    let note =
        "WebSocket on loopback, 750 commands 40 ms apart, camera off; the first step of the ramp counts";
    tell("motor to pin, p50", micros.value_at_quantile(0.5) as f64, "µs", "150", note);
    tell("motor to pin, p99", micros.value_at_quantile(0.99) as f64, "µs", "1000", note);
}

fn patrol() {
    let patrol = Scenario::parse(&assets::find(Kind::Scenario, "patrol").unwrap().document()).unwrap();
    let cast = read(&setting("living_room", 1));
    let speeds = (0..15).map(|seed| {
        let begun = Instant::now();
        let mut session = Session::new(&cast, seed);
        for (at, outside) in &patrol.inputs(1) {
            session.run_until(*at);
            session.enter(outside.clone());
            session.drain_lines().for_each(drop);
            session.drain_replies().for_each(drop);
        }
        session.run_until(RobotTime::BOOT + patrol.length);
        std::hint::black_box(session.finish());
        f64::from(patrol.length.as_secs_f32()) / begun.elapsed().as_secs_f64()
    });
    let note =
        "300 s of driving, lights at 20 Hz, head moving, a treat a minute; one core, median of 15 seeds";
    tell("patrol", median(speeds.collect()).round(), "x real time", "1000, aim 3000", note);
}

/// An hour of an evening in each mode that waits for what a dog does, with the dog that lives there by default.
fn an_hour() {
    an_hour_in(Mode::Coach, "an hour with a dog");
    an_hour_in(Mode::SilentGuardian, "an hour with a dog and a silent guardian");
}

fn an_hour_in(of: Mode, what: &str) {
    const HOUR: Micros = Micros::from_secs(3_600);
    let cast = read(&Setting { dogs: vec![dog("biscuit", 7, None)], ..setting("living_room", 1) });
    let speeds = (0..5).map(|seed| {
        let begun = Instant::now();
        let mut session = Session::new(&cast, seed);
        session.enter(Outside::Request(Request {
            id: RequestId(1),
            from: ClientId(1),
            stops: StopEpoch(0),
            command: mode(of),
        }));
        for second in 1..=HOUR.get() / 1_000_000 {
            // Somebody comes to the door every ten minutes.
            if second % 600 == 0 {
                session.enter(Outside::House(Happening::Doorbell));
            }
            session.run_until(RobotTime::BOOT + Micros::from_secs(second));
            session.drain_lines().for_each(drop);
            session.drain_replies().for_each(drop);
        }
        std::hint::black_box(session.finish());
        f64::from(HOUR.as_secs_f32()) / begun.elapsed().as_secs_f64()
    });
    let note = "an hour with one dog, microphone and detector on, a doorbell every ten minutes; one core, median of 5 seeds";
    tell(what, median(speeds.collect()).round(), "x real time", "500, aim 1500", note);
}

fn dispenses() {
    let begun = Instant::now();
    let tally = wimz_tests::treats::dispense(1, 2_000);
    let rate = tally.jobs as f64 / begun.elapsed().as_secs_f64();
    let note = "whole ladders under jams, empty slots, false beams and supply dips; one core";
    tell("dispenses", rate.round(), "1/s", "", note);
}

/// What the drivers put on the wire, beside the least that the chips would do with.
fn bus_bytes() {
    let profile = read(&setting("empty", 1)).profile;
    let at = |micros| RobotTime::from_micros(micros);
    let figure = |what: &str, bytes: f64, least: f64, note: &str| {
        tell(what, (bytes / least * 1_000.0).round() / 1_000.0, "x the minimum", "1.1", note);
    };

    let strip = Strip::new(profile.lights.spi_hz, profile.lights.count, 1);
    let mut lights = LightsStation::new(strip.clone(), &profile.lights, at(0));
    lights.poll(at(0));
    let bytes = strip.bytes() as f64;
    // Four SPI bits a bit of light, and 280 µs of low line after them (WS2812B-V5, RES).
    let latch = f64::from(profile.lights.spi_hz) * 280e-6 / 8.0;
    let least = f64::from(profile.lights.count) * 12.0 + latch;
    figure("bytes of a light frame", bytes, least, &format!("{bytes} of {least:.0}: 165 lights and a latch"));

    let bus = Bus::new(profile.i2c.hertz, 1);
    bus.attach(Rc::new(RefCell::new(Pca9685::new(profile.head.address))));
    let mut head = HeadStation::new(bus.clone(), bus.clone(), &profile.head, at(0)).unwrap();
    let mut now = at(0);
    while now < at(100_000) {
        now = head.poll(now).unwrap().min(at(100_000));
    }
    let before = bus.bytes();
    head.point(HeadAngles { pan: Degrees::new(60.0).unwrap(), tilt: Degrees::ZERO });
    let mut frames = 0.0;
    while now < at(600_000) {
        let due = head.poll(now).unwrap();
        frames += 1.0;
        now = due;
        if due >= at(600_000) {
            break;
        }
    }
    let bytes = (bus.bytes() - before) as f64 / frames;
    figure(
        "bytes of a servo move",
        bytes,
        4.0,
        &format!("{bytes:.2} a servo frame of 4: address, register, two of pulse"),
    );

    let bus = Bus::new(profile.i2c.hertz, 1);
    let monitor = Rc::new(RefCell::new(Ads1115::new(profile.battery.address, 1)));
    monitor.borrow_mut().set_input(at(0), profile.battery.input, 15.0 / profile.battery.divider);
    bus.attach(monitor);
    let mut battery = BatteryStation::new(bus.clone(), &profile.battery, at(0));
    let (mut now, mut readings) = (at(0), 0.0);
    while now < at(600_000_000) {
        bus.set_now(now);
        now = battery.poll(now).unwrap();
        readings += f64::from(u8::from(battery.take().is_some()));
    }
    let bytes = bus.bytes() as f64 / readings;
    figure(
        "bytes of a battery reading",
        bytes,
        24.0,
        &format!(
            "{bytes:.2} of 24: eight samples of address and two bytes; ten minutes with set-up and checks"
        ),
    );
}

fn camera() {
    let room = read(&setting("living_room", 1)).room;
    let begun = Instant::now();
    let lens = Lens { width: 640, height: 640, horizontal_degrees: Degrees::new(102.0).unwrap() };
    let mut camera = Camera::new(&room, lens);
    let built = begun.elapsed();
    let rates = (0u8..60).map(|view| {
        let turn = f32::from(view) / 60.0;
        let eye = Eye {
            x: room.width * (0.35 + 0.3 * turn),
            y: room.depth * 0.45,
            z: 0.28,
            yaw: turn * std::f32::consts::TAU,
            pitch: 0.0,
        };
        let begun = Instant::now();
        for _ in 0..5 {
            std::hint::black_box(camera.render(&eye).rgb);
        }
        5.0 / begun.elapsed().as_secs_f64()
    });
    let rates: Vec<f64> = rates.collect();
    let slowest = rates.iter().copied().fold(f64::MAX, f64::min);
    let note = format!(
        "640x640, one thread, median of 60 views of the living room; slowest {slowest:.0}; \
         the room's light takes {} ms once",
        built.as_millis()
    );
    tell("camera", median(rates).round(), "frames/s", "150", &note);
}

fn tick() {
    let (mut brain, mut body, mut outbox) = (
        Brain::new(Setup { boot: Boot(1), lights: 165, plans: std::sync::Arc::default() }),
        Setpoints::default(),
        Outbox::new(),
    );
    const TICKS: u32 = 1_000_000;
    let begun = Instant::now();
    for seq in 0..u64::from(TICKS) {
        let at = RobotTime::from_micros(seq * 10_000);
        brain.step(&Input { seq, at, taken: at, body: InputBody::Tick }, &mut body, &mut outbox);
    }
    let nanos = begun.elapsed().as_nanos() as f64 / f64::from(TICKS);
    tell("brain tick without events", (nanos * 10.0).round() / 10.0, "ns", "", "allocates nothing, by test");
}

/// Start to ready, and resident memory with a page looking and driving, of the release binary.
fn whole_process() {
    let Ok(wimz) = std::env::var("WIMZ") else {
        eprintln!("WIMZ names no wimz binary: start-up and memory are not measured");
        return;
    };
    let mut starts = Vec::new();
    let mut resident = 0.0f64;
    for round in 0..9 {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let begun = Instant::now();
        let mut robot =
            Command::new(&wimz).args(["--port", &port.to_string()]).stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(robot.stdout.take().unwrap()).lines();
        while !out.next().unwrap().unwrap().starts_with("ready in") {}
        starts.push(begun.elapsed().as_secs_f64() * 1_000.0);
        if round == 0 {
            resident = resident_with_a_viewer(port, robot.id());
        }
        robot.kill().unwrap();
        robot.wait().unwrap();
    }
    let note = "process started to the line that says so, median of 9";
    tell("start to ready", (median(starts) * 10.0).round() / 10.0, "ms", "300", note);
    tell(
        "resident memory",
        resident.round(),
        "MB",
        "60",
        "peak, after 3 s with the camera streaming and driving",
    );
}

fn resident_with_a_viewer(port: u16, process: u32) -> f64 {
    let address = format!("127.0.0.1:{port}").parse().unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    std::io::Write::write_all(&mut stream, b"GET /camera/stream HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let reader = std::thread::spawn(move || std::io::copy(&mut stream, &mut std::io::sink()));
    let mut client = wimz_tests::client::Client::connect(address);
    client.manual();
    for _ in 0..60 {
        client.motor(0.5, 0.4);
        std::thread::sleep(Duration::from_millis(50));
    }
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    drop(reader);
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1_000.0
}
