//! Clients that ask a robot for everything at once, and again whenever its process or their connection is gone.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use super::Cue;
use crate::chance::Chance;

/// Treats that may wait for their outcome at once: the dispenser takes one at a time, so most are refused, and asked for
/// again.
const OPEN: usize = 3;

/// Old requests that are asked again: what is older than the robot's ledger is beyond its promise.
const OLD: usize = 400;

/// What a client was told that the robot must stand by.
#[derive(Debug)]
pub enum Heard {
    /// A message that tells of a fact.
    Fact(Value),
    /// A treat of this name was taken on, now or before.
    Treat { name: String, job: u64, again: bool, outcome: Option<Value> },
    /// A connection was lost while the robot lived.
    Lost(String),
}

/// Where a client says what it hears.
#[derive(Clone)]
pub struct Ear {
    pub heard: Sender<Heard>,
    pub cue: Sender<Cue>,
}

/// The names of all treats that were ever asked for.
#[derive(Default)]
pub struct Names(Mutex<Treats>);

#[derive(Default)]
struct Treats {
    minted: u64,
    closed: bool,
    /// Without an outcome; whether any robot ever took it on.
    open: BTreeMap<String, bool>,
    settled: Vec<String>,
}

impl Names {
    fn lock(&self) -> MutexGuard<'_, Treats> {
        self.0.lock().unwrap()
    }

    pub fn mint_no_more(&self) {
        self.lock().closed = true;
    }

    /// Whether each treat that was ever taken on has an outcome.
    pub fn all_settled(&self) -> bool {
        self.lock().open.is_empty()
    }

    pub fn open(&self) -> Vec<String> {
        self.lock().open.keys().cloned().collect()
    }

    pub fn minted(&self) -> u64 {
        self.lock().minted
    }

    /// A treat that has no outcome yet, or a new one.
    fn draw(&self, chance: &mut Chance) -> Option<String> {
        let mut treats = self.lock();
        if treats.open.len() < OPEN && !treats.closed {
            treats.minted += 1;
            let name = format!("treat-{}", treats.minted);
            treats.open.insert(name, false);
        }
        let place = chance.below(treats.open.len());
        treats.open.keys().nth(place).cloned()
    }

    /// A treat that has one.
    fn old(&self, chance: &mut Chance) -> Option<String> {
        let treats = self.lock();
        let recent = &treats.settled[treats.settled.len().saturating_sub(OLD)..];
        (!recent.is_empty()).then(|| chance.pick(recent).clone())
    }

    fn settle(&self, name: &str) {
        let mut treats = self.lock();
        if treats.open.remove(name).is_some() {
            treats.settled.push(name.to_owned());
        }
    }
}

/// What a client is about.
#[derive(Clone, Copy)]
enum Trade {
    Treats,
    TreatsByRest,
    OldTreats,
    Drives,
    Photos,
}

/// All clients, each in a thread of its own until it is over.
pub fn start(
    address: SocketAddr,
    seed: u64,
    names: &Arc<Names>,
    ear: &Ear,
    over: &Arc<AtomicBool>,
) -> Vec<JoinHandle<()>> {
    let trades =
        [Trade::Treats, Trade::Treats, Trade::TreatsByRest, Trade::OldTreats, Trade::Drives, Trade::Photos];
    let start = |(place, trade)| {
        let mut client = Client {
            address,
            chance: Chance::new(seed ^ place),
            names: names.clone(),
            ear: ear.clone(),
            over: over.clone(),
        };
        thread::spawn(move || client.live(trade))
    };
    (0..).zip(trades).map(start).collect()
}

struct Client {
    address: SocketAddr,
    chance: Chance,
    names: Arc<Names>,
    ear: Ear,
    over: Arc<AtomicBool>,
}

/// Why a client has no answer.
type Lost = String;

impl Client {
    /// Comes, and comes again when its connection is gone.
    fn live(&mut self, trade: Trade) {
        while !self.over.load(Ordering::Acquire) {
            let Err(lost) = self.work(trade);
            // It takes a moment until a robot that was killed is known to be dead.
            for _ in 0..200 {
                if self.over.load(Ordering::Acquire) {
                    return;
                }
                thread::sleep(Duration::from_millis(5));
            }
            let _ = self.ear.heard.send(Heard::Lost(lost));
        }
    }

