//! What a robot says beside its account of itself, in words: a line of the story for each message that is one.

use serde::Deserialize;
use serde_json::Value;
use wimz_vocabulary::{Behavior, SoundEnd};
use wimz_window::About;

use super::told::Update;
use crate::narrator::{behavior_text, sound_end_text};

/// Remembers what was told last, so that what only goes on is no news.
#[derive(Debug, Default)]
pub struct News {
    /// What the coach was at.
    coached: String,
    /// The last line: the same again, at once, says nothing new.
    last: String,
}

impl News {
    /// A message in words, if it says something new to people. `kind` is its type.
    pub fn tell(&mut self, kind: &str, data: &Value, is_past: bool) -> Option<(About, String)> {
        let words = Words(data);
        let about = match kind {
            "bark" => About::HeardBark,
            "error" => About::Refusal,
            _ => About::Robot,
        };
        let text = match kind {
            "alert" | "treat" | "panic_alert" | "error" => words.text("message")?.to_owned(),
            "bark" => words.bark(),
            "detection" => words.detection(),
            "audio_state" => words.sound()?,
            "coach_progress" => {
                let now = words.coach()?;
                if std::mem::replace(&mut self.coached, now.clone()) == now {
                    return None;
                }
                now
            }
            "coach_reward" => words.lesson()?,
            "trick_forced" => format!("the next trick is {}", words.text("trick")?),
            "guardian" => words.guardian()?,
            "mission" => words.mission()?,
            "program" => words.action("program", "program")?,
            "schedule" => words.action("appointment", "schedule_id")?,
            _ => return None,
        };
        self.say(about, text, is_past)
    }

    /// How the mode changed, in words.
    pub fn mode(&mut self, update: &Update, is_past: bool) -> Option<(About, String)> {
        let change = update.mode_change.as_ref()?;
        let text = format!("mode {} -> {} ({})", change.previous_mode, change.mode, change.cause);
        self.say(About::Robot, text, is_past)
    }

    fn say(&mut self, about: About, text: String, is_past: bool) -> Option<(About, String)> {
        let text = if is_past { format!("meanwhile: {text}") } else { text };
        // A bark is one each time.
        let is_new = about == About::HeardBark || text != self.last;
        self.last.clone_from(&text);
        is_new.then_some((about, text))
    }
}

/// The data of a message.
struct Words<'a>(&'a Value);

