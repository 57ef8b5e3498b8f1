//! A robot behind real sockets: whatever comes in, each frame is answered once, each request is answered, nothing moves
//! unless somebody asked for it in form, and a stop afterwards is a stop.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::{Message, WebSocket};
use wimz_contract::wimz::{Order, read};
use wimz_vocabulary::Ratio;

use super::decoders::cried;
use super::mutate::mutate;
use super::orders::{BODIES, Oddness, ROBOT, fields, frame};
use super::{Flaw, shown};
use crate::chance::Chance;
use crate::stand::{PATIENCE, Stand};

/// Frames that are sent before their answers are read: fewer than may wait for them.
const BATCH: usize = 24;
/// Rounds with requests, and as many without.
const SPELL: u64 = 256;
/// Longer than any frame that a robot reads.
const TOO_LONG: usize = 700 * 1024;
/// The longest frame that a robot must take, and some less.
const LONGEST: usize = 250 * 1024;

/// Errors that are told of the robot's own accord: what a client missed, or what became of a photo later on.
const NO_ANSWERS: [&str; 4] = ["events_missed", "past_unknown", "photo_failed", "photo_not_kept"];

/// What so much input came to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub frames: u64,
    /// Answers, by their type and whether they were a success.
    pub answers: BTreeMap<String, u64>,
    /// Errors that were no answers, by their code.
    pub told: BTreeMap<String, u64>,
    pub requests: u64,
    /// Answers to requests, by their status; 0 for what was no request and got none.
    pub statuses: BTreeMap<u16, u64>,
    /// Connections whose bytes were no frames.
    pub rude: u64,
    /// Times that the tracks turned, because they should.
    pub moved: u64,
    /// Stops that were asked for in between, and stood.
    pub stops: u64,
}

/// Sends odd input for so long.
///
/// # Panics
/// At the first flaw, with what was sent and how to send it again.
pub fn run(seed: u64, span: Duration) -> Tally {
    let stand = Stand::start();
    let mut tally = Tally::default();
    let begun = Instant::now();
    let mut round = 0;
    while begun.elapsed() < span {
        let mut tried = Try {
            address: stand.simulator.address(),
            stand: &stand,
            chance: Chance::new(seed.rotate_left(32) ^ round),
            tally: &mut tally,
            // Whoever drives by requests keeps the controls for a while: not all the time.
            requests: round % SPELL < SPELL / 2,
            sent: Vec::new(),
        };
        if let Err(flaw) = tried.round() {
            let sent: Vec<String> = tried.sent.iter().map(|input| shown(input)).collect();
            panic!("round {round} of seed {seed}: {flaw}\nsent:\n  {}", sent.join("\n  "));
        }
        round += 1;
    }
    stand.end();
    tally
}

struct Try<'a> {
    address: SocketAddr,
    stand: &'a Stand,
    chance: Chance,
    tally: &'a mut Tally,
    /// Whether there are requests in this round.
    requests: bool,
    /// What was sent in this round.
    sent: Vec<Vec<u8>>,
}

/// What a frame must be answered with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    Ack(Option<String>),
    Error,
    /// What takes the place of an acknowledgement where there is none.
    Other,
}