    fn work(&mut self, trade: Trade) -> Result<std::convert::Infallible, Lost> {
        let connect = |address| Line::open(address).map_err(|error| error.to_string());
        match trade {
            Trade::TreatsByRest => loop {
                self.treat_by_rest().map_err(|error| error.to_string())?;
            },
            Trade::Treats => loop {
                // Another connection now and then.
                let mut line = connect(self.address)?;
                for _ in 0..=self.chance.below(40) {
                    let Some(name) = self.names.draw(&mut self.chance) else { continue };
                    self.treat(&mut line, name)?;
                }
            },
            Trade::OldTreats => {
                let mut line = connect(self.address)?;
                loop {
                    match self.names.old(&mut self.chance) {
                        Some(name) => self.treat(&mut line, name)?,
                        None => drop(line.ask(&self.ear, "servo_center", json!({}))?),
                    }
                }
            }
            Trade::Drives => {
                let mut line = connect(self.address)?;
                loop {
                    let (command, data) = self.drive();
                    line.ask(&self.ear, command, data)?;
                }
            }
            Trade::Photos => {
                let mut line = connect(self.address)?;
                loop {
                    line.ask(&self.ear, "take_photo", json!({ "with_hud": self.chance.once_in(2) }))?;
                    for _ in 0..8 {
                        line.ask(&self.ear, "led", json!({ "pattern": "rainbow" }))?;
                        thread::sleep(Duration::from_millis(10));
                    }
                }
            }
        }
    }

    fn drive(&mut self) -> (&'static str, Value) {
        let mode = |mode| ("set_mode", json!({ "mode": mode }));
        match self.chance.below(20) {
            0 => mode("idle"),
            1 => mode("coach"),
            2..=4 => mode("manual"),
            5 => ("stop", json!({})),
            6 => ("emergency_stop", json!({})),
            7 | 8 => ("stop_release", json!({})),
            9 => ("servo", json!({ "pan": 10.0 })),
            10 => ("motor", json!({ "left": 0.0, "right": 0.0 })),
            _ => ("motor", json!({ "left": 0.4, "right": -0.4 })),
        }
    }

    fn treat(&mut self, line: &mut Line, name: String) -> Result<(), Lost> {
        let ack = line.ask(&self.ear, "dispense_treat", json!({ "request_id": name }))?;
        self.taken(name, &ack);
        Ok(())
    }

    fn treat_by_rest(&mut self) -> std::io::Result<()> {
        let name = match self.chance.below(3) {
            0 => self.names.old(&mut self.chance),
            _ => self.names.draw(&mut self.chance),
        };
        let Some(name) = name else { return Ok(()) };
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(super::PATIENCE))?;
        let host = self.address;
        write!(
            stream,
            "POST /treat/dispense HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nIdempotency-Key: {name}\r\n\
             Content-Length: 0\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        // Cut short, it is no answer: the robot died over it.
        let body = answer.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str(body).ok());
        let body: Value = body.ok_or(std::io::ErrorKind::UnexpectedEof)?;
        self.taken(name, &body);
        Ok(())
    }

    /// What a treat's answer says; a refusal says nothing that lasts.
    fn taken(&self, name: String, ack: &Value) {
        let result = &ack["result"];
        let Some(job) = result["job"].as_u64() else { return };
        let again = result["again"] == true;
        let outcome = result.get("outcome").cloned();
        if outcome.is_some() {
            self.names.settle(&name);
        }
        if !again {
            let _ = self.ear.cue.send(Cue::Taken);
        }
        let _ = self.ear.heard.send(Heard::Treat { name, job, again, outcome });
    }
}

/// A WebSocket on which one thing is asked after the other.
struct Line {
    socket: WebSocket<TcpStream>,
    asked: u64,
}

impl Line {
    fn open(address: SocketAddr) -> Result<Self, Box<dyn std::error::Error>> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(super::PATIENCE))?;
        let (socket, _) = tungstenite::client(format!("ws://{address}/ws/local"), stream)?;
        Ok(Self { socket, asked: 0 })
    }

    /// The answer; every fact that is told meanwhile is heard.
    fn ask(&mut self, ear: &Ear, command: &str, data: Value) -> Result<Value, Lost> {
        self.asked += 1;
        let id = self.asked.to_string();
        let frame = json!({ "type": "command", "command": command, "data": data, "id": id });
        self.socket.send(Message::text(frame.to_string())).map_err(|error| error.to_string())?;
        loop {
            let message = self.socket.read().map_err(|error| format!("{command}: {error}"))?;
            let Message::Text(text) = message else { continue };
            let mut message: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            if message["type"] == "command_ack" && message["data"]["id"] == id {
                return Ok(message["data"].take());
            }
            if message["event"].is_object() {
                if message["event"]["durable"] == true {
                    let _ = ear.cue.send(Cue::Told);
                }
                let _ = ear.heard.send(Heard::Fact(message));
            }
        }
    }
}
