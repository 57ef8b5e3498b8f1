//! One connection to a robot's `/ws/local`, with or without TLS, and why there is none; and the second way to stop it.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConnection, StreamOwned};
use serde_json::Value;
use tungstenite::client::IntoClientRequest;
use tungstenite::error::ProtocolError;
use tungstenite::http::StatusCode;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Error, HandshakeError, Message, WebSocket};
use wimz_vocabulary::StopKind;

use super::address::Access;

/// How long each step of the way in may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long one listens before one looks at what else there is to do.
const TURN: Duration = Duration::from_millis(10);
/// The longest frame that is taken, in bytes: photos are some hundred thousand.
const LONGEST: usize = 8 << 20;
/// The longest answer to a request, in bytes.
const LONGEST_ANSWER: u64 = 64 << 10;

/// Why there is no link.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Nobody there has this name.
    #[error("there is no {host} in this network ({why})")]
    NoSuchHost {
        /// The name.
        host: String,
        /// The system's word on it.
        why: String,
    },
    /// Nobody answers.
    #[error("no robot answers at {at}: {why}")]
    NoAnswer {
        /// Where.
        at: String,
        /// The system's word on it.
        why: String,
    },
    /// It speaks without TLS.
    #[error("what answers at {at} speaks no TLS: try http://")]
    NoTls {
        /// Where.
        at: String,
    },
    /// It speaks no HTTP.
    #[error(
        "what answers at {at} speaks no HTTP: if that is a robot's port for the network, try https:// with --ca"
    )]
    NoHttp {
        /// Where.
        at: String,
    },
    /// Its certificate is another authority's.
    #[error(
        "the certificate at {at} is not by the authority given with --ca: fetch the robot's own, /ca.pem, anew"
    )]
    Stranger {
        /// Where.
        at: String,
    },
    /// Its certificate is made out to others.
    #[error("the certificate at {at} names other addresses: use the one that the robot shows when it starts")]
    OtherName {
        /// Where.
        at: String,
    },
    /// Something else is wrong with how it shows who it is.
    #[error("TLS with {at} fails: {why}")]
    Tls {
        /// Where.
        at: String,
        /// What it is.
        why: String,
    },
    /// It wants a token.
    #[error(
        "{at} lets nobody in without a token: `wimz token new NAME` at the robot makes one, --token gives it"
    )]
    NoToken {
        /// Where.
        at: String,
    },
    /// It does not take this one.
    #[error("{at} does not take this token: it was revoked, or is another robot's")]
    BadToken {
        /// Where.
        at: String,
    },
    /// It is a server, and no robot.
    #[error("what answers at {at} is no WIM-Z robot: it has no /ws/local (HTTP {status})")]
    NoRobot {
        /// Where.
        at: String,
        /// What it says.
        status: u16,
    },
    /// The robot refuses, in its own words.
    #[error("{at} refuses: {why}")]
    Refused {
        /// Where.
        at: String,
        /// Its words.
        why: String,
    },
    /// The link was there, and broke.
    #[error("the link broke: {0}")]
    Broken(String),
    /// The link is there, and nothing comes by it.
    #[error("the robot has gone silent")]
    Silent,
}

/// Bytes, encrypted or not.
#[derive(Debug)]
enum Way {
    Plain(TcpStream),
    Secure(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Way {
    fn open(access: &Access) -> Result<Self, Trouble> {
        let stream = connect(access)?;
        let Some(trust) = &access.trust else { return Ok(Self::Plain(stream)) };
        let at = || access.address.to_string();
        let name = ServerName::try_from(access.address.host.clone());
        let name = name.map_err(|_| Trouble::OtherName { at: at() })?;
        let connection = ClientConnection::new(trust.clone(), name);
        let connection = connection.map_err(|error| Trouble::Tls { at: at(), why: error.to_string() })?;
        let mut stream = StreamOwned::new(connection, stream);
        while stream.conn.is_handshaking() {
            if let Err(error) = stream.conn.complete_io(&mut stream.sock) {
                return Err(no_tls(&error, at()));
            }
        }
        Ok(Self::Secure(Box::new(stream)))
    }

    fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Secure(stream) => &stream.sock,
        }
    }
}

impl Read for Way {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(bytes),
            Self::Secure(stream) => stream.read(bytes),
        }
    }
}

impl Write for Way {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Secure(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Secure(stream) => stream.flush(),
        }
    }
}

/// Reaches the first of the host's addresses that answers.
fn connect(access: &Access) -> Result<TcpStream, Trouble> {
    let address = &access.address;
    let host = || address.host.clone();
    let found = (address.host.as_str(), address.port).to_socket_addrs();
    let found = found.map_err(|error| Trouble::NoSuchHost { host: host(), why: error.to_string() })?;
    let mut why = "it has no address".to_owned();
    for one in found {
        match TcpStream::connect_timeout(&one, PATIENCE).and_then(prepared) {
            Ok(stream) => return Ok(stream),
            Err(error) => why = words(&error),
        }
    }
    Err(Trouble::NoAnswer { at: address.to_string(), why })
}

fn prepared(stream: TcpStream) -> io::Result<TcpStream> {
    // What drives is small and late as soon as it waits for more.
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::ConnectionRefused => "nobody listens there".to_owned(),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => "no answer in 3 s".to_owned(),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
            "the other end is gone".to_owned()
        }
        _ => error.to_string(),
    }
}

fn no_tls(error: &io::Error, at: String) -> Trouble {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidMessage(_)) => Trouble::NoTls { at },
        Some(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) => Trouble::Stranger { at },
        Some(rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        )) => Trouble::OtherName { at },
        Some(other) => Trouble::Tls { at, why: other.to_string() },
        None => Trouble::Tls { at, why: words(error) },
    }
}

