//! `wimz --lan`: what its owner sees of the robot's way into the network.

use std::io::{self, IsTerminal};
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::sync::{Arc, Mutex};

use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use wimz_firmware::gate::Notice;
use wimz_simulator::assets::BadInput;
use wimz_simulator::lan::{Lan, Reach};

use super::Drive;
use super::drive::{lock, refused};
use super::printer::Printer;

/// Black on white, whatever colours the terminal has: a phone reads nothing else for certain.
const PAPER: &str = "\x1b[30;107m";
const PLAIN: &str = "\x1b[0m";

/// Listens on all addresses, if that is wanted.
pub fn lan(words: &Drive, printer: &Arc<Mutex<Printer>>) -> Result<Option<Lan>, BadInput> {
    if !words.lan {
        return Ok(None);
    }
    let port = words.lan_port;
    // One listener for both kinds of address, or for the old kind where the machine has no other.
    let listener = TcpListener::bind((Ipv6Addr::UNSPECIFIED, port))
        .or_else(|error| match error.kind() {
            io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied => Err(error),
            _ => TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)),
        })
        .map_err(|error| refused(port, "--lan-port", &error))?;
    let printer = printer.clone();
    // A code that goes into a file or a service's log would be there for others to find.
    let seen = io::stdout().is_terminal();
    let told = move |notice: Notice<'_>| match notice {
        Notice::Login(address) if seen => invite(&mut lock(&printer), address),
        Notice::Login(_) => {}
        Notice::Trouble(what) => lock(&printer).line(what),
    };
    Ok(Some(Lan { listener, told: Box::new(told) }))
}

/// How others find it, and by what they know it.
pub fn greet(printer: &mut Printer, words: &Drive, reach: &Reach) {
    printer.greet(&format!("  in the network   {}, for whoever logs in or holds a token", reach.address));
    printer.greet(&format!("                   its authority: {}/ca.pem, SHA-256", reach.address));
    printer.greet(&format!("                   {}", reach.fingerprint));
    if words.state.is_none() {
        printer.greet(
            "                   logins and certificates end with this run: keep them with --state FOLDER",
        );
    }
    if !io::stdout().is_terminal() {
        printer.greet("                   no login code without a terminal: `wimz token new` makes a token");
    }
}

/// The address that logs a phone in, as a picture for its camera and in letters.
fn invite(printer: &mut Printer, address: &str) {
    printer.line("");
    printer.line("  let somebody in  scan this within ten minutes, for one phone or browser:");
    if let Ok(code) = QrCode::with_error_correction_level(address, EcLevel::L) {
        for line in code.render::<Dense1x2>().build().lines() {
            printer.line(&format!("    {PAPER}{line}{PLAIN}"));
        }
    }
    printer.line(&format!("  or open          {address}"));
    printer.line("");
}
