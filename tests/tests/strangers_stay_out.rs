//! Who is not let in changes nothing and sees nothing: no token, a wrong one, a revoked one, a code that was used, another
//! name, another site's page. Real sockets, real TLS.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test comes through real sockets, waits in real time, and may stop at the first surprise"
)]

use std::path::Path;

use jiff::Timestamp;
use serde_json::json;
use wimz_firmware::gate::{Secret, Tokens};
use wimz_tests::home::Home;
use wimz_tests::stand::PATIENCE;

const MANUAL: &str = r#"{"mode":"manual"}"#;

fn make(state: &Path, name: &str) -> (String, Secret) {
    let (token, secret) = Tokens::kept_in(state).add(name, Timestamp::now()).unwrap();
    (token.id, secret)
}

fn bearer(secret: &Secret) -> String {
    format!("Authorization: Bearer {}\r\n", secret.reveal())
}

#[test]
fn nobody_comes_in_without_a_token() {
    let state = tempfile::tempdir().unwrap();
    let home = Home::start(Some(state.path()));
    let (_, secret) = make(state.path(), "script");
    let almost = format!("{}x", bearer(&secret).trim_end());
    let shown = [
        String::new(),
        format!("{almost}\r\n"),
        bearer(&Secret::random().unwrap()),
        "Authorization: Bearer\r\n".to_owned(),
        format!("Authorization: Basic {}\r\n", secret.reveal()),
        format!("Cookie: other={}\r\n", secret.reveal()),
        "Cookie: __Host-wimz=\r\n".to_owned(),
    ];
    let asked = [
        ("GET", "/telemetry"),
        ("GET", "/camera/stream"),
        ("GET", "/camera/snapshot"),
        ("GET", "/ws/local"),
        ("GET", "/index.html"),
        ("GET", "/nothing/here"),
        ("POST", "/health/../mode/set"),
        ("POST", "/logout"),
        ("POST", "/mode/set"),
        ("POST", "/motor/stop"),
        ("GET", "/sim/truth"),
    ];
    for headers in &shown {
        for (method, path) in asked {
            let answer = home.call(method, path, headers, MANUAL);
            assert_eq!((answer.status, answer.code()), (401, "unauthorized"), "{path} with {headers}");
        }
    }
    assert_eq!(home.socket(None).err(), Some(401));
    assert_eq!(home.socket(Some(("authorization", "Bearer wimz_"))).err(), Some(401));
    assert_eq!(home.stand.rest().get("/mode/get").1["mode"], "idle", "nothing has changed");
    // A person is shown where to log in, and gets nothing else.
    let page = home.call("GET", "/", "Accept: text/html,*/*\r\n", "");
    assert_eq!(page.status, 303);
    assert!(page.head.to_ascii_lowercase().contains("location: /login"), "{}", page.head);
    for open in ["/health", "/login", "/login.js", "/login.css", "/palette.css", "/favicon.svg", "/ca.pem"] {
        assert_eq!(home.call("GET", open, "", "").status, 200, "{open}");
    }
    let page = home.call("GET", "/login", "", "");
    let html = page.body.as_str().unwrap();
    let named = ["href=\"/", "src=\"/"].into_iter().flat_map(|word| html.split(word).skip(1));
    let named: Vec<&str> = named.map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(named.len() >= 4, "{html}");
    for part in named {
        assert_eq!(home.call("GET", &format!("/{part}"), "", "").status, 200, "the login page needs {part}");
    }
    assert!(page.head.contains("content-security-policy: default-src 'self'"), "{}", page.head);
    assert!(page.head.contains("frame-ancestors 'none'") && page.head.contains("nosniff"), "{}", page.head);
    // The same questions with a token are answered; what only a simulator can say is said at its own machine alone.
    let token = bearer(&secret);
    assert_eq!(home.call("POST", "/mode/set", &token, MANUAL).status, 200);
    assert_eq!(home.call("POST", "/motor/stop", &token, "").body["stopped"], true);
    assert_eq!(home.call("GET", "/index.html", &token, "").status, 200);
    assert_eq!(home.call("GET", "/sim/truth", &token, "").status, 404);
    assert_eq!(home.stand.rest().get("/sim/truth").0, 200);
    let value = format!("Bearer {}", secret.reveal());
    assert!(home.socket(Some(("authorization", &value))).unwrap().read().unwrap().is_text());
    home.stand.end();
}

