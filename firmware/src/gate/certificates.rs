//! A certificate authority of the robot's own, and the certificate by which it is known in its network.
//!
//! Browsers give microphone and offline pages to HTTPS alone, and no public authority vouches for an address at home.
//! Whoever trusts this authority trusts it for names at home only, whatever becomes of its key.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints,
};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{RootCertStore, ServerConfig};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;

use super::tokens::replace;
use crate::folder::make_private;

/// A clock that says less than this has not been set: this program is younger.
const EARLIEST: Date = date(2026, 1, 1);
/// How long the authority lasts, in years.
const AUTHORITY_YEARS: i16 = 10;
/// How long the robot's certificate lasts: what browsers take at most is 398 days.
const SERVER_DAYS: i16 = 396;
/// How long before its end it is made anew.
const RENEWED_DAYS: i16 = 30;

/// The beginning of a day, in a type that a crate below rcgen has and no function here could name.
macro_rules! midnight {
    ($day:expr) => {{
        let day: Date = $day;
        rcgen::date_time_ymd(day.year().into(), day.month().unsigned_abs(), day.day().unsigned_abs())
    }};
}

/// What is wrong, in sentences for whoever has to mend it.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The folder or a file in it.
    #[error("{}: the robot's certificates cannot be read or written ({error})", path.display())]
    Unreachable {
        /// Which path.
        path: PathBuf,
        /// The system's word.
        error: io::Error,
    },
    /// A file is there and is not what it should be.
    #[error("{}: {why}: put back a copy, or remove the folder `tls` and let everybody trust the new authority", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// What cannot be made.
    #[error("no certificate can be made for this machine: {0}")]
    Refused(String),
}

/// The authority and what it vouches for.
#[derive(Clone)]
pub struct Certificates {
    /// The authority's certificate, PEM.
    pub authority: Arc<str>,
    /// SHA-256 of it, in pairs of hexadecimal digits, for people to compare.
    pub fingerprint: String,
    /// Does the robot's part of a handshake.
    pub acceptor: TlsAcceptor,
}

impl Certificates {
    /// Reads them from the folder `tls` in this one, or makes them, for a machine of these names. Without a folder they last
    /// as long as the process.
    ///
    /// # Errors
    /// [`CertificateError`]; nothing that was there has been replaced, but for a certificate that was over.
    pub fn open(folder: Option<&Path>, names: &[String], today: Date) -> Result<Self, CertificateError> {
        let today = today.max(EARLIEST);
        let folder = folder.map(|folder| folder.join("tls"));
        let shelf = Shelf { folder: folder.as_deref() };
        let authority = Authority::open(&shelf, today)?;
        let fits = |server: &Server| authority.vouches(server, names, today);
        let kept = shelf.read("server.pem")?.and_then(|pem| Server::parse(&pem).ok()).filter(fits);
        let server = match kept {
            Some(server) => server,
            None => {
                // An authority that was made under another host name does not vouch for this one; `.local` it does.
                let without_host: Vec<String> = names
                    .iter()
                    .filter(|name| name.contains(['.', ':']) || *name == "localhost")
                    .cloned()
                    .collect();
                let made = authority.server(names, today)?;
                let made = if authority.vouches(&made, names, today) {
                    made
                } else {
                    authority.server(&without_host, today)?
                };
                if !authority.vouches(&made, &without_host, today) {
                    let why = "it is not the certificate of the key in ca-key.pem".to_owned();
                    return Err(CertificateError::Damaged { path: shelf.path("ca.pem"), why });
                }
                shelf.write("server.pem", &made.pem)?;
                made
            }
        };
        let config = configure(server)?;
        Ok(Self {
            fingerprint: fingerprint(&authority.der),
            authority: authority.pem.into(),
            acceptor: TlsAcceptor::from(Arc::new(config)),
        })
    }
}

impl std::fmt::Debug for Certificates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificates").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

/// Where they are kept, if they are.
struct Shelf<'a> {
    folder: Option<&'a Path>,
}

impl Shelf<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.unwrap_or(Path::new("")).join(name)
    }

    fn read(&self, name: &str) -> Result<Option<String>, CertificateError> {
        let Some(folder) = self.folder else { return Ok(None) };
        let path = folder.join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(CertificateError::Unreachable { path, error }),
        }
    }

    fn write(&self, name: &str, content: &str) -> Result<(), CertificateError> {
        let Some(folder) = self.folder else { return Ok(()) };
        let path = folder.join(name);
        let written = make_private(folder).and_then(|()| replace(&path, content.as_bytes()));
        written.map_err(|error| CertificateError::Unreachable { path, error })
    }
}

