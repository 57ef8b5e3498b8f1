//! The hash of all that a run is at a moment.

use postcard::ser_flavors::Flavor;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Hash;

/// What is to be hashed, written to memory that is kept from one time to the next.
#[derive(Default)]
pub struct Digester(Vec<u8>);

impl Digester {
    /// The hash of this.
    pub fn hash(&mut self, state: &impl Serialize) -> Hash {
        self.0.clear();
        postcard::serialize_with_flavor(state, Appended(&mut self.0)).expect("the state is plain data");
        Hash(Sha256::digest(&self.0).into())
    }
}

/// Adds to a vector as vectors are added to; postcard's own flavor for all that grows hands over its bytes through iterators.
struct Appended<'a>(&'a mut Vec<u8>);

impl Flavor for Appended<'_> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}
