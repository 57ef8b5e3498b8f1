//! Keeps strangers out and nobody's flood from wearing the robot out: who may come in, by which name, how often, how many.
//!
//! Between a listener and the API. It knows nothing of what is asked, but for one thing: a stop by somebody who may come in
//! is never counted and never refused.

mod allowance;
mod body;
mod certificates;
mod code;
mod login;
mod machine;
mod names;
mod refusal;
mod seats;
mod secret;
mod serve;
mod tokens;
mod wire;

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use rustix::process::{Resource, getrlimit};

pub use allowance::Allowance;
pub use certificates::{CertificateError, Certificates};
pub use machine::Machine;
pub use names::Guests;
pub use seats::Seats;
pub use secret::Secret;
pub use serve::serve;
pub use tokens::{Kind, Token, TokenError, Tokens};

use allowance::Allowances;
use code::Code;
use names::Names;
use refusal::Refusal;
use seats::Seat;

/// How many connections there may be, of all listeners: many more than a home has clients, and half of what a process may
/// have open by custom.
pub const CONNECTIONS: usize = 512;
/// How many connections there may be in this process: no more than half of what the system lets it have open.
pub fn connections() -> usize {
    let open = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX) / 2;
    CONNECTIONS.min(usize::try_from(open).unwrap_or(CONNECTIONS))
}

/// How long a body may be, where its route says nothing else.
const BODY_BYTES: usize = 64 * 1024;
/// What everybody at this machine may ask together, over REST: it is their own machine, and still no program that has
/// lost its mind may keep the robot from its work.
const HERE: Allowance = Allowance::new(Duration::from_micros(500), 4_000);
/// How often one address may try to log in: five times, and then every twelve seconds. Codes and tokens have 256 bits; this
/// keeps the terminal and the disk quiet.
const LOGINS: Allowance = Allowance::new(Duration::from_secs(12), 5);
/// What anybody may ask for: whether the robot is there, and what it takes to log in.
const OPEN: [&str; 7] =
    ["/health", "/login", "/login.js", "/login.css", "/palette.css", "/favicon.svg", "/ca.pem"];
/// What is never counted.
const STOPS: [&str; 2] = ["/motor/stop", "/motor/emergency"];

/// Who sent a request, as far as the gate knows: an extension of every request that it lets pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Whoever sits at this machine.
    Here,
    /// Somebody in the network, by this token.
    Holder(Token),
    /// Anybody.
    Nobody,
}

/// What a gate has to say to whoever sits at the robot's terminal.
#[derive(Clone, Copy, Debug)]
pub enum Notice<'a> {
    /// This address logs one browser in, within ten minutes. It is a secret.
    Login(&'a str),
    /// Something is to be put right.
    Trouble(&'a str),
}

/// Where notices go. It may be called from any thread and must not wait.
pub type Told = Box<dyn Fn(Notice<'_>) + Send + Sync>;

impl Identity {
    /// What it may ask over one socket.
    pub const fn allowance(&self) -> Allowance {
        match self {
            Self::Here => HERE,
            Self::Holder(_) | Self::Nobody => Allowance::CLIENT,
        }
    }
}

/// A gate before one listener. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    names: Names,
    seats: Arc<Seats>,
    asked: Mutex<Allowances<Client>>,
    /// The authority's certificate, for whoever wants to trust it.
    authority: Option<Arc<str>>,
    /// What only a gate to the network has.
    network: Option<Network>,
}

struct Network {
    tokens: Tokens,
    code: Mutex<Code>,
    logins: Mutex<Allowances<IpAddr>>,
    /// The page on which a code is used.
    address: String,
    told: Told,
    /// What was told last, so that it is told once.
    trouble: Mutex<Option<String>>,
}

/// Whose requests are counted together.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Client {
    Holder(String),
    Address(IpAddr),
}

impl Gate {
    /// Before a listener on this machine's own loopback: whoever comes there is let in. The authority is that of the network's
    /// listener, if there is one.
    pub fn here(seats: Arc<Seats>, authority: Option<Arc<str>>) -> Self {
        let asked = Mutex::new(Allowances::new(HERE));
        Self(Arc::new(Inner { names: Names::loopback(), seats, asked, authority, network: None }))
    }

    /// The same before a listener that serves only what pages of other origins may see and can change nothing by.
    pub fn here_for(seats: Arc<Seats>, guests: Guests) -> Self {
        let (names, asked) = (Names::loopback().with_guests(guests), Mutex::new(Allowances::new(HERE)));
        Self(Arc::new(Inner { names, seats, asked, authority: None, network: None }))
    }

    /// Before a listener that the network can reach, on this port.
    pub fn network(
        seats: Arc<Seats>,
        (machine, port): (&Machine, u16),
        authority: Arc<str>,
        tokens: Tokens,
        told: Told,
    ) -> Self {
        let network = Network {
            tokens,
            code: Mutex::default(),
            logins: Mutex::new(Allowances::new(LOGINS)),
            address: format!("{}/login", machine.address(port)),
            told,
            trouble: Mutex::default(),
        };
        let names = Names::network(machine.names.iter().map(String::as_str));
        let asked = Mutex::new(Allowances::new(Allowance::CLIENT));
        Self(Arc::new(Inner { names, seats, asked, authority: Some(authority), network: Some(network) }))
    }