/// A certificate and its key.
struct Server {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    pem: String,
}

impl Server {
    fn parse(pem: &str) -> Result<Self, rustls::pki_types::pem::Error> {
        Ok(Self {
            certificate: CertificateDer::from_pem_slice(pem.as_bytes())?,
            key: PrivateKeyDer::from_pem_slice(pem.as_bytes())?,
            pem: pem.to_owned(),
        })
    }
}

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    der: CertificateDer<'static>,
    pem: String,
}

impl Authority {
    /// The key comes first: a certificate that a crash kept from being written is made from it.
    fn open(shelf: &Shelf<'_>, today: Date) -> Result<Self, CertificateError> {
        let damaged = |name: &str, why: String| CertificateError::Damaged { path: shelf.path(name), why };
        let (key, certificate) = (shelf.read("ca-key.pem")?, shelf.read("ca.pem")?);
        let key = match (key, &certificate) {
            (Some(pem), _) => {
                KeyPair::from_pem(&pem).map_err(|error| damaged("ca-key.pem", error.to_string()))?
            }
            (None, Some(_)) => return Err(damaged("ca-key.pem", "the authority's key is gone".to_owned())),
            (None, None) => {
                let key = KeyPair::generate().map_err(refused)?;
                shelf.write("ca-key.pem", &key.serialize_pem())?;
                key
            }
        };
        let params = params(&key, today);
        let pem = match certificate {
            Some(pem) => pem,
            None => {
                let pem = params.self_signed(&key).map_err(refused)?.pem();
                shelf.write("ca.pem", &pem)?;
                pem
            }
        };
        let der = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|error| damaged("ca.pem", error.to_string()))?;
        Ok(Self { issuer: Issuer::new(params, key), der, pem })
    }

    /// A new certificate for these names.
    fn server(&self, names: &[String], today: Date) -> Result<Server, CertificateError> {
        let key = KeyPair::generate().map_err(refused)?;
        let mut params = CertificateParams::new(names).map_err(refused)?;
        params.distinguished_name.push(DnType::CommonName, "WIM-Z robot");
        params.not_before = midnight!(today.saturating_sub(1.day()));
        params.not_after = midnight!(today.saturating_add(SERVER_DAYS.days()));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &self.issuer).map_err(refused)?;
        let pem = certificate.pem() + &key.serialize_pem();
        Server::parse(&pem).map_err(|error| CertificateError::Refused(error.to_string()))
    }

    /// Whether a browser that trusts this authority takes this certificate under all these names, today and for a while.
    fn vouches(&self, server: &Server, names: &[String], today: Date) -> bool {
        let mut roots = RootCertStore::empty();
        if roots.add(self.der.clone()).is_err() {
            return false;
        }
        let Ok(verifier) = WebPkiServerVerifier::builder_with_provider(roots.into(), provider()).build()
        else {
            return false;
        };
        let is_taken = |name: &String, days: i16| {
            let at = today.saturating_add(days.days()).to_zoned(TimeZone::UTC);
            let at = at.map_or(0, |at| at.timestamp().as_second()).try_into().unwrap_or(0);
            let at = UnixTime::since_unix_epoch(Duration::from_secs(at));
            ServerName::try_from(name.as_str()).is_ok_and(|name| {
                verifier.verify_server_cert(&server.certificate, &[], &name, &[], at).is_ok()
            })
        };
        names.iter().all(|name| is_taken(name, 0) && is_taken(name, RENEWED_DAYS))
    }
}

/// What the authority's certificate says. All but its dates and host name follows from the key.
fn params(key: &KeyPair, today: Date) -> CertificateParams {
    let mut params = CertificateParams::default();
    let number: String =
        Sha256::digest(key.public_key_raw()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, format!("WIM-Z robot {number}"));
    params.not_before = midnight!(EARLIEST);
    params.not_after = midnight!(today.saturating_add(AUTHORITY_YEARS.years()));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let home = ["local".to_owned(), "localhost".to_owned()].into_iter().chain(super::machine::host());
    let home = home.map(GeneralSubtree::DnsName).collect();
    params.name_constraints =
        Some(NameConstraints { permitted_subtrees: home, excluded_subtrees: Vec::new() });
    params
}

