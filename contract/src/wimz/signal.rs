//! WebRTC signalling: how app and robot agree on a video and an audio track. The tracks themselves are no messages.
//!
//! Each message's content is its `data`. Names within it are WebRTC's own (RTCSessionDescriptionInit,
//! RTCIceCandidateInit), so that a browser's objects pass as they are.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::command::{Complaint, Listed, Whole, Word, typed};

/// The longest session description, in characters: about ten times what a browser's has.
const LONGEST_SDP: usize = 65_536;
/// The longest of all other texts here, in characters.
const LONGEST_TEXT: usize = 2_048;
/// The most servers, and the most addresses of one.
const MOST_SERVERS: usize = 16;

/// A signalling message to the robot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// `webrtc_request`: the app wants the stream.
    Request {
        /// How to be reached through networks that allow nothing else; none on the robot's own network.
        ice_servers: Vec<IceServer>,
    },
    /// `webrtc_answer`: the app's answer to the robot's offer.
    Answer {
        /// The session description.
        sdp: String,
    },
    /// `webrtc_ice`: a way by which the app may be reached.
    Ice(IceCandidate),
    /// `webrtc_close`: the app has seen enough.
    Close {
        /// Why, as a word or a sentence.
        reason: Option<String>,
    },
}

/// A server that helps two peers to find each other.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct IceServer {
    /// Its addresses.
    pub urls: Vec<String>,
    /// Who may use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// With which secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

impl fmt::Debug for IceServer {
    /// Without the secret: this may stand in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IceServer").field("urls", &self.urls).finish_non_exhaustive()
    }
}

/// A way by which a peer may be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct IceCandidate {
    /// The candidate, as SDP has it; empty when there are no more.
    pub candidate: String,
    /// For which part of the description, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdp_mid: Option<String>,
    /// For which part of the description, by number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdp_m_line_index: Option<u16>,
}

/// What the app wants.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", schemars(rename = "WebrtcRequest"))]
pub(crate) struct AskedStream {
    /// Servers that help the two to find each other; the relay sends them along.
    #[cfg_attr(feature = "schemas", schemars(length(max = MOST_SERVERS)))]
    ice_servers: Option<Vec<AskedServer>>,
}

/// A server that helps two peers to find each other (RTCIceServer).
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", schemars(rename = "AskedIceServer"))]
pub(crate) struct AskedServer {
    /// Its address, or a list of them.
    urls: Urls,
    /// Who may use it.
    #[cfg_attr(feature = "schemas", schemars(length(max = LONGEST_TEXT)))]
    username: Option<String>,
    /// With which secret.
    #[cfg_attr(feature = "schemas", schemars(length(max = LONGEST_TEXT)))]
    credential: Option<String>,
}

/// One address or several.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "an address, or a list of addresses")]
pub(crate) enum Urls {
    /// One.
    One(#[cfg_attr(feature = "schemas", schemars(length(max = LONGEST_TEXT)))] String),
    /// Several.
    Several(
        #[cfg_attr(feature = "schemas", schemars(length(max = MOST_SERVERS), inner(length(max = LONGEST_TEXT))))]
         Vec<String>,
    ),
}

/// The app's answer to the robot's offer (RTCSessionDescriptionInit).
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", schemars(rename = "WebrtcAnswer"))]
pub(crate) struct Answered {
    /// The session description; it takes both tracks.
    #[cfg_attr(feature = "schemas", schemars(length(max = LONGEST_SDP)))]
    sdp: String,
    /// `answer`, where it is there.
    #[serde(rename = "type")]
    _kind: Option<Word<AnswerKind>>,
}

/// What a session description is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AnswerKind;

impl Listed for AnswerKind {
    const KIND: &'static str = "kind of description";
    fn words() -> Vec<(&'static str, Self)> {
        vec![("answer", Self)]
    }
}

/// A way by which the app may be reached (RTCIceCandidateInit).
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "schemas", schemars(rename = "WebrtcIce"))]
pub(crate) struct Candidate {
    /// The candidate, as SDP has it; empty when there are no more.
    #[cfg_attr(feature = "schemas", schemars(length(max = LONGEST_TEXT)))]
    candidate: String,
    /// For which part of the description, by name.
    #[cfg_attr(feature = "schemas", schemars(length(max = LONGEST_TEXT)))]
    sdp_mid: Option<String>,
    /// For which part of the description, by number.
    sdp_m_line_index: Option<Whole<0, 65_535>>,
    /// Which session it belongs to. A browser says it; the robot has one session at a time.
    #[serde(rename = "usernameFragment")]
    _username_fragment: Option<String>,
}

