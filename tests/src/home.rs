//! A robot that its network reaches, and clients who come over TLS and trust its own authority alone.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;
use tungstenite::WebSocket;
use tungstenite::client::IntoClientRequest;
use wimz_firmware::gate::Notice;
use wimz_simulator::lan::Lan;
use wimz_simulator::live::Pace;

use crate::stand::{PATIENCE, Stand};

pub type Tls = StreamOwned<ClientConnection, TcpStream>;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// The head, in small letters.
    pub head: String,
    pub body: Value,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    /// The cookie that it sets, as a browser sends it back.
    pub fn cookie(&self) -> String {
        let line =
            self.head.lines().find(|line| line.to_ascii_lowercase().starts_with("set-cookie: ")).unwrap();
        line["set-cookie: ".len()..].split(';').next().unwrap().to_owned()
    }
}

pub struct Home {
    pub stand: Stand,
    /// The listener for the network.
    pub address: SocketAddr,
    /// Addresses that log in, as they are told at the terminal.
    pub logins: Receiver<String>,
    /// What is to be put right.
    pub troubles: Receiver<String>,
    trust: Arc<ClientConfig>,
}

impl Home {
    /// Its lists and certificates are kept in this folder, if there is one.
    pub fn start(state: Option<&Path>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (login, logins) = channel();
        let (trouble, troubles) = channel();
        let told = Box::new(move |notice: Notice<'_>| {
            // A test may have heard enough.
            let _ = match notice {
                Notice::Login(address) => login.send(address.to_owned()),
                Notice::Trouble(what) => trouble.send(what.to_owned()),
            };
        });
        let stand =
            Stand::open_to(Some(Lan { listener, told }), Pace::Times(1.0), None, state.map(Path::to_owned));
        let (status, authority) = stand.rest().get("/ca.pem");
        assert_eq!(status, 200);
        let trust = trusting(authority.as_str().unwrap());
        Self { stand, address, logins, troubles, trust }
    }

    /// The code in the next address that logs in.
    pub fn code(&self) -> String {
        let address = self.logins.recv_timeout(PATIENCE).unwrap();
        let (page, code) = address.split_once('#').unwrap();
        assert!(page.starts_with("https://") && page.ends_with("/login"), "{page}");
        code.to_owned()
    }

    pub fn connect(&self) -> Tls {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let connection = ClientConnection::new(self.trust.clone(), "localhost".try_into().unwrap()).unwrap();
        StreamOwned::new(connection, stream)
    }

    /// A request whose headers are all written here, on a connection of its own.
    pub fn raw(&self, head: &str, body: &str) -> Answer {
        let mut stream = self.connect();
        // The robot may have refused it before it has read it all.
        let _ = write!(stream, "{head}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        let mut bytes = Vec::new();
        // ... or close without TLS's own goodbye.
        let _ = stream.read_to_end(&mut bytes);
        answer(&bytes)
    }

    pub fn call(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\n{headers}", self.address.port());
        self.raw(&head, body)
    }

    /// The local socket, with these headers; or the status with which it was refused.
    pub fn socket(&self, header: Option<(&'static str, &str)>) -> Result<WebSocket<Tls>, u16> {
        let mut request =
            format!("wss://localhost:{}/ws/local", self.address.port()).into_client_request().unwrap();
        if let Some((name, value)) = header {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        match tungstenite::client(request, self.connect()) {
            Ok((socket, _)) => Ok(socket),
            Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(answer))) => {
                Err(answer.status().as_u16())
            }
            Err(other) => panic!("{other}"),
        }
    }
}

/// A client that trusts this authority and no other.
fn trusting(authority: &str) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    config.with_root_certificates(roots).with_no_client_auth().into()
}

/// Reads an answer; one of status 0 is none at all.
pub fn answer(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
    let status = head.split(' ').nth(1).map_or(0, |status| status.parse().unwrap());
    let body = serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned()));
    Answer { status, head: head.to_owned(), body }
}