/// A link.
#[derive(Debug)]
pub struct Link {
    socket: WebSocket<Way>,
}

impl Link {
    /// Goes all the way in. What has happened since the place `after` in the robot's history is told first.
    ///
    /// # Errors
    /// [`Trouble`]: how far one comes, and what would help.
    pub fn open(access: &Access, after: Option<&str>) -> Result<Self, Trouble> {
        let way = Way::open(access)?;
        let at = || access.address.to_string();
        let since = after.map(|place| format!("?after={place}")).unwrap_or_default();
        let scheme = if access.trust.is_some() { "wss" } else { "ws" };
        let uri = format!("{scheme}://{}/ws/local{since}", access.address.authority());
        let refused = |why: String| Trouble::Refused { at: at(), why };
        let mut request = uri.into_client_request().map_err(|error| refused(error.to_string()))?;
        if let Some(token) = &access.token {
            let value = format!("Bearer {token}").parse();
            request.headers_mut().insert("Authorization", value.map_err(|_| Trouble::BadToken { at: at() })?);
        }
        let limits = WebSocketConfig::default().max_message_size(Some(LONGEST)).max_frame_size(Some(LONGEST));
        let (socket, _) = tungstenite::client::client_with_config(request, way, Some(limits))
            .map_err(|error| not_let_in(error, access))?;
        let listens = socket.get_ref().tcp().set_read_timeout(Some(TURN));
        listens.map_err(|error| Trouble::Broken(error.to_string()))?;
        Ok(Self { socket })
    }

    /// What the robot says next, if it says anything within a hundredth of a second.
    ///
    /// # Errors
    /// [`Trouble::Broken`].
    pub fn listen(&mut self) -> Result<Option<String>, Trouble> {
        match self.socket.read() {
            Ok(Message::Text(text)) => Ok(Some(text.as_str().to_owned())),
            Ok(_) => Ok(None),
            Err(Error::Io(error)) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Ok(None)
            }
            Err(error) => Err(broken(error)),
        }
    }

    /// Says something.
    ///
    /// # Errors
    /// [`Trouble::Broken`], also where it is not taken within three seconds.
    pub fn say(&mut self, text: String) -> Result<(), Trouble> {
        self.socket.send(Message::text(text)).map_err(broken)
    }
}

impl Drop for Link {
    /// Whoever goes says so, as far as that still can be said.
    fn drop(&mut self) {
        let _ = self.socket.close(None);
        let _ = self.socket.flush();
    }
}

fn broken(error: Error) -> Trouble {
    Trouble::Broken(match error {
        Error::ConnectionClosed | Error::AlreadyClosed => "the robot has closed it".to_owned(),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => "the other end is gone".to_owned(),
        Error::Io(error) => words(&error),
        other => other.to_string(),
    })
}

fn not_let_in<T: tungstenite::handshake::HandshakeRole>(
    error: HandshakeError<T>,
    access: &Access,
) -> Trouble {
    let at = access.address.to_string();
    match error {
        HandshakeError::Interrupted(_) => Trouble::NoAnswer { at, why: "no answer in 3 s".to_owned() },
        HandshakeError::Failure(Error::Http(answer)) => {
            let said = answer.body().as_deref().and_then(|body| serde_json::from_slice::<Value>(body).ok());
            refusal(answer.status().as_u16(), said.as_ref(), access)
        }
        HandshakeError::Failure(Error::Io(error)) if access.trust.is_some() => {
            Trouble::NoAnswer { at, why: words(&error) }
        }
        HandshakeError::Failure(_) => Trouble::NoHttp { at },
    }
}

/// Why a request was refused; `said` is what came with it.
fn refusal(status: u16, said: Option<&Value>, access: &Access) -> Trouble {
    let at = access.address.to_string();
    let why = said.and_then(|said| said["error"]["message"].as_str());
    match (status, why) {
        (401, _) if access.token.is_none() => Trouble::NoToken { at },
        (401, _) => Trouble::BadToken { at },
        (_, Some(why)) => Trouble::Refused { at, why: why.to_owned() },
        // So a robot answers at its port for the network.
        (400, None) if access.trust.is_none() => Trouble::NoHttp { at },
        (status, None) => Trouble::NoRobot { at, status },
    }
}

/// Stops the robot by a request of its own, beside the link: neither waits for the other.
///
/// # Errors
/// [`Trouble`]: why it was not taken.
pub fn stop(access: &Access, kind: StopKind) -> Result<(), Trouble> {
    let path = match kind {
        StopKind::Stop => "/motor/stop",
        StopKind::Emergency => "/motor/emergency",
    };
    let mut way = Way::open(access)?;
    let token = access.token.as_ref().map(|token| format!("Authorization: Bearer {token}\r\n"));
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\n{}Content-Length: 0\r\nConnection: close\r\n\r\n",
        access.address.authority(),
        token.unwrap_or_default()
    );
    let no_answer =
        |error: io::Error| Trouble::NoAnswer { at: access.address.to_string(), why: words(&error) };
    way.write_all(request.as_bytes()).and_then(|()| way.flush()).map_err(no_answer)?;
    let mut answer = Vec::new();
    // Many end a connection without TLS's own good-bye.
    let read = way.take(LONGEST_ANSWER).read_to_end(&mut answer);
    if answer.is_empty() {
        read.map_err(no_answer)?;
    }
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    if status == StatusCode::OK.as_u16() {
        return Ok(());
    }
    Err(refusal(status, serde_json::from_str(body).ok().as_ref(), access))
}