impl Try<'_> {
    fn round(&mut self) -> Result<(), Flaw> {
        let mut line = Line::open(self.address)?;
        for _ in 0..=self.chance.below(3) {
            self.frames(&mut line)?;
        }
        if self.requests {
            self.requests()?;
        }
        if self.chance.once_in(3) {
            self.rude()?;
        }
        // The robot lives on, and so does this connection.
        self.stop(&mut line, true)?;
        for told in &line.told {
            *self.tally.told.entry(told["data"]["code"].as_str().unwrap_or("?").to_owned()).or_default() += 1;
        }
        Ok(())
    }

    /// Some frames at once, and their answers.
    fn frames(&mut self, line: &mut Line) -> Result<(), Flaw> {
        line.ask("stop_release", json!({}))?;
        line.ask("set_mode", json!({ "mode": "manual" }))?;
        line.ask("motor", json!({ "left": 0, "right": 0 }))?;
        let mut wanted = Vec::new();
        let mut may_move = false;
        for _ in 0..=self.chance.below(BATCH) {
            let input = self.frame();
            let text = String::from_utf8_lossy(&input);
            let is_text = matches!(text, std::borrow::Cow::Borrowed(_));
            wanted.push(match is_text {
                true => answer_to(&text),
                false if cried(&text).is_some() => Answer::Ack(None),
                false => Answer::Error,
            });
            may_move |= is_text && moves(&serde_json::from_str(&text).unwrap_or_default(), "motor");
            self.sent.push(input.clone());
            self.send(line, input, is_text).map_err(|error| format!("a frame is not taken: {error}"))?;
        }
        self.tally.frames += wanted.len() as u64;
        for _ in 0..wanted.len() {
            let (answer, message) = line.answer()?;
            let kind = format!("{} {}", message["type"].as_str().unwrap_or("?"), message["data"]["success"]);
            *self.tally.answers.entry(kind).or_default() += 1;
            // A message that is no command is answered by another that is none, or acknowledged.
            let other = wanted.iter().position(|wanted| *wanted == Answer::Other);
            let place = wanted.iter().position(|wanted| *wanted == answer).or(other);
            let place =
                place.ok_or_else(|| format!("nothing asks for this answer: {message}, {wanted:?} do"))?;
            wanted.remove(place);
        }
        self.stop(line, may_move)
    }

    fn frame(&mut self) -> Vec<u8> {
        loop {
            let chance = &mut self.chance;
            let id = format!("f{}", chance.bits());
            let oddness = *chance.pick(&[Oddness::Right, Oddness::Odd, Oddness::Odd]);
            let named = !chance.once_in(6);
            let mut input = frame(chance, named.then_some(&*id), oddness).write().into_bytes();
            if chance.once_in(3) {
                mutate(chance, &mut input);
            }
            if input.len() <= LONGEST {
                return input;
            }
        }
    }

    /// As one frame or in pieces, as text or bytes, with frames of the protocol's own in between.
    fn send(&mut self, line: &mut Line, input: Vec<u8>, is_text: bool) -> tungstenite::Result<()> {
        let kind = if is_text && !self.chance.once_in(5) { Data::Text } else { Data::Binary };
        let mut pieces = Vec::new();
        let mut rest = &input[..];
        while self.chance.once_in(4) && pieces.len() < 5 {
            let (piece, left) = rest.split_at(self.chance.below(rest.len() + 1));
            pieces.push(piece.to_vec());
            rest = left;
        }
        pieces.push(rest.to_vec());
        let last = pieces.len() - 1;
        for (place, piece) in pieces.into_iter().enumerate() {
            let code = OpCode::Data(if place == 0 { kind } else { Data::Continue });
            line.socket.write(Message::Frame(Frame::message(piece, code, place == last)))?;
            match self.chance.below(12) {
                0 => line.socket.write(Message::Ping(vec![7; self.chance.below(126)].into()))?,
                1 => line.socket.write(Message::Pong(vec![7; self.chance.below(126)].into()))?,
                _ => {}
            }
        }
        line.socket.flush()
    }

    /// A stop is obeyed, and the tracks have turned only if they might.
    fn stop(&mut self, line: &mut Line, may_move: bool) -> Result<(), Flaw> {
        if self.chance.once_in(3) {
            // Long enough for what moves to be seen to move.
            thread::sleep(Duration::from_millis(15));
        }
        let ack = line.ask("stop", json!({}))?;
        self.stopped(&ack["result"], may_move)
    }

    fn stopped(&mut self, result: &Value, may_move: bool) -> Result<(), Flaw> {
        if result["stopped"] != true {
            return Err(format!("a stop does not stop: {result}"));
        }
        self.tally.stops += 1;
        let duties: Vec<(Ratio, Ratio)> = self.stand.duties.try_iter().map(|(.., duties)| duties).collect();
        let rest = (Ratio::ZERO, Ratio::ZERO);
        if duties.last().is_some_and(|last| *last != rest) {
            return Err(format!("stopped, and the tracks have {duties:?}"));
        }
        let moved = duties.iter().filter(|duties| **duties != rest).count();
        if moved > 0 && !may_move {
            return Err(format!("nobody asked for it in form, and the tracks had {duties:?}"));
        }
        self.tally.moved += u64::from(moved > 0);
        Ok(())
    }

    /// Some requests, one after the other.
    fn requests(&mut self) -> Result<(), Flaw> {
        let address = self.address;
        for _ in 0..=self.chance.below(8) {
            let request = Request::make(&mut self.chance, address);
            self.sent.push(request.bytes.clone());
            self.tally.requests += 1;
            let answer = exchange(address, &request.bytes, !request.is_whole)?;
            let status = self.judge(&request, &answer)?;
            *self.tally.statuses.entry(status).or_default() += 1;
            let stop =
                b"POST /motor/stop HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
            let (_, body) = parted(&exchange(address, stop, false)?).ok_or("a stop is not answered")?;
            self.stopped(&serde_json::from_str(&body).unwrap_or_default(), request.may_move)?;
        }
        Ok(())
    }

    /// The status of a request's answer, if the answer is one.
    fn judge(&self, request: &Request, answer: &[u8]) -> Result<u16, Flaw> {
        let Some((head, body)) = parted(answer) else {
            return if request.is_whole { Err(format!("no answer: {}", shown(answer))) } else { Ok(0) };
        };
        let status: u16 = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let said = || format!("answered with {head}\n  {body}");
        if !matches!(status, 200..=299 | 400..=499 | 503) {
            return Err(said());
        }
        let is_json = head.to_ascii_lowercase().contains("content-type: application/json");
        if status >= 400 && is_json {
            let body: Value = serde_json::from_str(&body).map_err(|_| said())?;
            let error = &body["error"];
            if body["success"] != false || !error["code"].is_string() || !error["message"].is_string() {
                return Err(said());
            }
        }
        // The contract's own routes say what is wrong in its own words.
        if request.is_plain && status >= 400 && !is_json {
            return Err(said());
        }
        Ok(status)
    }

    /// A connection whose bytes break the protocol: it ends, and is told why where there is still a way to.
    fn rude(&mut self) -> Result<(), Flaw> {
        self.tally.rude += 1;
        let chance = &mut self.chance;
        let masked = |first: u8, payload: &[u8]| {
            let mut bytes = vec![first];
            match payload.len() {
                short @ 0..126 => bytes.push(0x80 | short as u8),
                length => {
                    bytes.push(0x80 | 127);
                    bytes.extend((length as u64).to_be_bytes());
                }
            }
            bytes.extend([0; 4]);
            bytes.extend(payload);
            bytes
        };
        let (is_told, bytes) = match chance.below(10) {
            0 | 1 => (true, masked(0x81, &[&b"\"\xff\xfe"[..], &[chance.bits() as u8; 9]].concat())),
            2 => (true, masked(0x81, &vec![b' '; TOO_LONG])),
            3 => (true, masked(0x82, &vec![b'x'; TOO_LONG])),
            4 => (false, masked(0x83 + chance.below(5) as u8, b"{}")),
            5 => (false, masked(0xf1, b"{}")),
            6 => (false, masked(0x80, b"{}")),
            7 => (false, b"\x81\x02{}".to_vec()),
            8 => (false, masked(0x89, &[7; 200])),
            _ => {
                let garbage: Vec<u8> = (0..chance.below(300)).map(|_| chance.bits() as u8).collect();
                (false, garbage)
            }
        };
        let hangs_up = !is_told;
        self.sent.push(bytes.clone());
        let mut line = Line::open(self.address)?;
        let mut stream = line.socket.get_ref().try_clone().map_err(|error| error.to_string())?;
        // What it does not want to read it need not take.
        let writer = thread::spawn(move || {
            let _ = stream.write_all(&bytes);
            if hangs_up {
                let _ = stream.shutdown(Shutdown::Write);
            }
        });
        let ended = line.end();
        writer.join().unwrap();
        let (error, close) = ended?;
        if is_told && !(error && close) {
            return Err(format!("it ends without a word: error {error}, close with a reason {close}"));
        }
        Ok(())
    }
}