#[test]
fn a_token_that_is_revoked_ends_what_it_had_begun() {
    let state = tempfile::tempdir().unwrap();
    let home = Home::start(Some(state.path()));
    let ((id, revoked), (_, kept)) = (make(state.path(), "one"), make(state.path(), "other"));
    let socket = |secret: &Secret| {
        let value = format!("Bearer {}", secret.reveal());
        home.socket(Some(("authorization", &value))).unwrap()
    };
    let (mut gone, mut stays) = (socket(&revoked), socket(&kept));
    assert!(gone.read().unwrap().is_text() && stays.read().unwrap().is_text());
    Tokens::kept_in(state.path()).revoke(&id).unwrap();
    assert_eq!(home.call("GET", "/telemetry", &bearer(&revoked), "").status, 401, "at the next request");
    let begun = std::time::Instant::now();
    while gone.read().is_ok() {
        assert!(begun.elapsed() < PATIENCE, "the socket of a revoked token goes on");
    }
    for _ in 0..50 {
        stays.read().unwrap();
    }
    assert_eq!(home.call("GET", "/telemetry", &bearer(&kept), "").status, 200);
    home.stand.end();
}

#[test]
fn a_code_logs_in_once_and_what_it_gave_can_be_given_back() {
    let state = tempfile::tempdir().unwrap();
    let home = Home::start(Some(state.path()));
    home.stand.simulator.invite();
    let code = home.code();
    let log_in = |what: &str| home.call("POST", "/login", "", what);
    let form = json!({ "code": code }).to_string();
    let answer = log_in(&form);
    assert_eq!((answer.status, &answer.body), (200, &json!({ "success": true })));
    let cookie = answer.cookie();
    for rule in ["__Host-wimz=", "HttpOnly", "Secure", "SameSite=Strict", "Path=/;", "Max-Age=7776000"] {
        assert!(answer.head.contains(rule), "{rule}: {}", answer.head);
    }
    let again = log_in(&form);
    assert_eq!((again.status, again.code()), (401, "bad_login"), "a code is good once");
    let next = home.code();
    assert_ne!(next, code, "the next phone gets another");

    let header = format!("Cookie: a=b; {cookie}\r\n");
    assert_eq!(home.call("GET", "/telemetry", &header, "").status, 200);
    let mut socket = home.socket(Some(("cookie", &cookie))).unwrap();
    assert!(socket.read().unwrap().is_text());
    // Not even with the cookie may another site's page do anything.
    let foreign = format!("{header}Origin: https://elsewhere.example\r\n");
    assert_eq!(home.call("POST", "/mode/set", &foreign, MANUAL).code(), "foreign_page");
    assert_eq!(home.stand.rest().get("/mode/get").1["mode"], "idle");

    let tokens = Tokens::kept_in(state.path());
    let listed = tokens.list(Timestamp::now()).unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].name, "browser at 127.0.0.1");
    assert_eq!(home.call("POST", "/logout", &header, "").status, 200);
    assert_eq!(home.call("GET", "/telemetry", &header, "").status, 401);
    assert!(tokens.list(Timestamp::now()).unwrap().is_empty());
    let begun = std::time::Instant::now();
    while socket.read().is_ok() {
        assert!(begun.elapsed() < PATIENCE, "a socket outlives its login");
    }

    // A token logs in as well; what is neither does not, and not for long.
    let (_, secret) = make(state.path(), "script");
    let answer = log_in(&json!({ "token": secret.reveal() }).to_string());
    assert_eq!(answer.cookie(), format!("__Host-wimz={}", secret.reveal()));
    assert_eq!((log_in("{}").status, log_in(r#"{"code":1}"#).status), (400, 400));
    let refused = log_in(&json!({ "code": next }).to_string());
    assert_eq!(
        (refused.status, refused.code()),
        (429, "rate_limited"),
        "five times at once, whatever is tried"
    );
    assert!(refused.head.contains("retry-after: "), "{}", refused.head);
    assert_eq!(home.call("POST", "/motor/stop", &bearer(&secret), "").status, 200);
    home.stand.end();

    // Nothing that was secret is anywhere in the folder.
    let secrets = [&code, &next, &cookie["__Host-wimz=".len()..].to_owned(), &secret.reveal().to_owned()];
    let mut files = 0;
    for file in walk(state.path()) {
        // What SQLite keeps beside its file goes with its last connection.
        let Ok(bytes) = std::fs::read(&file) else { continue };
        files += 1;
        for secret in secrets {
            let secret = &secret.as_bytes()[Secret::PREFIX.len()..];
            let found = bytes.windows(secret.len()).any(|part| part == secret);
            assert!(!found, "{}", file.display());
        }
    }
    assert!(files > 4, "certificates, lists, facts");
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn another_name_or_another_site_is_refused_at_both_doors() {
    let home = Home::start(None);
    let own = home.address.port();
    let here = home.stand.simulator.address();
    for (head, status, code) in [
        ("GET /health HTTP/1.1\r\nHost: evil.example\r\n".to_owned(), 421, "misdirected"),
        ("GET /health HTTP/1.1\r\n".to_owned(), 421, "misdirected"),
        ("GET http://evil.example/health HTTP/1.1\r\nHost: localhost\r\n".to_owned(), 421, "misdirected"),
        ("GET /health HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\n".to_owned(), 403, "foreign_page"),
        (
            "GET /health HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n".to_owned(),
            403,
            "foreign_page",
        ),
    ] {
        let answer = home.raw(&head, "");
        assert_eq!((answer.status, answer.code()), (status, code), "{head}");
        let answer = plain(here, &format!("{head}Connection: close\r\n\r\n"));
        assert_eq!((answer.status, answer.code()), (status, code), "{head}");
    }
    // The robot in its network is another site than the one at home in this machine.
    let other = format!("GET /health HTTP/1.1\r\nHost: {here}\r\nOrigin: https://localhost:{own}\r\n");
    assert_eq!(plain(here, &format!("{other}Connection: close\r\n\r\n")).status, 403);
    let page =
        format!("GET /health HTTP/1.1\r\nHost: localhost:{own}\r\nOrigin: https://localhost:{own}\r\n");
    assert_eq!(home.raw(&page, "").status, 200);
    // Without TLS there is nothing but a word of help.
    let answer = plain(home.address, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(answer.status == 400 && answer.body.as_str().unwrap().contains("https://"), "{answer:?}");
    home.stand.end();
}

fn plain(address: std::net::SocketAddr, request: &str) -> wimz_tests::home::Answer {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    wimz_tests::home::answer(&bytes)
}

#[test]
fn a_damaged_list_lets_nobody_in_and_is_told() {
    let state = tempfile::tempdir().unwrap();
    let home = Home::start(Some(state.path()));
    let (_, secret) = make(state.path(), "script");
    assert_eq!(home.call("GET", "/telemetry", &bearer(&secret), "").status, 200);
    let list = state.path().join("tokens.json");
    let whole = std::fs::read(&list).unwrap();
    std::fs::write(&list, &whole[..whole.len() - 9]).unwrap();
    for _ in 0..3 {
        let answer = home.call("GET", "/telemetry", &bearer(&secret), "");
        assert_eq!((answer.status, answer.code()), (503, "tokens_unreadable"));
    }
    let told = home.troubles.recv_timeout(PATIENCE).unwrap();
    assert!(told.contains("tokens.json: the list of tokens is damaged"), "{told}");
    assert!(home.troubles.try_recv().is_err(), "once is enough");
    assert_eq!(home.call("GET", "/health", &bearer(&secret), "").status, 200);
    assert_eq!(home.stand.rest().get("/telemetry").0, 200, "at the machine itself nothing is amiss");
    std::fs::write(&list, whole).unwrap();
    assert_eq!(home.call("GET", "/telemetry", &bearer(&secret), "").status, 200);
    home.stand.end();
}

/// Whoever has trusted the robot once need not do so again.
#[test]
fn the_authority_is_the_same_after_a_restart() {
    let state = tempfile::tempdir().unwrap();
    let authority = |state: Option<&Path>| {
        let home = Home::start(state);
        let overheard = home.call("GET", "/ca.pem", "", "").body;
        let (_, here) = home.stand.rest().get("/ca.pem");
        assert_eq!(overheard, here);
        home.stand.end();
        here
    };
    assert_eq!(authority(Some(state.path())), authority(Some(state.path())));
    assert_ne!(authority(None), authority(None));
}
