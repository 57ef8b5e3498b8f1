//! What this machine is called in its network.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

/// Names and addresses under which others reach this machine.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Addresses and host names, without ports and brackets; the loopback's are among them.
    pub names: Vec<String>,
    /// The one to show to people.
    pub shown: String,
}

impl Machine {
    /// This one, as it is now.
    pub fn look() -> Self {
        let mut addresses: Vec<IpAddr> = if_addrs::get_if_addrs()
            .unwrap_or_default()
            .iter()
            .map(|interface| interface.ip())
            // A browser cannot be given one that is good on one cable only.
            .filter(|address| !matches!(address, IpAddr::V6(six) if six.is_unicast_link_local()))
            .collect();
        addresses.extend([IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(std::net::Ipv6Addr::LOCALHOST)]);
        addresses.sort_unstable();
        addresses.dedup();
        let others = || addresses.iter().find(|address| address.is_ipv4() && !address.is_loopback()).copied();
        let shown = outward().or_else(others).map_or("localhost".to_owned(), |address| address.to_string());
        let mut names: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
        names.push("localhost".to_owned());
        if let Some(host) = host() {
            names.extend([format!("{host}.local"), host]);
        }
        Self { names, shown }
    }

    /// Where it is to be found on this port.
    pub fn address(&self, port: u16) -> String {
        format!("https://{}:{port}", self.shown)
    }
}

/// The name that this machine has been given, in small letters and without its domain, if it is one that a certificate
/// can name.
pub fn host() -> Option<String> {
    let host = rustix::system::uname().nodename().to_string_lossy().to_ascii_lowercase();
    let host = host.split('.').next().unwrap_or_default();
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    (!host.is_empty() && host != "localhost" && host.chars().all(is_letter)).then(|| host.to_owned())
}

/// The address by which this machine speaks to others. Nothing is sent.
fn outward() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // A documentation address (RFC 5737): only the way there is asked for.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}