fn configure(server: Server) -> Result<ServerConfig, CertificateError> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .and_then(|config| {
            config.with_no_client_auth().with_single_cert(vec![server.certificate], server.key)
        })
        .map_err(|error| CertificateError::Refused(error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn refused(error: rcgen::Error) -> CertificateError {
    CertificateError::Refused(error.to_string())
}

fn fingerprint(der: &CertificateDer<'_>) -> String {
    let pairs: Vec<String> = Sha256::digest(der).iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const TODAY: Date = date(2027, 3, 1);

    fn names(more: &[&str]) -> Vec<String> {
        ["127.0.0.1", "fd00::2", "localhost", "robot.local"]
            .iter()
            .chain(more)
            .map(|name| (*name).to_owned())
            .collect()
    }

    #[test]
    fn a_certificate_is_kept_until_it_no_longer_fits() {
        let folder = tempfile::tempdir().unwrap();
        let open =
            |more: &[&str], today| Certificates::open(Some(folder.path()), &names(more), today).unwrap();
        let server = || std::fs::read(folder.path().join("tls/server.pem")).unwrap();
        let first = open(&[], TODAY);
        let made = server();
        for name in ["ca-key.pem", "server.pem"] {
            let found = std::fs::metadata(folder.path().join("tls").join(name)).unwrap();
            assert_eq!(found.permissions().mode() & 0o777, 0o600, "{name}");
        }
        let mut last = made.clone();
        for (more, today, is_kept) in [
            (&[][..], TODAY, true),
            (&[], TODAY.saturating_add(365.days()), true),
            (&[], TODAY.saturating_add(367.days()), false),
            (&[], date(1970, 1, 1), false),
            (&[], TODAY, false),
            (&["192.168.7.2"], TODAY, false),
            (&[], TODAY, true),
            (&["other.local"], TODAY, false),
        ] {
            let now = open(more, today);
            assert_eq!(now.fingerprint, first.fingerprint, "whoever trusts the robot goes on doing so");
            assert_eq!(server() == last, is_kept, "{more:?} on {today}");
            last = server();
        }
        // A crash in the middle of the first start, and of a later one.
        std::fs::write(folder.path().join("tls/server.pem"), &made[..300]).unwrap();
        assert_eq!(open(&[], TODAY).fingerprint, first.fingerprint);
        std::fs::remove_file(folder.path().join("tls/ca.pem")).unwrap();
        std::fs::remove_file(folder.path().join("tls/server.pem")).unwrap();
        open(&[], TODAY);
    }

    #[test]
    fn the_authority_vouches_for_names_at_home_alone() {
        let authority = Authority::open(&Shelf { folder: None }, TODAY).unwrap();
        let vouches =
            |names: &[String]| authority.vouches(&authority.server(names, TODAY).unwrap(), names, TODAY);
        assert!(vouches(&names(&["192.168.7.2", "8.8.8.8"])));
        assert!(!vouches(&names(&["bank.example"])));
        assert!(!vouches(&["example.com".to_owned()]));
        // A machine that was renamed is still known by its address, and by its new name in `.local`.
        let renamed = names(&["another-name", "another-name.local"]);
        Certificates::open(None, &renamed, TODAY).unwrap();
    }

    #[test]
    fn what_is_damaged_is_told_and_left_as_it_is() {
        let open = |folder: &Path| Certificates::open(Some(folder), &names(&[]), TODAY);
        let other = tempfile::tempdir().unwrap();
        open(other.path()).unwrap();
        type Damage = fn(&Path, &Path);
        let damages: [(Damage, &str); 4] = [
            (
                |tls, _| std::fs::remove_file(tls.join("ca-key.pem")).unwrap(),
                "ca-key.pem: the authority's key is gone",
            ),
            (|tls, _| std::fs::write(tls.join("ca-key.pem"), "").unwrap(), "ca-key.pem: "),
            (|tls, _| std::fs::write(tls.join("ca.pem"), "").unwrap(), "ca.pem: "),
            (
                |tls, other| {
                    assert!(std::fs::copy(other.join("tls/ca.pem"), tls.join("ca.pem")).unwrap() > 0);
                },
                "ca.pem: it is not the certificate of the key",
            ),
        ];
        for (damage, wanted) in damages {
            let folder = tempfile::tempdir().unwrap();
            open(folder.path()).unwrap();
            let tls = folder.path().join("tls");
            damage(&tls, other.path());
            let before: Vec<_> =
                ["ca.pem", "ca-key.pem"].map(|name| std::fs::read(tls.join(name)).ok()).into();
            let told = open(folder.path()).unwrap_err().to_string();
            assert!(told.contains(wanted), "{told}");
            let after: Vec<_> =
                ["ca.pem", "ca-key.pem"].map(|name| std::fs::read(tls.join(name)).ok()).into();
            assert_eq!(before, after);
        }
    }
}