/// Why the app has seen enough.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", schemars(rename = "WebrtcEnd"))]
pub(crate) struct Closed {
    /// As a word or a sentence.
    #[cfg_attr(feature = "schemas", schemars(length(max = LONGEST_TEXT)))]
    reason: Option<String>,
}

fn bounded(name: &str, text: &str, most: usize) -> Result<(), Complaint> {
    match text.chars().nth(most) {
        Some(_) => Err(Complaint::bad(format!("{name}: it is longer than {most} characters"))),
        None => Ok(()),
    }
}

fn few<T>(name: &str, list: &[T]) -> Result<(), Complaint> {
    match list.len() > MOST_SERVERS {
        true => Err(Complaint::bad(format!("{name}: it has more than {MOST_SERVERS} entries"))),
        false => Ok(()),
    }
}

/// Reads the data of a `webrtc_request`.
pub(super) fn request(data: Value) -> Result<Signal, Complaint> {
    let AskedStream { ice_servers } = typed(data)?;
    let asked = ice_servers.unwrap_or_default();
    few("ice_servers", &asked)?;
    let ice_servers = asked.into_iter().map(IceServer::try_from).collect::<Result<_, _>>()?;
    Ok(Signal::Request { ice_servers })
}

impl TryFrom<AskedServer> for IceServer {
    type Error = Complaint;

    fn try_from(AskedServer { urls, username, credential }: AskedServer) -> Result<Self, Complaint> {
        let urls = match urls {
            Urls::One(url) => vec![url],
            Urls::Several(urls) => urls,
        };
        few("urls", &urls)?;
        for (name, text) in
            urls.iter().map(|url| ("urls", url)).chain(username.iter().map(|name| ("username", name)))
        {
            bounded(name, text, LONGEST_TEXT)?;
        }
        bounded("credential", credential.as_deref().unwrap_or_default(), LONGEST_TEXT)?;
        Ok(Self { urls, username, credential })
    }
}

/// Reads the data of a `webrtc_answer`.
pub(super) fn answer(data: Value) -> Result<Signal, Complaint> {
    let Answered { sdp, _kind: _ } = typed(data)?;
    bounded("sdp", &sdp, LONGEST_SDP)?;
    Ok(Signal::Answer { sdp })
}

/// Reads the data of a `webrtc_ice`.
pub(super) fn ice(data: Value) -> Result<Signal, Complaint> {
    let Candidate { candidate, sdp_mid, sdp_m_line_index, _username_fragment: _ } = typed(data)?;
    bounded("candidate", &candidate, LONGEST_TEXT)?;
    bounded("sdpMid", sdp_mid.as_deref().unwrap_or_default(), LONGEST_TEXT)?;
    // At most 65535.
    let sdp_m_line_index = sdp_m_line_index.map(|index| index.0 as u16);
    Ok(Signal::Ice(IceCandidate { candidate, sdp_mid, sdp_m_line_index }))
}

/// Reads the data of a `webrtc_close`.
pub(super) fn close(data: Value) -> Result<Signal, Complaint> {
    let Closed { reason } = typed(data)?;
    bounded("reason", reason.as_deref().unwrap_or_default(), LONGEST_TEXT)?;
    Ok(Signal::Close { reason })
}

/// The robot's offer of a video and an audio track: `webrtc_offer`. No robot sends it yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct WebrtcOffer {
    /// `offer`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "schemas", schemars(extend("const" = "offer")))]
    pub kind: &'static str,
    /// The session description.
    pub sdp: String,
}

/// The end of a stream, or that there will be none: `webrtc_close`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct WebrtcClose {
    /// Why, as a short, stable word for programs: `not_available` where the robot has no stream to give.
    pub reason: &'static str,
    /// Why, as a sentence for people.
    pub message: String,
}

impl WebrtcClose {
    /// The message's name.
    pub const KIND: &'static str = "webrtc_close";

    /// The answer of a robot that has no stream to give.
    pub fn not_available() -> Self {
        let message =
            "this robot does not stream over WebRTC yet: its picture is at /camera/stream".to_owned();
        Self { reason: "not_available", message }
    }
}

/// Servers that help app and robot to find each other: `webrtc_credentials`. Only a relay sends it; on the robot's own
/// network nobody needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct WebrtcCredentials {
    /// The servers.
    pub ice_servers: Vec<IceServer>,
}