impl<'a> Words<'a> {
    fn text(&self, field: &str) -> Option<&'a str> {
        self.0[field].as_str()
    }

    /// A word for programs, as people write it.
    fn word(&self, field: &str) -> Option<String> {
        Some(self.text(field)?.replace('_', " "))
    }

    /// Which dog it is about.
    fn who(&self) -> Option<&'a str> {
        self.text("dog_name").or_else(|| self.text("dog_id"))
    }

    fn bark(&self) -> String {
        let loud = self.0["loudness_db"].as_f64().map(|loud| format!(", {loud:.0} dB")).unwrap_or_default();
        let asked = if self.0["asked"] == true { ", as asked" } else { "" };
        format!("{} barks{loud}{asked}", self.who().unwrap_or("a dog"))
    }

    fn detection(&self) -> String {
        let who = self.who().unwrap_or("a dog");
        match (self.0["detected"].as_bool(), Behavior::deserialize(&self.0["behavior"])) {
            (Some(false), _) => format!("{who} out of sight"),
            (_, Ok(does)) => format!("{who} {}", behavior_text(does)),
            // It was in sight before, and is known now.
            (_, Err(_)) if self.0["confidence"].is_null() => format!("it is {who}"),
            (_, Err(_)) => format!("{who} in sight"),
        }
    }

    fn sound(&self) -> Option<String> {
        if let Some(file) = self.0["started"]["file"].as_str() {
            return Some(format!("plays {file}"));
        }
        let (file, how) = (self.0["ended"]["file"].as_str()?, SoundEnd::deserialize(&self.0["ended"]["how"]));
        Some(format!("{file} {}", sound_end_text(how.ok()?)))
    }

    fn coach(&self) -> Option<String> {
        let mut text = format!("coach: {}", self.word("stage")?);
        if let Some(trick) = self.text("trick") {
            text += &format!(", {trick}");
        }
        if let Some(who) = self.who() {
            text += &format!(", {who}");
        }
        Some(text)
    }

    fn lesson(&self) -> Option<String> {
        let trick = self.text("behavior")?;
        let who = self.who().unwrap_or("the dog");
        let why = self.word("reason").map(|why| format!(" ({why})")).unwrap_or_default();
        Some(match (self.0["success"] == true, self.0["treat"] == true) {
            (true, true) => format!("{who} has done it: {trick}, and a treat comes"),
            (true, false) => format!("{who} has done it: {trick}, and no treat comes{why}"),
            (false, _) => format!("{who} has not done it: {trick}{why}"),
        })
    }

    fn guardian(&self) -> Option<String> {
        if let Some(headline) = self.text("headline") {
            return Some(headline.to_owned());
        }
        let level = self.0["escalation_level"].as_u64();
        let level = level.map(|level| format!(", level {level}")).unwrap_or_default();
        Some(format!("guardian: {}{level}", self.word("action")?))
    }

    fn mission(&self) -> Option<String> {
        let name = self.text("mission_id").unwrap_or("none");
        if let Some(message) = self.text("message") {
            return Some(format!("mission {name}: {message}"));
        }
        // How it stands is told over and over: what it does is worth a line each time that it changes.
        let does = match self.text("action")? {
            "status" => self.word("status")?,
            _ => self.word("action")?,
        };
        let (stage, stages) = (self.0["stage_number"].as_u64()?, self.0["total_stages"].as_u64()?);
        Some(format!("mission {name}: {does}, stage {stage} of {stages}"))
    }

    fn action(&self, what: &str, name: &str) -> Option<String> {
        let why = self.word("reason").or_else(|| self.word("end_reason"));
        let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
        Some(format!("{what} {}: {}{why}", self.text(name)?, self.word("action")?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn messages_are_lines_and_what_says_nothing_new_is_none() {
        let mut news = News::default();
        let mut told = |kind: &str, data: Value| news.tell(kind, &data, false).map(|(_, text)| text);
        let line = |text: &str| Some(text.to_owned());
        let treat = json!({ "job": 2, "success": true, "message": "A treat dropped." });
        assert_eq!(told("treat", treat), line("A treat dropped."));
        let bark = || json!({ "dog_name": "Elsa", "dog_id": "e", "loudness_db": -16.5, "asked": true });
        assert_eq!(told("bark", bark()), line("Elsa barks, -16 dB, as asked"));
        assert_eq!(told("bark", bark()), line("Elsa barks, -16 dB, as asked"), "again");
        assert_eq!(told("detection", json!({ "detected": true, "confidence": 0.9 })), line("a dog in sight"));
        assert_eq!(told("detection", json!({ "detected": true, "dog_id": "elsa" })), line("it is elsa"));
        let sits = json!({ "detected": true, "dog_id": "elsa", "behavior": "sit", "confidence": 0.9 });
        assert_eq!(told("detection", sits.clone()), line("elsa sits"));
        assert_eq!(told("detection", sits), None);
        assert_eq!(told("detection", json!({ "detected": false })), line("a dog out of sight"));
        let watched = json!({ "stage": "watching", "trick": "sit", "attempt": 1, "elapsed": 0.5 });
        assert_eq!(told("coach_progress", watched.clone()), line("coach: watching, sit"));
        assert_eq!(told("audio_state", json!({ "started": { "file": "a.mp3" } })), line("plays a.mp3"));
        assert_eq!(told("coach_progress", watched), None, "it only goes on");
        assert_eq!(told("audio_state", json!({ "state": "stopped" })), None);
        let mission = json!({ "action": "status", "mission_id": "m", "status": "watching", "stage_number": 1,
            "total_stages": 3 });
        assert_eq!(told("mission", mission), line("mission m: watching, stage 1 of 3"));
        assert_eq!(told("guardian", json!({ "action": "gave_up" })), line("guardian: gave up"));
        assert_eq!(told("heartbeat", json!({ "seq": 4 })), None);
        assert_eq!(told("treat", json!("nonsense")), None);
    }

    #[test]
    fn what_is_past_is_told_as_past() {
        let told = News::default().tell("alert", &json!({ "message": "It was hot." }), true);
        assert_eq!(told, Some((About::Robot, "meanwhile: It was hot.".to_owned())));
    }
}
