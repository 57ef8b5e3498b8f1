//! The settings: what was set is written down, and the robot is told of it, at every start and when it changes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde_json::json;
use tokio::sync::{Mutex, Notify};
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use wimz_brain::tuning::GuardianTuning;
use wimz_contract::wimz::{GuardianChosen, GuardianWish, Settings, SettingsPatch, TreatSettings, WallClock};
use wimz_vocabulary::{ClientId, Command, Ratio, Refusal, Reply, TreatLimits, ZoneName};

use super::zone;
use crate::Door;
use crate::door::Notice;
use crate::store::{Records, Saved, StoreError};

/// The settings. Cheap to clone; all clones are the same settings.
#[derive(Clone, Debug)]
pub struct Preferences {
    records: Records,
    set: Arc<RwLock<Set>>,
    /// Held by whoever changes a setting, until the robot has it.
    changing: Arc<Mutex<()>>,
    heard: Arc<Notify>,
    /// Whether a volume was set by another way and is not written down yet.
    is_new: Arc<AtomicBool>,
}

/// How long after one volume the next is written down.
const PAUSE: Duration = Duration::from_millis(500);

/// What somebody has set; the robot's own where nobody has.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Set {
    volume: Option<u8>,
    treats: Option<TreatSettings>,
    guardian: Option<GuardianWish>,
    timezone: Option<ZoneName>,
}

/// Why settings stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum NotSet {
    /// A setting out of its range.
    #[error("{0}")]
    OutOfRange(String),
    /// The robot does not take it now.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The disk does not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Set {
    /// Reads what was saved. What cannot be used, because somebody has changed it by hand, is told of and left out.
    fn read(saved: &Saved, flaws: &mut Vec<String>) -> Self {
        let treats = TreatLimits::default().into();
        let usual = Settings { volume: 0, treats, timezone: zone::of_the_machine(), guardian: own() };
        let mut set = Self::default();
        for (name, value) in saved {
            let patch = SettingsPatch::read(json!({ name: value }));
            match patch.and_then(|patch| usual.with(patch).map(|new| (patch, new))) {
                Ok((patch, new)) => {
                    set.volume = patch.volume.or(set.volume);
                    set.treats = patch.treats.map(|_| new.treats).or(set.treats);
                    set.guardian = patch.guardian.or(set.guardian);
                    set.timezone = patch.timezone.or(set.timezone);
                }
                Err(why) => {
                    flaws.push(format!("the setting {name} is kept as {value}, and is not used: {why}"));
                }
            }
        }
        set
    }

    /// What is to be saved of it.
    fn saved(self) -> Saved {
        let mut saved = Saved::new();
        saved.extend(self.volume.map(|volume| ("volume".to_owned(), json!(volume))));
        saved.extend(self.treats.map(|treats| ("treats".to_owned(), json!(treats))));
        saved.extend(self.guardian.map(|guardian| ("guardian".to_owned(), json!(guardian))));
        saved.extend(self.timezone.map(|zone| ("timezone".to_owned(), json!(zone))));
        saved
    }
}

