//! Where a robot is asked, and by what right: an address, a token, and whose certificates are trusted.

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::assets::BadInput;

/// The ports that a robot takes unless it is told others: on its own machine, and for the network.
const PORT: u16 = 8000;
const SECURE_PORT: u16 = 8443;

/// A robot's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Whether it is asked over TLS.
    pub is_secure: bool,
    /// A name or an address, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
}

impl Address {
    /// Name and port, as a request's `Host` has them.
    pub fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.is_secure { "https" } else { "http" }, self.authority())
    }
}

impl FromStr for Address {
    type Err = String;

    /// Reads `http://NAME:PORT` or `https://NAME:PORT`; the port may be left out.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| format!("{what}: give http://NAME:PORT, or https://NAME:PORT");
        let (is_secure, rest) = match text.split_once("://") {
            Some(("http", rest)) => (false, rest),
            Some(("https", rest)) => (true, rest),
            Some((scheme, _)) => return Err(wrong(&format!("a robot is not asked by {scheme}"))),
            None => {
                return Err(format!("a robot's address begins with http://: did you mean http://{text}?"));
            }
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains('@') {
            return Err(wrong("a token does not belong into an address: say --token"));
        }
        if rest.contains(['/', '?', '#']) {
            return Err(wrong("a robot has no path"));
        }
        let usual = if is_secure { SECURE_PORT } else { PORT };
        let (host, port) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, port)) => (host, port.strip_prefix(':').filter(|port| !port.is_empty())),
            None => rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port))),
        };
        if host.is_empty() || host.contains(char::is_whitespace) {
            return Err(wrong("the name is missing"));
        }
        let port = match port.map(str::parse) {
            None => usual,
            Some(Ok(port)) if port > 0 => port,
            Some(_) => return Err(wrong("a port is a number from 1 to 65535")),
        };
        Ok(Self { is_secure, host: host.to_owned(), port })
    }
}

/// All that it takes to be let in.
#[derive(Clone, Debug)]
pub struct Access {
    /// Where.
    pub address: Address,
    /// By what token, if by one.
    pub token: Option<String>,
    /// Whom to trust; none where nothing is encrypted.
    pub(super) trust: Option<Arc<ClientConfig>>,
}

impl Access {
    /// To the robot at this address. `authority` is a file that holds the certificate of its authority, PEM.
    ///
    /// # Errors
    /// [`BadInput`] for a file that cannot be read or holds no certificate, an authority where nothing is encrypted, none
    /// where all is, and a token that no header can carry.
    pub fn new(address: Address, token: Option<String>, authority: Option<&Path>) -> Result<Self, BadInput> {
        if token
            .as_ref()
            .is_some_and(|token| token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()))
        {
            return Err(BadInput::Wrong("--token: a token has letters and digits, and no spaces".to_owned()));
        }
        let trust = match (address.is_secure, authority) {
            (false, None) => None,
            (true, Some(file)) => Some(trusting(file)?),
            (false, Some(_)) => {
                let why = format!("--ca is of no use with {address}: nothing is encrypted there");
                return Err(BadInput::Wrong(why));
            }
            (true, None) => {
                let why = format!(
                    "--ca is missing: a robot has a certificate authority of its own. Fetch it at the robot's machine \
                     (curl -o wimz-ca.pem http://localhost:{PORT}/ca.pem) and say --ca wimz-ca.pem"
                );
                return Err(BadInput::Wrong(why));
            }
        };
        Ok(Self { address, token, trust })
    }
}

/// A client that trusts the authority in this file and no other.
fn trusting(file: &Path) -> Result<Arc<ClientConfig>, BadInput> {
    let name = file.display().to_string();
    let text = std::fs::read(file)
        .map_err(|error| BadInput::Unreadable { name: name.clone(), why: error.to_string() })?;
    let none = |why: String| {
        BadInput::Wrong(format!("{name}: this is no certificate in PEM, as /ca.pem of a robot is ({why})"))
    };
    let certificate = CertificateDer::from_pem_slice(&text).map_err(|error| none(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    roots.add(certificate).map_err(|error| none(error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| BadInput::Wrong(format!("TLS: {error}")))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_or_what_is_wrong_with_it_is_said() {
        for (text, told) in [
            ("http://robot:8000", "http://robot:8000"),
            ("http://robot", "http://robot:8000"),
            ("https://192.168.1.23/", "https://192.168.1.23:8443"),
            ("https://[fe80::1]:9000", "https://[fe80::1]:9000"),
            ("http://[::1]", "http://[::1]:8000"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), told);
        }
        for (text, word) in [
            ("robot:8000", "did you mean http://robot:8000?"),
            ("ws://robot", "not asked by ws"),
            ("http://", "name is missing"),
            ("http://robot:port", "1 to 65535"),
            ("http://robot:0", "1 to 65535"),
            ("http://robot:8000/ws/local", "no path"),
            ("http://token@robot", "--token"),
        ] {
            let wrong = text.parse::<Address>().unwrap_err();
            assert!(wrong.contains(word), "{text}: {wrong}");
        }
    }

    #[test]
    fn whom_to_trust_is_said_where_something_is_encrypted_and_nowhere_else() {
        let access = |address: &str, token: Option<&str>, authority: Option<&Path>| {
            Access::new(address.parse().unwrap(), token.map(str::to_owned), authority)
        };
        let wrong = |result: Result<Access, BadInput>| result.unwrap_err().to_string();
        assert!(access("http://robot", None, None).unwrap().trust.is_none());
        assert!(wrong(access("https://robot", None, None)).contains("/ca.pem"));
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(wrong(access("http://robot", None, Some(file.path()))).contains("nothing is encrypted"));
        assert!(wrong(access("https://robot", None, Some(file.path()))).contains("no certificate in PEM"));
        assert!(
            wrong(access("https://robot", None, Some(Path::new("/no/such/file")))).contains("/no/such/file")
        );
        assert!(wrong(access("http://robot", Some("two words"), None)).contains("--token"));
    }
}
