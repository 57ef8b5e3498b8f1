//! Who may come in from the network: tokens for programs, logins for browsers. Secrets are kept by their hash alone.
//!
//! The list is read anew whenever its file has changed, so that a command in another terminal counts from the next
//! request on. A list that is damaged lets nobody in and is never replaced by itself.

mod file;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::secret::{Hash, Secret};
pub use file::TokenError;
use file::TokenFile;
pub(super) use file::replace;

/// How long a login lasts, in hours: 90 days.
const LOGIN_HOURS: i64 = 90 * 24;
/// How many tokens and logins there may be.
const MOST: usize = 256;
/// The longest name, in letters: a login is called after the address that it came from, which has 39 at most.
pub const NAME_LETTERS: usize = 60;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A program, until it is revoked.
    Token,
    /// A browser, for 90 days, or until it logs out.
    Login,
}

/// What is known of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// By what it is revoked: eight hexadecimal digits.
    pub id: String,
    /// Whose it is, in its owner's words.
    pub name: String,
    /// What it is for.
    pub kind: Kind,
    /// Its secret's hash.
    sha256: Hash,
    /// When it was made.
    pub made: Timestamp,
    /// Until when it is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Token {
    fn is_good(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// The list of tokens.
#[derive(Debug)]
pub struct Tokens {
    list: Mutex<Vec<Token>>,
    file: Option<TokenFile>,
}

impl Tokens {
    /// A list that lasts as long as the process.
    pub fn in_memory() -> Self {
        Self { list: Mutex::default(), file: None }
    }

    /// The list that is kept in this folder.
    pub fn kept_in(folder: &Path) -> Self {
        Self { list: Mutex::default(), file: Some(TokenFile::new(folder)) }
    }

    /// A new token for a program; its secret is never to be seen again.
    ///
    /// # Errors
    /// [`TokenError`]; nothing has changed.
    pub fn add(&self, name: &str, now: Timestamp) -> Result<(Token, Secret), TokenError> {
        self.insert(name, Kind::Token, None, now)
    }

    /// A new login of a browser.
    ///
    /// # Errors
    /// [`TokenError`]; nothing has changed.
    pub fn log_in(&self, name: &str, now: Timestamp) -> Result<(Token, Secret), TokenError> {
        self.insert(name, Kind::Login, now.checked_add(LOGIN_HOURS.hours()).ok(), now)
    }

    fn insert(
        &self,
        name: &str,
        kind: Kind,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(Token, Secret), TokenError> {
        let letters = name.chars().count();
        if !(1..=NAME_LETTERS).contains(&letters) || name.trim() != name || name.chars().any(char::is_control)
        {
            return Err(TokenError::Name);
        }
        self.change(|list| {
            list.retain(|token| token.is_good(now));
            if list.len() >= MOST {
                return Err(TokenError::TooMany);
            }
            let secret = Secret::random().map_err(TokenError::NoRandomness)?;
            let sha256 = secret.hash();
            let id = sha256.short(4);
            if list.iter().any(|token| token.id == id) {
                // One in four thousand million: asking again will do.
                return Err(TokenError::SameId);
            }
            let token = Token { id, name: name.into(), kind, sha256, made: now, until };
            list.push(token.clone());
            Ok((token, secret))
        })
    }

    /// Lets this one in no longer.
    ///
    /// # Errors
    /// [`TokenError`]; nothing has changed.
    pub fn revoke(&self, id: &str) -> Result<Token, TokenError> {
        self.change(|list| {
            let place = list.iter().position(|token| token.id == id);
            place.map(|place| list.remove(place)).ok_or_else(|| TokenError::Unknown { id: id.to_owned() })
        })
    }

    /// All that are good now, in the order in which they were made.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn list(&self, now: Timestamp) -> Result<Vec<Token>, TokenError> {
        Ok(self.read()?.iter().filter(|token| token.is_good(now)).cloned().collect())
    }

    /// Whose secret this is, if it is anybody's. Only hashes are compared.
    ///
    /// # Errors
    /// [`TokenError`]: nobody is let in.
    pub fn whose(&self, shown: &str, now: Timestamp) -> Result<Option<Token>, TokenError> {
        let shown = Hash::of(shown);
        Ok(self.read()?.iter().find(|token| token.sha256 == shown && token.is_good(now)).cloned())
    }

    /// Whether this one is still let in. A list that cannot be read is not one that lacks it, unless it is damaged.
    pub fn holds(&self, id: &str, now: Timestamp) -> bool {
        match self.read() {
            Ok(list) => list.iter().any(|token| token.id == id && token.is_good(now)),
            Err(error) => !matches!(error, TokenError::Damaged { .. }),
        }
    }

    /// The list as it is now.
    fn read(&self) -> Result<MutexGuard<'_, Vec<Token>>, TokenError> {
        // Whoever panicked here had either replaced the list or not.
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(newer) = self.file.as_ref().map(TokenFile::newer).transpose()?.flatten() {
            *list = newer;
        }
        Ok(list)
    }

    /// Changes the list, in the file first. No other process changes it meanwhile.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut Vec<Token>) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        let _lock = self.file.as_ref().map(TokenFile::lock).transpose()?;
        let mut list = self.read()?;
        let mut changed = list.clone();
        let done = change(&mut changed)?;
        if let Some(file) = &self.file {
            file.replace(&changed)?;
        }
        *list = changed;
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::file::FILE;
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn a_token_lets_in_until_it_is_revoked_and_a_login_for_ninety_days() {
        let tokens = Tokens::in_memory();
        let (script, secret) = tokens.add("kitchen script", NOW).unwrap();
        let (phone, cookie) = tokens.log_in("phone", NOW).unwrap();
        let whose = |secret: &Secret, day: i64| {
            tokens.whose(secret.reveal(), NOW + (day * 24).hours()).unwrap().map(|token| token.id)
        };
        assert_eq!(whose(&secret, 36_500), Some(script.id.clone()));
        assert_eq!((whose(&cookie, 89), whose(&cookie, 90)), (Some(phone.id.clone()), None));
        assert!(tokens.holds(&phone.id, NOW) && !tokens.holds(&phone.id, NOW + 2_160.hours()));
        for wrong in ["", "wimz_", &secret.reveal()[1..], &script.id] {
            assert_eq!(tokens.whose(wrong, NOW).unwrap(), None, "{wrong}");
        }
        tokens.revoke(&script.id).unwrap();
        assert_eq!(whose(&secret, 0), None);
        assert!(matches!(tokens.revoke(&script.id), Err(TokenError::Unknown { .. })));
        for name in ["", " x", "a\nb", &"x".repeat(NAME_LETTERS + 1)] {
            assert!(matches!(tokens.add(name, NOW), Err(TokenError::Name)), "{name}");
        }
        // Logins that are over make room.
        let room = MOST - tokens.list(NOW).unwrap().len();
        (0..room).for_each(|_| drop(tokens.log_in("x", NOW).unwrap()));
        assert!(matches!(tokens.log_in("x", NOW), Err(TokenError::TooMany)));
        assert!(tokens.log_in("x", NOW + 2_160.hours()).is_ok());
    }

    #[test]
    fn two_processes_share_one_list_and_secrets_are_not_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let (robot, person) = (Tokens::kept_in(folder.path()), Tokens::kept_in(folder.path()));
        assert!(robot.list(NOW).unwrap().is_empty());
        let made: Vec<_> = (0..20).map(|n| person.add(&format!("script {n}"), NOW).unwrap()).collect();
        for (token, secret) in &made {
            assert_eq!(robot.whose(secret.reveal(), NOW).unwrap().as_ref(), Some(token));
        }
        let path = folder.path().join(FILE);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(made.iter().all(|(_, secret)| !text.contains(&secret.reveal()[Secret::PREFIX.len()..])));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        // Each of them changes what the other has left.
        person.revoke(&made[0].0.id).unwrap();
        robot.log_in("phone", NOW).unwrap();
        robot.revoke(&made[1].0.id).unwrap();
        assert_eq!(person.list(NOW).unwrap(), robot.list(NOW).unwrap());
        assert_eq!(person.list(NOW).unwrap().len(), 19);
        assert!(!robot.holds(&made[0].0.id, NOW) && robot.holds(&made[2].0.id, NOW));
        // What a crash in the middle of writing leaves behind is in nobody's way.
        std::fs::write(folder.path().join("tokens.json.new"), "{\"tok").unwrap();
        assert_eq!(person.list(NOW).unwrap().len(), 19);
        person.add("after the crash", NOW).unwrap();
        assert_eq!(Tokens::kept_in(folder.path()).list(NOW).unwrap().len(), 20);
        // A list that is gone lets nobody in.
        std::fs::remove_file(&path).unwrap();
        assert_eq!(robot.whose(made[2].1.reveal(), NOW).unwrap(), None);
    }

    #[test]
    fn a_damaged_list_lets_nobody_in_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::kept_in(folder.path());
        let (token, secret) = tokens.add("script", NOW).unwrap();
        let path = folder.path().join(FILE);
        let whole = std::fs::read_to_string(&path).unwrap();
        for damaged in [
            &whole[..whole.len() / 2],
            "",
            "[]",
            &whole.replacen("\"version\": 1", "\"version\": 2", 1),
            &whole.replacen("kind", "kin", 1),
        ] {
            std::fs::write(&path, damaged).unwrap();
            let error = tokens.whose(secret.reveal(), NOW).unwrap_err();
            assert!(matches!(error, TokenError::Damaged { .. }), "{damaged}: {error}");
            assert!(tokens.add("another", NOW).is_err() && tokens.revoke(&token.id).is_err());
            assert!(!tokens.holds(&token.id, NOW));
            assert_eq!(std::fs::read_to_string(&path).unwrap(), damaged);
        }
        std::fs::write(&path, whole).unwrap();
        assert!(tokens.whose(secret.reveal(), NOW).unwrap().is_some(), "mended, and no restart needed");
    }
}
