//! Clients as a user's script would be: a blocking WebSocket, and plain HTTP.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use crate::stand::PATIENCE;

pub struct Client {
    pub socket: WebSocket<TcpStream>,
    asked: u64,
}

impl Client {
    pub fn connect(address: SocketAddr) -> Self {
        Self::open(address, "/ws/local")
    }

    /// A client that wants to be told what happened since.
    pub fn connect_after(address: SocketAddr, place: &str) -> Self {
        Self::open(address, &format!("/ws/local?after={place}"))
    }

    fn open(address: SocketAddr, path: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (socket, _) = tungstenite::client(format!("ws://{address}{path}"), stream).unwrap();
        Self { socket, asked: 0 }
    }

    /// Sends a command and does not wait for the answer; its id.
    pub fn send(&mut self, command: &str, data: Value) -> String {
        self.asked += 1;
        let id = self.asked.to_string();
        let frame = json!({ "type": "command", "command": command, "data": data, "id": id });
        self.socket.send(Message::text(frame.to_string())).unwrap();
        id
    }

    pub fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).unwrap();
    }

    /// The next message, as it is on the wire.
    pub fn message(&mut self) -> Value {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < PATIENCE, "nothing in {PATIENCE:?}");
            if let Message::Text(text) = self.socket.read().unwrap() {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    /// The next message that is as wanted, as it is on the wire.
    pub fn message_until(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < PATIENCE, "no {what} in {PATIENCE:?}");
            let message = self.message();
            if wanted(&message) {
                return message;
            }
        }
    }

    /// The next message of this type.
    pub fn next(&mut self, kind: &str) -> Value {
        self.until(kind, |_| true)
    }

    /// The next message of this type that is as wanted. The robot speaks every second: only a deadline ends the
    /// wait for what it never says.
    pub fn until(&mut self, kind: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < PATIENCE, "no `{kind}` as wanted in {PATIENCE:?}");
            if let Message::Text(text) = self.socket.read().unwrap() {
                let value: Value = serde_json::from_str(&text).unwrap();
                assert!(value["device_id"].is_string() && value["timestamp"].is_string(), "{value}");
                if value["type"] == kind && wanted(&value["data"]) {
                    return value["data"].clone();
                }
            }
        }
    }

    /// Sends a command and waits for its answer.
    pub fn ask(&mut self, command: &str, data: Value) -> Value {
        let id = self.send(command, data);
        let ack = self.until("command_ack", |ack| ack["id"] == id);
        assert_eq!(ack["command"], command);
        ack
    }

    pub fn manual(&mut self) {
        let ack = self.ask("set_mode", json!({ "mode": "manual", "source": "drive_enter" }));
        assert_eq!(ack["success"], true, "{ack}");
    }

    pub fn motor(&mut self, left: f32, right: f32) -> Value {
        self.ask("motor", json!({ "left": left, "right": right }))
    }
}

/// The REST door.
#[derive(Clone, Copy)]
pub struct Rest(pub SocketAddr);

impl Rest {
    pub fn get(self, path: &str) -> (u16, Value) {
        self.call("GET", path, "", "")
    }

    pub fn post(self, path: &str, body: &str) -> (u16, Value) {
        self.call("POST", path, body, "")
    }

    /// Asks for a WebSocket there; what is answered if that is refused.
    pub fn upgrade(self, path: &str) -> (u16, Value) {
        let key = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        self.call_with("GET", path, "", key, "Upgrade, close")
    }

    /// One request on a connection of its own. A body that is no JSON comes back as text.
    pub fn call(self, method: &str, path: &str, body: &str, headers: &str) -> (u16, Value) {
        self.call_with(method, path, body, headers, "close")
    }

    /// One request with a body of any bytes, and the answer's own bytes.
    pub fn bytes(self, method: &str, path: &str, kind: &str, body: &[u8]) -> (u16, Value, Vec<u8>) {
        let mut stream = TcpStream::connect(self.0).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let host = self.0;
        let kind = if kind.is_empty() { String::new() } else { format!("Content-Type: {kind}\r\n") };
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{kind}Content-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        // A robot that refuses a body does not wait for the end of it.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let split = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..split].to_vec()).unwrap();
        let body = answer.split_off(split + 4);
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null), body)
    }

    fn call_with(
        self,
        method: &str,
        path: &str,
        body: &str,
        headers: &str,
        connection: &str,
    ) -> (u16, Value) {
        let mut stream = TcpStream::connect(self.0).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let length = body.len();
        let written = write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: {connection}\r\n{headers}Content-Length: {length}\r\n\r\n{body}",
            self.0
        );
        // A refusal may come before all is written, and the end of the connection right behind it.
        let refused = |error: &std::io::Error| {
            matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset)
        };
        assert!(written.is_ok() || written.is_err_and(|error| refused(&error)));
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        assert!(read.is_ok() || read.is_err_and(|error| refused(&error)));
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned())))
    }
}