    /// Tells a new address that logs one browser in, unless the last one is still good.
    pub fn invite(&self) {
        let Some(network) = &self.0.network else { return };
        let mut code = lock(&network.code);
        if code.is_good(Instant::now()) {
            return;
        }
        match Secret::random() {
            Ok(secret) => {
                code.issue(secret.hash(), Instant::now());
                // In the fragment, which no browser sends and no server logs.
                (network.told)(Notice::Login(&format!("{}#{}", network.address, secret.reveal())));
            }
            Err(error) => (network.told)(Notice::Trouble(&TokenError::NoRandomness(error).to_string())),
        }
    }

    /// This router behind this gate.
    fn around(&self, router: Router) -> Router {
        router
            .merge(login::routes(self.clone()))
            .layer(DefaultBodyLimit::max(BODY_BYTES))
            .layer(middleware::from_fn_with_state(self.clone(), pass))
    }

    fn seats(&self) -> &Arc<Seats> {
        &self.0.seats
    }

    /// Ends connections of those whose token no longer counts.
    fn recheck(&self) {
        if let Some(network) = &self.0.network {
            let now = Timestamp::now();
            self.0.seats.end_unless(|id| network.tokens.holds(id, now));
        }
    }

    /// Whether a request may go on, and who sends it.
    fn admit(&self, request: &Request, now: Instant) -> Result<Identity, Refusal> {
        let seat = request.extensions().get::<Arc<Seat>>();
        let (method, uri, headers) = (request.method(), request.uri(), request.headers());
        self.0.names.check(method, uri, headers, seat.map(|seat| seat.at)).map_err(Refusal::Foreign)?;
        let is_open = OPEN.contains(&uri.path());
        let identity = match self.identify(headers) {
            Err(_) if is_open => Identity::Nobody,
            found => found?,
        };
        let is_known = identity != Identity::Nobody;
        if let (true, Some(seat)) = (is_known, seat) {
            seat.trust(identity.id());
        }
        let is_stop = method == Method::POST && STOPS.contains(&uri.path());
        if !(is_known && is_stop) {
            let client = match &identity {
                Identity::Holder(token) => Client::Holder(token.id.clone()),
                _ => Client::Address(
                    seat.map_or(Ipv6Addr::UNSPECIFIED.into(), |seat| household(seat.from.ip())),
                ),
            };
            lock(&self.0.asked).of(client, now).take(now).map_err(Refusal::TooOften)?;
        }
        if is_known || is_open { Ok(identity) } else { Err(Refusal::Unauthorized) }
    }

    /// Whose secret the request shows.
    fn identify(&self, headers: &HeaderMap) -> Result<Identity, Refusal> {
        let Some(network) = &self.0.network else { return Ok(Identity::Here) };
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let bearer = bearer.and_then(|value| {
            let (scheme, secret) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
        });
        let Some(shown) = bearer.or_else(|| login::cookie(headers)) else { return Ok(Identity::Nobody) };
        let token = network.listed(network.tokens.whose(shown, Timestamp::now()))?;
        Ok(token.map_or(Identity::Nobody, Identity::Holder))
    }
}

impl Network {
    /// What the list of tokens said; if it cannot be read, it is told here, once.
    fn listed<T>(&self, said: Result<T, TokenError>) -> Result<T, Refusal> {
        let mut trouble = lock(&self.trouble);
        let error = match said {
            Ok(found) => {
                *trouble = None;
                return Ok(found);
            }
            Err(TokenError::TooMany) => return Err(Refusal::NoRoom),
            Err(error) => error.to_string(),
        };
        if trouble.as_ref() != Some(&error) {
            (self.told)(Notice::Trouble(&error));
            *trouble = Some(error);
        }
        Err(Refusal::NoList)
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Identity {
    /// By which token, if by one.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Holder(token) => Some(&token.id),
            _ => None,
        }
    }
}

/// Lets a request pass, or says why not.
async fn pass(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let mut response = match gate.admit(&request, Instant::now()) {
        Ok(identity) => {
            request.extensions_mut().insert(identity);
            body::within_limits(request, next).await
        }
        Err(Refusal::Unauthorized) if wants_page(&request) => Redirect::to("/login").into_response(),
        Err(refusal) => refusal.into_response(),
    };
    refusal::tell_browsers(response.headers_mut());
    response
}

fn wants_page(request: &Request) -> bool {
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    request.method() == Method::GET && accepted.is_some_and(|kinds| kinds.contains("text/html"))
}

/// The part of an address that is one household's: whoever has one IPv6 address has a whole network of them.
fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    }
}

/// A lock whose holder panicked holds good data: every critical section leaves one of two whole states.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_has_one_allowance_however_many_addresses_it_has() {
        let one = |address: &str| household(address.parse().unwrap());
        assert_eq!(one("2001:db8:1:2::1"), one("2001:db8:1:2:ffff::9"));
        assert_ne!(one("2001:db8:1:2::1"), one("2001:db8:1:3::1"));
        assert_ne!(one("192.168.7.2"), one("192.168.7.3"));
        assert_eq!(one("::ffff:192.168.7.2"), one("192.168.7.2"));
    }
}
