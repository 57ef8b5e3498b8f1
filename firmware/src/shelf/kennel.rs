//! The dogs that the owner has written down: kept in the records, told to the robot, known by name to whoever tells of
//! one.
//!
//! What it knows by heart is what the records have; it never waits for a disk to tell a name.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use wimz_brain::DogCard;
use wimz_contract::wimz::{DogFields, DogProfile};
use wimz_vocabulary::words::nearest;
use wimz_vocabulary::{DogId, TagId};

use crate::Door;
use crate::door::Notice;
use crate::store::{NotTaken, Records, StoreError};

/// The dogs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Kennel {
    records: Records,
    /// By bare id: `elsa` and `dog_elsa` are one dog.
    known: Arc<RwLock<BTreeMap<String, DogProfile>>>,
    /// Held by whoever changes a dog, until the robot has it.
    changing: Arc<Mutex<()>>,
}

impl Kennel {
    /// The dogs that these records have; that they cannot be read is told of in `told`.
    pub(super) fn open(records: Records, told: &mut Vec<String>) -> Self {
        let profiles = records.dogs().unwrap_or_else(|error| {
            told.push(format!("the dogs that are written down cannot be read: {error}"));
            Vec::new()
        });
        let known = profiles.into_iter().map(|dog| (dog.dog_id.bare().to_owned(), dog)).collect();
        Self { records, known: Arc::new(RwLock::new(known)), changing: Arc::default() }
    }

    /// All dogs, sorted by id. Waits for the disk, as all that follows but for names.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn all(&self) -> Result<Vec<DogProfile>, StoreError> {
        self.records.dogs()
    }

    /// One dog.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn one(&self, id: &DogId) -> Result<Option<DogProfile>, StoreError> {
        self.records.dog(id)
    }

    /// Writes down a dog, and tells the robot.
    ///
    /// # Errors
    /// [`NotTaken`]; nothing has changed.
    pub fn put(&self, door: &Door, id: DogId, fields: DogFields) -> Result<DogProfile, NotTaken> {
        let _changing = self.change();
        let dog = self.keep(id, fields)?;
        door.inform(Notice::Dog(card(&dog)));
        Ok(dog)
    }

    /// Writes down a dog before the robot starts: it is told with the others.
    ///
    /// # Errors
    /// [`NotTaken`]; nothing has changed.
    pub fn begin_with(&self, id: DogId, fields: DogFields) -> Result<DogProfile, NotTaken> {
        let _changing = self.change();
        self.keep(id, fields)
    }

    fn keep(&self, id: DogId, fields: DogFields) -> Result<DogProfile, NotTaken> {
        let dog = self.records.put_dog(id, fields)?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(dog.dog_id.bare().to_owned(), dog.clone());
        Ok(dog)
    }

    /// Strikes a dog out, and tells the robot; whether it was known.
    ///
    /// # Errors
    /// [`StoreError`]; nothing has changed.
    pub fn remove(&self, door: &Door, id: &DogId) -> Result<bool, StoreError> {
        let _changing = self.change();
        let was_known = self.records.remove_dog(id)?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(dog) = known.remove(id.bare()) {
            door.inform(Notice::DogGone(dog.dog_id));
        }
        Ok(was_known)
    }

    /// Whether a dog is written down; if not, why that is so, with the nearest that is.
    ///
    /// # Errors
    /// Words for people.
    pub fn must_know(&self, id: &DogId) -> Result<(), String> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if known.contains_key(id.bare()) {
            return Ok(());
        }
        let near = nearest(id.bare(), known.keys().map(String::as_str)).and_then(|near| known.get(near));
        let perhaps = near.map(|dog| format!("did you mean `{}`? ", dog.dog_id)).unwrap_or_default();
        Err(format!("there is no dog `{id}`: {perhaps}a dog must be written down first"))
    }

    /// A dog's name.
    pub fn name(&self, id: &DogId) -> Option<String> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(id.bare()).map(|dog| dog.fields.name.clone())
    }

    /// Tells a robot that has just started which dogs there are.
    pub(super) fn introduce(&self, door: &Door) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.values().for_each(|dog| door.inform(Notice::Dog(card(dog))));
    }

    fn change(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the robot's logic needs to know of a dog.
fn card(dog: &DogProfile) -> DogCard {
    DogCard { id: dog.dog_id, tag: dog.fields.aruco_marker_id.map(TagId) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door;
    use crate::store::Chronicle;

    fn dog(name: &str, tag: Option<u16>) -> DogFields {
        let fields = serde_json::json!({ "name": name, "aruco_marker_id": tag });
        serde_json::from_value(fields).unwrap()
    }

    #[test]
    fn the_robot_knows_the_dogs_that_are_written_down_and_no_others() {
        let (archive, _chronicle) = Chronicle::begin("robot").unwrap();
        let records = Records::with(&archive);
        let (door, intake) = door::door();
        let (elsa, rex) = (DogId::new("dog_elsa").unwrap(), DogId::new("rex").unwrap());
        let kennel = Kennel::open(records.clone(), &mut Vec::new());
        kennel.put(&door, elsa, dog("Elsa", Some(315))).unwrap();
        kennel.put(&door, rex, dog("Rex", Some(315))).unwrap_err();
        kennel.put(&door, DogId::new("elsa").unwrap(), dog("Elsie", None)).unwrap();
        kennel.put(&door, rex, dog("Rex", Some(315))).unwrap();
        assert_eq!(kennel.name(&DogId::new("elsa").unwrap()).as_deref(), Some("Elsie"));
        assert!(kennel.remove(&door, &DogId::new("elsa").unwrap()).unwrap());
        assert!(!kennel.remove(&door, &elsa).unwrap());
        assert_eq!(kennel.name(&elsa), None);
        let tagged = |id, tag: Option<u16>| Notice::Dog(DogCard { id, tag: tag.map(TagId) });
        let told: Vec<Notice> = std::iter::from_fn(|| intake.notice()).collect();
        let expected =
            [tagged(elsa, Some(315)), tagged(elsa, None), tagged(rex, Some(315)), Notice::DogGone(elsa)];
        assert_eq!(told, expected, "one dog goes by the id that it was first written down with");
        let again = Kennel::open(records, &mut Vec::new());
        again.introduce(&door);
        assert_eq!(intake.notice(), Some(tagged(rex, Some(315))), "and after a restart");
        assert_eq!(intake.notice(), None);
    }
}