fn answer_to(text: &str) -> Answer {
    match read(text, ROBOT) {
        Ok(asked) if matches!(asked.order, Order::Talk(_) | Order::Signal(_)) => Answer::Other,
        Ok(asked) => Answer::Ack(asked.id),
        Err(unreadable) if unreadable.command.as_deref().is_none_or(str::is_empty) => Answer::Error,
        Err(unreadable) => Answer::Ack(unreadable.id),
    }
}

/// Whether a frame, or a body where `command` is none, asks for motion, by another reading than the robot's.
fn moves(value: &Value, command: &str) -> bool {
    let data = if command.is_empty() { value } else { &value["data"] };
    let share = |name: &str| data[name].as_f64().filter(|share| (-1.0..=1.0).contains(share));
    let is_motor = command.is_empty() || value["command"] == command;
    is_motor
        && matches!((share("left"), share("right")), (Some(left), Some(right)) if left != 0.0 || right != 0.0)
}

/// A request, perhaps.
struct Request {
    bytes: Vec<u8>,
    /// Whether it is one, from its first line to the end of its body.
    is_whole: bool,
    /// Whether it is one to a route of the contract, by the right method.
    is_plain: bool,
    may_move: bool,
}

impl Request {
    fn make(chance: &mut Chance, host: SocketAddr) -> Self {
        let (route, of) = *chance.pick(&BODIES);
        let reads = matches!(route, "/mode/get" | "/telemetry" | "/health");
        let own = if reads { "GET" } else { "POST" };
        let mut is_plain = true;
        let mut odd = |chance: &mut Chance, most: usize| {
            let odd = chance.once_in(most);
            is_plain &= !odd;
            odd
        };
        let method = if odd(chance, 8) {
            *chance.pick(&["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "post", "BREW"])
        } else {
            own
        };
        let path = if odd(chance, 6) {
            let long = "a".repeat(5_000);
            match chance.below(8) {
                0 => format!("{route}/"),
                1 => format!("/{route}"),
                2 => route.replace('o', "%6f"),
                3 => format!("{route}/../{long}"),
                4 => "/ws/local".to_owned(),
                5 => "/%ff%00".to_owned(),
                6 => "/nothing".to_owned(),
                _ => format!("{route}?{long}=%zz&&="),
            }
        } else {
            route.to_owned()
        };
        let oddness = *chance.pick(&[Oddness::Right, Oddness::Odd]);
        let mut body = match chance.below(8) {
            0 => Vec::new(),
            1 => super::json::anything(chance, 0).write().into_bytes(),
            _ => super::json::Json::Object(fields(chance, of, oddness)).write().into_bytes(),
        };
        if chance.once_in(3) {
            mutate(chance, &mut body);
        }
        if odd(chance, 60) {
            body.resize(3 << 20, b' ');
        }
        let mut headers = format!("Host: {host}\r\nConnection: close\r\n");
        for _ in 0..chance.below(3) {
            headers += *chance.pick(&[
                "Content-Type: application/json\r\n",
                "Content-Type: text/plain; charset=utf-16\r\n",
                "Content-Type: \r\n",
                "Idempotency-Key: press-1\r\n",
                "Idempotency-Key: \"press-1\"\r\n",
                "Idempotency-Key: \"\r\n",
                "Idempotency-Key: \r\n",
                "Idempotency-Key: \u{e9}\r\n",
                "Accept-Encoding: br\r\n",
                "X-Forwarded-For: 10.0.0.1\r\n",
                "Cookie: a=b; wimz=x\r\n",
                "Authorization: Bearer x\r\n",
                "If-None-Match: *\r\n",
                "Range: bytes=9-1\r\n",
            ]);
        }
        if odd(chance, 20) {
            headers += "Origin: https://elsewhere.example\r\n";
        }
        let value = serde_json::from_slice(&body).unwrap_or_default();
        let may_move = path.contains("speed") && moves(&value, "");
        let mut is_whole = true;
        let length = match chance.below(30) {
            0 => "Content-Length: 99999\r\n".to_owned(),
            1 => "Content-Length: -1\r\n".to_owned(),
            2 => "Transfer-Encoding: chunked\r\n".to_owned(),
            3 => format!("Content-Length: {0}\r\nContent-Length: 1{0}\r\n", body.len()),
            _ => format!("Content-Length: {}\r\n", body.len()),
        };
        is_whole &= length == format!("Content-Length: {}\r\n", body.len());
        let mut bytes = format!("{method} {path} HTTP/1.1\r\n{headers}{length}\r\n").into_bytes();
        if chance.once_in(12) {
            mutate(chance, &mut bytes);
            is_whole = false;
        }
        bytes.extend(body);
        Self { bytes, is_whole, is_plain: is_plain && is_whole, may_move: may_move || !is_whole }
    }
}

/// Sends bytes on a connection of their own and reads until it ends.
fn exchange(address: SocketAddr, bytes: &[u8], hang_up: bool) -> Result<Vec<u8>, Flaw> {
    let failed = |error: std::io::Error| format!("a connection fails: {error}");
    let mut stream = TcpStream::connect(address).map_err(failed)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
    let mut writer = stream.try_clone().map_err(failed)?;
    let bytes = bytes.to_vec();
    // A body that is too long is not read to its end, and the answer comes before it.
    let writer = thread::spawn(move || {
        let _ = writer.write_all(&bytes);
        if hang_up {
            let _ = writer.shutdown(Shutdown::Write);
        }
    });
    let mut answer = Vec::new();
    let mut room = [0; 16_384];
    let ended = loop {
        match stream.read(&mut room) {
            Ok(0) => break Ok(()),
            Ok(read) => answer.extend_from_slice(&room[..read]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                break Err(format!("neither an answer nor an end in {PATIENCE:?}: {}", shown(&answer)));
            }
            // Ended by a robot that has read enough.
            Err(_) => break Ok(()),
        }
    };
    let _ = stream.shutdown(Shutdown::Both);
    writer.join().unwrap();
    ended.map(|()| answer)
}

/// An answer's head and body. What may come after it answers what was made of the rest of odd bytes.
fn parted(answer: &[u8]) -> Option<(String, String)> {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = length.and_then(|length| length.parse().ok()).unwrap_or(body.len());
    head.starts_with("HTTP/1.1 ").then(|| (head.to_owned(), body.get(..length).unwrap_or(body).to_owned()))
}

/// A WebSocket to the robot.
struct Line {
    socket: WebSocket<TcpStream>,
    asked: u64,
    /// Errors that were no answers.
    told: Vec<Value>,
}

impl Line {
    fn open(address: SocketAddr) -> Result<Self, Flaw> {
        let stream = TcpStream::connect(address).map_err(|error| format!("nobody answers: {error}"))?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(|error| error.to_string())?;
        let opened = tungstenite::client(format!("ws://{address}/ws/local"), stream);
        let (socket, _) = opened.map_err(|error| format!("no WebSocket: {error}"))?;
        Ok(Self { socket, asked: 0, told: Vec::new() })
    }

    /// The next answer to any frame.
    fn answer(&mut self) -> Result<(Answer, Value), Flaw> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let message = self.socket.read().map_err(|error| format!("no answer, but {error}"))?;
            let Message::Text(text) = message else { continue };
            let message: Value = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
            let data = &message["data"];
            let is_error = |error: &Value| error["code"].is_string() && error["message"].is_string();
            let answer = match message["type"].as_str() {
                Some("command_ack") => {
                    if data["success"] != true && !is_error(&data["error"]) {
                        return Err(format!("neither a success nor an error: {message}"));
                    }
                    Answer::Ack(data["id"].as_str().map(str::to_owned))
                }
                Some("error") if NO_ANSWERS.iter().any(|code| data["code"] == *code) => {
                    self.told.push(message);
                    continue;
                }
                Some("error") if is_error(data) => Answer::Error,
                Some("audio_played" | "webrtc_close") => Answer::Other,
                _ => continue,
            };
            return Ok((answer, message));
        }
        Err(format!("no answer in {PATIENCE:?}"))
    }

