//! By which names this machine is called, and which pages are its own.
//!
//! A browser lets any page send requests, and lets its owner's name server point a foreign name at this machine. What it
//! does not let a page forge is `Host`, `Origin` and `Sec-Fetch-Site`.

use std::collections::BTreeSet;
use std::net::IpAddr;

use axum::http::uri::{Authority, Scheme};
use axum::http::{HeaderMap, HeaderName, Method, Uri, header};

/// Why a request is not for this machine, or not from a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// It was sent to another name.
    Host,
    /// Another site's page sent it.
    Page,
}

/// The names that a request may be sent to.
#[derive(Clone, Debug)]
pub struct Names {
    scheme: Scheme,
    known: BTreeSet<String>,
    /// Which pages may send requests though they are not its own, by their origin.
    guests: Guests,
}

/// Whether a page of this origin is let in beside the machine's own.
pub type Guests = fn(&str) -> bool;

/// No page but the machine's own.
const NO_GUESTS: Guests = |_| false;

impl Names {
    /// Of a machine that talks to itself: `http`.
    pub fn loopback() -> Self {
        let known = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
        Self { scheme: Scheme::HTTP, known, guests: NO_GUESTS }
    }

    /// The same, and these pages are let in too.
    pub fn with_guests(self, guests: Guests) -> Self {
        Self { guests, ..self }
    }

    /// Of a machine in its network: `https`. Addresses and host names, without ports and brackets.
    pub fn network<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let known = names.into_iter().map(str::to_ascii_lowercase).collect();
        Self { scheme: Scheme::HTTPS, known, guests: NO_GUESTS }
    }

    /// Checks a request's head. `at` is the address at which the connection came in, which is a name too: an address can be
    /// given out by nobody else.
    ///
    /// # Errors
    /// [`Foreign`].
    pub fn check(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        at: Option<IpAddr>,
    ) -> Result<(), Foreign> {
        let host = only(headers, header::HOST).ok().flatten().ok_or(Foreign::Host)?;
        let host: Authority = host.parse().map_err(|_| Foreign::Host)?;
        let is_known = |of: &Authority| {
            let name = of.host().trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
            let is_here = at.is_some_and(|at| name.parse() == Ok(at.to_canonical()));
            !of.as_str().contains('@') && (self.known.contains(&name) || is_here)
        };
        if !is_known(&host) || uri.authority().is_some_and(|named| !is_known(named)) {
            return Err(Foreign::Host);
        }
        match only(headers, header::ORIGIN) {
            Ok(Some(origin)) if (self.guests)(origin) => return Ok(()),
            Ok(Some(origin)) if !self.is_own(origin, &host) => return Err(Foreign::Page),
            Ok(_) => {}
            Err(()) => return Err(Foreign::Page),
        }
        // A link on another site may lead here; it may not be a form, a picture or a script.
        let is = |name, wanted| only(headers, HeaderName::from_static(name)) == Ok(Some(wanted));
        let is_foreign = is("sec-fetch-site", "cross-site") || is("sec-fetch-site", "same-site");
        let is_link =
            method == Method::GET && is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document");
        if is_foreign && !is_link { Err(Foreign::Page) } else { Ok(()) }
    }

    /// Whether a page of this origin came from the host that the request is for.
    fn is_own(&self, origin: &str, host: &Authority) -> bool {
        let Ok(origin) = origin.parse::<Uri>() else { return false };
        let port =
            |of: &Authority| of.port_u16().unwrap_or(if self.scheme == Scheme::HTTPS { 443 } else { 80 });
        origin.scheme() == Some(&self.scheme)
            && origin
                .authority()
                .is_some_and(|from| from.host().eq_ignore_ascii_case(host.host()) && port(from) == port(host))
    }
}

