//! The robot in the home network: what it takes to serve it there, kept in the state folder if there is one.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use wimz_firmware::gate::{Certificates, Gate, Machine, Seats, Tokens, Told};

use crate::assets::BadInput;

/// Where it is to be served, and who is told what its owner has to know.
pub struct Lan {
    /// The listener, on whichever addresses.
    pub listener: TcpListener,
    /// Where login addresses and troubles go.
    pub told: Told,
}

/// What others have to know to come in.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Where it is served.
    pub address: String,
    /// By what its authority is known: SHA-256, in pairs of hexadecimal digits.
    pub fingerprint: String,
    /// The authority's certificate, PEM.
    pub authority: Arc<str>,
    /// The gate that everybody comes through.
    pub(crate) gate: Gate,
}

/// The gate to the network, and its listener's certificates.
pub(crate) fn open(
    listener: &TcpListener,
    told: Told,
    state: Option<&Path>,
    seats: Arc<Seats>,
) -> Result<(Reach, Certificates), BadInput> {
    let wrong = |message: String| BadInput::Wrong(message);
    let port = listener.local_addr().map_err(|error| wrong(error.to_string()))?.port();
    let machine = Machine::look();
    let now = jiff::Timestamp::now();
    let tokens = state.map_or_else(Tokens::in_memory, Tokens::kept_in);
    // A list that lets nobody in is better known before than after.
    tokens.list(now).map_err(|error| wrong(error.to_string()))?;
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let certificates =
        Certificates::open(state, &machine.names, today).map_err(|error| wrong(error.to_string()))?;
    let authority = certificates.authority.clone();
    let gate = Gate::network(seats, (&machine, port), authority.clone(), tokens, told);
    let (address, fingerprint) = (machine.address(port), certificates.fingerprint.clone());
    Ok((Reach { address, fingerprint, authority, gate }, certificates))
}