    /// Asks, where nothing else is to be answered.
    fn ask(&mut self, command: &str, data: Value) -> Result<Value, Flaw> {
        self.asked += 1;
        let id = format!("a{}", self.asked);
        let frame = json!({ "type": "command", "command": command, "data": data, "id": id });
        self.socket.send(Message::text(frame.to_string())).map_err(|error| format!("{command}: {error}"))?;
        let (answer, mut message) = self.answer()?;
        if answer != Answer::Ack(Some(id)) {
            return Err(format!("an answer that nothing asked for, after {command}: {message}"));
        }
        Ok(message["data"].take())
    }

    /// Reads to the end: whether there was an error message, and a close with a reason.
    fn end(&mut self) -> Result<(bool, bool), Flaw> {
        let begun = Instant::now();
        let (mut error, mut close) = (false, false);
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => error |= text.contains("\"type\":\"error\""),
                Ok(Message::Close(frame)) => close |= frame.is_some_and(|frame| !frame.reason.is_empty()),
                Ok(_) => {}
                Err(tungstenite::Error::Io(error))
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    return Err(format!("it does not end in {PATIENCE:?}"));
                }
                Err(_) => return Ok((error, close)),
            }
            if begun.elapsed() > PATIENCE {
                return Err(format!("it goes on after {PATIENCE:?}"));
            }
        }
    }
}