/// The value of a header that may be there once; an error if there are two, or one that is no text.
fn only(headers: &HeaderMap, name: HeaderName) -> Result<Option<&str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| ()),
        (Some(_), Some(_)) => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        names: &Names,
        method: &Method,
        uri: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<(), Foreign> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        names.check(method, &uri.parse().unwrap(), &map, Some("192.168.7.2".parse().unwrap()))
    }

    #[test]
    fn only_names_of_this_machine_are_heard() {
        let host = |names: &Names, host: &str| check(names, &Method::GET, "/", &[("host", host)]);
        let loopback = Names::loopback();
        for own in
            ["localhost", "localhost:8000", "LOCALHOST:1", "127.0.0.1:8000", "[::1]:8000", "192.168.7.2:8000"]
        {
            assert_eq!(host(&loopback, own), Ok(()), "{own}");
        }
        let elsewhere = [
            "evil.example:8000",
            "localhost.evil.example",
            "",
            "x",
            "127.0.0.1.evil.example",
            "localhost@evil.example",
            "evil@localhost",
            "192.168.7.3",
        ];
        for foreign in elsewhere {
            assert_eq!(host(&loopback, foreign), Err(Foreign::Host), "{foreign}");
        }
        let network = Names::network(["Robot", "robot.local", "192.168.7.9"]);
        for own in ["robot:8443", "ROBOT.local.:8443", "192.168.7.9:8443", "192.168.7.2"] {
            assert_eq!(host(&network, own), Ok(()), "{own}");
        }
        assert_eq!(host(&network, "localhost:8443"), Err(Foreign::Host));
        // None, two, and one in the first line that says otherwise.
        let get = |uri, headers: &[_]| check(&loopback, &Method::GET, uri, headers);
        assert_eq!(get("/", &[]), Err(Foreign::Host));
        assert_eq!(get("/", &[("host", "localhost"), ("host", "localhost")]), Err(Foreign::Host));
        assert_eq!(get("http://evil.example/", &[("host", "localhost")]), Err(Foreign::Host));
    }

    #[test]
    fn only_the_robot_s_own_page_passes() {
        let from = |origin: &str| {
            check(&Names::loopback(), &Method::POST, "/", &[("host", "localhost:8000"), ("origin", origin)])
        };
        assert_eq!(from("http://localhost:8000"), Ok(()));
        for foreign in [
            "http://localhost:8001",
            "https://localhost:8000",
            "http://localhost",
            "http://127.0.0.1:8000",
            "https://elsewhere.example",
            "null",
            "",
        ] {
            assert_eq!(from(foreign), Err(Foreign::Page), "{foreign}");
        }
        let network = Names::network(["robot.local"]);
        let secure =
            |origin| check(&network, &Method::POST, "/", &[("host", "robot.local"), ("origin", origin)]);
        assert_eq!(secure("https://robot.local"), Ok(()));
        assert_eq!(secure("https://robot.local:443"), Ok(()));
        assert_eq!(secure("http://robot.local"), Err(Foreign::Page));
    }

    #[test]
    fn a_guest_s_page_passes_from_its_own_site_and_to_this_machine_alone() {
        let names = Names::loopback().with_guests(|origin| origin == "https://viewer.example");
        let sent = |host, origin| {
            let headers = [("host", host), ("origin", origin), ("sec-fetch-site", "cross-site")];
            check(&names, &Method::GET, "/", &headers)
        };
        assert_eq!(sent("localhost:8765", "https://viewer.example"), Ok(()));
        assert_eq!(sent("localhost:8765", "https://elsewhere.example"), Err(Foreign::Page));
        assert_eq!(sent("evil.example:8765", "https://viewer.example"), Err(Foreign::Host));
    }

    #[test]
    fn another_site_may_link_here_and_no_more() {
        let sent = |method, site, mode, dest| {
            let headers = [
                ("host", "localhost"),
                ("sec-fetch-site", site),
                ("sec-fetch-mode", mode),
                ("sec-fetch-dest", dest),
            ];
            check(&Names::loopback(), &method, "/", &headers)
        };
        assert_eq!(sent(Method::GET, "cross-site", "navigate", "document"), Ok(()));
        assert_eq!(sent(Method::GET, "none", "navigate", "document"), Ok(()));
        assert_eq!(sent(Method::POST, "same-origin", "cors", "empty"), Ok(()));
        assert_eq!(sent(Method::POST, "cross-site", "navigate", "document"), Err(Foreign::Page));
        assert_eq!(sent(Method::GET, "cross-site", "navigate", "iframe"), Err(Foreign::Page));
        assert_eq!(sent(Method::GET, "cross-site", "no-cors", "image"), Err(Foreign::Page));
        assert_eq!(sent(Method::GET, "same-site", "no-cors", "script"), Err(Foreign::Page));
    }
}