impl Preferences {
    /// Reads what these records have; what cannot be used of it is told of in `flaws`.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub fn open(records: Records, flaws: &mut Vec<String>) -> Result<Self, StoreError> {
        let set = Set::read(&records.settings()?, flaws);
        Ok(Self {
            records,
            set: Arc::new(RwLock::new(set)),
            changing: Arc::default(),
            heard: Arc::default(),
            is_new: Arc::default(),
        })
    }

    /// All settings as they are.
    pub fn now(&self, door: &Door) -> Settings {
        let treats = self.set().treats.unwrap_or(TreatLimits::default().into());
        let guardian = self.set().guardian.map_or(own(), |wish| own().but(wish).unwrap_or(own()));
        Settings {
            volume: percent(door.status().borrow().sound.volume),
            treats,
            timezone: self.timezone(),
            guardian,
        }
    }

    /// Where the robot stands, as far as clocks go.
    pub fn timezone(&self) -> ZoneName {
        self.set().timezone.unwrap_or_else(zone::of_the_machine)
    }

    /// Changes settings: all that the patch names, or nothing. They last, and the robot goes by them, when this returns.
    ///
    /// # Errors
    /// [`NotSet`]; nothing has changed.
    pub async fn change(
        &self,
        door: &Door,
        clock: WallClock,
        patch: SettingsPatch,
    ) -> Result<Settings, NotSet> {
        let _changing = self.changing.lock().await;
        let new = self.now(door).with(patch).map_err(NotSet::OutOfRange)?;
        let before = self.set();
        let set = Set {
            volume: patch.volume.or(before.volume),
            treats: patch.treats.map(|_| new.treats).or(before.treats),
            guardian: wished(before.guardian, patch.guardian),
            timezone: patch.timezone.or(before.timezone),
        };
        if set.saved() != before.saved() {
            self.save(set).await?;
        }
        if let Some(volume) = patch.volume
            && let Err(refusal) = set_volume(door, volume).await
        {
            // What the robot does not go by is not kept for its next start either.
            let _ = self.save(Set { volume: before.volume.or(Some(self.now(door).volume)), ..before }).await;
            return Err(refusal.into());
        }
        if patch.treats.is_some() {
            door.inform(Notice::Limits(new.treats.into()));
        }
        if let Some(wish) = set.guardian.filter(|_| patch.guardian.is_some()) {
            door.inform(Notice::Guardian(wish.into()));
        }
        if patch.timezone.is_some() {
            self.tell_zone(door, clock);
        }
        Ok(Settings { volume: new.volume, ..self.now(door) })
    }

    /// Tells a robot that has just started what was set.
    pub(super) async fn introduce(&self, door: &Door, clock: WallClock) {
        let Set { volume, treats, guardian, .. } = self.set();
        self.tell_zone(door, clock);
        if let Some(wish) = guardian {
            door.inform(Notice::Guardian(wish.into()));
        }
        if let Some(treats) = treats {
            door.inform(Notice::Limits(treats.into()));
        }
        if let Some(volume) = volume {
            // A robot that has gone already has no volume.
            let _ = set_volume(door, volume).await;
        }
    }

    /// Tells the robot how clocks run where it stands, from now on for some years.
    fn tell_zone(&self, door: &Door, clock: WallClock) {
        let now = clock.unix(door.status().borrow().at);
        door.inform(Notice::Zone(zone::from(&self.timezone(), now)));
    }

    /// Somebody has set the volume by another way than this: it is written down soon.
    pub(crate) fn volume_was_set(&self) {
        self.is_new.store(true, Ordering::Release);
        self.heard.notify_one();
    }

    /// Writes down the volume that was set, the newest, once in a while: a slider sets a hundred.
    pub(super) async fn listen(self, door: Door) {
        loop {
            self.heard.notified().await;
            self.write_down(&door).await;
            sleep(PAUSE).await;
        }
    }

    /// Writes down the volume as it is now, if somebody has set it since it was written down last.
    pub async fn write_down(&self, door: &Door) {
        let _changing = self.changing.lock().await;
        if !self.is_new.swap(false, Ordering::AcqRel) {
            return;
        }
        let set = Set { volume: Some(self.now(door).volume), ..self.set() };
        if set != self.set() {
            // The robot is as loud as it was told, and that the disk is in trouble it says by itself.
            let _ = self.save(set).await;
        }
    }

    async fn save(&self, set: Set) -> Result<(), StoreError> {
        let records = self.records.clone();
        let written = spawn_blocking(move || records.set(&set.saved())).await;
        written.map_err(|_| StoreError::Ending)??;
        *self.set.write().unwrap_or_else(PoisonError::into_inner) = set;
        Ok(())
    }

    fn set(&self) -> Set {
        *self.set.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has the robot set its volume, and waits until it has.
async fn set_volume(door: &Door, percent: u8) -> Result<(), Refusal> {
    let volume = Ratio::clamped(f32::from(percent) / 100.0);
    let reply = door.ask(ClientId::REST, Command::SetVolume { volume })?.await;
    match reply.unwrap_or(Reply::Refused(Refusal::Down)) {
        Reply::Refused(refusal) => Err(refusal),
        _ => Ok(()),
    }
}

/// When the guardian asks for quiet if nobody wants it otherwise.
fn own() -> GuardianChosen {
    let own = GuardianTuning::default();
    GuardianChosen {
        bark_count_threshold: own.trigger_barks as u8,
        bark_threshold: own.loudness_db,
        confidence_minimum: own.confidence_share,
        fast_escalation_bpm: own.fast_escalation_bpm as u8,
    }
}

/// What the owner wants of the guardian from now on: the newest wish, and of older ones what it leaves open. It was looked at
/// already.
fn wished(before: Option<GuardianWish>, now: Option<GuardianWish>) -> Option<GuardianWish> {
    let Some(now) = now else { return before };
    now.over(before.unwrap_or_default()).ok().or(before)
}

fn percent(volume: Ratio) -> u8 {
    (volume.get() * 100.0).round().clamp(0.0, 100.0) as u8
}
